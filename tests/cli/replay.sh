#!/bin/sh
# A failure is replayed from nothing, from its file, from its printed line; what cannot be followed is refused.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 1 run -- "$PROGRAMS/counter"
line=$(sed -n 's/^  replay:  *//p' out)
[ -n "$line" ] || fail "no replay line"
expect 1 replay
out_has "failed assertion (interleave/assertion)"
expect 1 replay .interleave/counter/main/1.sched
(PATH=$(dirname "$INTERLEAVE"):$PATH sh -c "$line" >out 2>err) && fail "the printed line passes"
out_has "interleave/assertion"
grep -q "1 hits" .interleave/counter/main/1.output || fail "the program's output was not kept"

text=$(printf '%s' "$line" | sed "s/.*'\(.*\)'.*/\1/")
head=${text%:*}
expect 0 replay "$head:" -- "$PROGRAMS/counter"
out_has "PASS main"
expect 6 replay "$head:1>9" -- "$PROGRAMS/counter"
err_has "step 1 asks for thread 9"
err_has "matches this build, so the text was probably edited"
expect 6 replay "$head:5000>1" -- "$PROGRAMS/counter"
err_has "the execution ended before"
expect 1 replay "il1:0001:${text##*:}" -- "$PROGRAMS/counter"
err_has "another build"
expect 0 replay 'il1:0000:' -- "$PROGRAMS/sequential"

expect 1 run -t 'Suite.B*' -- "$PROGRAMS/suite"
expect 1 replay
out_has "FAIL Suite.Bad"
expect 0 replay 'il1:0000:' -t Suite.Good -- "$PROGRAMS/suite"

cp .interleave/suite/Suite.Bad/1.sched elsewhere.sched
expect 1 replay elsewhere.sched --json replay.json
grep -q '"interleave/test-failed"' replay.json || fail "no JSON of the replay"
finish
