#!/usr/bin/env bash
# The README's five minutes: an installed Interleave added to a CMake project with GoogleTest.
# SPDX-License-Identifier: Apache-2.0
# usage: walk.sh BUILD_TREE   (of Interleave, built)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "walk.sh: $1" >&2; [ -f "$work/out" ] && cat "$work/out" >&2; exit 1; }

cmake --install "$1" --prefix "$work/prefix" > "$work/out"
cmake -S "$here/walk" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 \
  -DCMAKE_PREFIX_PATH="$work/prefix" > "$work/out" 2>&1 || fail "the project does not configure"
cmake --build "$work/build" > "$work/out" 2>&1 || fail "the project does not build"

# Run directly the tests are the plain tests. (The careless counter's fails now and then, as without us: left out.)
"$work/build/counter_test" --gtest_filter='-*Careless*' > "$work/out" 2>&1 || fail "the plain test fails"
# Under Interleave one case fails, one passes, one is sequential; CTest sees the failure.
ctest --test-dir "$work/build" -R '^interleave' --output-on-failure > "$work/out" 2>&1 &&
  fail "the careless counter passed"
grep -q 'FAIL  Counter.CarelessCountsBoth' "$work/out" || fail "the failing case is not named"
grep -q 'PASS  Counter.CarefulCountsBoth' "$work/out" || fail "the good case does not pass"
grep -q 'PASS  Counter.StartsAtZero' "$work/out" || fail "the sequential case does not pass"

# The printed line replays the failure in another shell.
line=$(grep -o "interleave replay '[^']*'.*" "$work/out" | head -n 1)
[ -n "$line" ] || fail "no replay line was printed"
status=0
(cd "$work/build" && PATH="$work/prefix/bin:$PATH" bash -c "$line") > "$work/out" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "the replay line ended with status $status: $line"
