#!/bin/sh
# What goes where: verdicts to stdout, the rest to stderr, JSON stable and alone, colours only when wanted, 80 columns.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 1 run -- "$PROGRAMS/counter"
err_is_empty
awk 'length($0) > 200 || (!/replay:|saved:|SUMMARY/ && length($0) > 100) { print; bad = 1 } END { exit bad }' out || fail "long lines"
LC_ALL=C grep -q "$(printf '\033')" out && fail "colours in a file"
expect 1 run --color always -- "$PROGRAMS/counter"
LC_ALL=C grep -q "$(printf '\033')" out || fail "no colours with --color always"
NO_COLOR=1 FORCE_COLOR=1 expect 1 run -- "$PROGRAMS/counter"
LC_ALL=C grep -q "$(printf '\033')" out && fail "NO_COLOR does not win"
FORCE_COLOR=1 expect 1 run -- "$PROGRAMS/counter"
LC_ALL=C grep -q "$(printf '\033')" out || fail "FORCE_COLOR does nothing"

expect 1 run --json - -- "$PROGRAMS/counter"
cp out first.json
expect 1 run --json - -- "$PROGRAMS/counter"
cmp -s out first.json || fail "two runs gave different JSON"
python3 -c 'import json,sys; d=json.load(open("out")); assert d["schema_version"] == 1; assert d["tests"][0]["findings"][0]["schedule"].startswith("il1:")' || fail "bad JSON"

expect 1 run -q -- "$PROGRAMS/counter"
out_lacks "memory model"
out_has "FAIL main"
expect 1 run --view full -- "$PROGRAMS/counter"
out_has "threads:"
out_lacks "hidden"
expect 0 run -v -- "$PROGRAMS/clean"
out_has "(min)"
expect 0 run --progress lines -- "$PROGRAMS/clean"
err_is_empty
expect 1 run --strategy random --seed 3 --executions 300 -- "$PROGRAMS/counter"
out_has "strategy random, seed 3"
expect 1 run --strategy pct --executions 300 -- "$PROGRAMS/counter"
expect 0 run --bound 0 --strategy bounded -- "$PROGRAMS/counter"
out_has "preemptions"
expect 1 run --keep-going "$PROGRAMS/counter"
expect 1 run --threads os -- "$PROGRAMS/counter"
expect 0 run --threads os --strategy exhaustive -- "$PROGRAMS/clean"
finish
