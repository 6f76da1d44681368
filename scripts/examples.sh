#!/usr/bin/env bash
# Installs what is missing, builds Interleave, and runs the bundled buggy examples under it.
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/examples.sh [EXAMPLE...]     all of them without a name; BUILD_DIR (default: build) says where to build
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}

scripts/install.sh
[ -f "$build/build.ninja" ] || cmake -S . -B "$build" -G Ninja > "/dev/null"
cmake --build "$build" --target interleave examples

names=("$@")
[ ${#names[@]} -gt 0 ] || names=($(cd examples && ls -d */ | tr -d /))
for name in "${names[@]}"; do
  printf '\n=== %s ===\n' "$name"
  "$build/bin/interleave" run --output-dir "$build/.interleave" -- "$build/examples/$name/buggy" && {
    echo "examples.sh: nothing was found in $name, which has a bug" >&2
    exit 1
  } || [ $? -eq 1 ]
done
printf '\nEach of these findings replays: paste its replay line. The fixed twins are %s/examples/*/fixed.\n' "$build"
