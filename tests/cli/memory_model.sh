#!/bin/sh
# The memory model is the standard's unless one asks for sc, verdicts name it, and a schedule is replayed under its own.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 1 run --bound 0 -- "$PROGRAMS/relaxed_orders"
out_has "1 test, bound 0, C++ memory model"
out_has "the schedule has 0 preemptions and 1"
out_has "stale load x"
out_has "read the stale value 0 of x"
out_has "nothing orders them."
out_has "r1' -- "
expect 1 replay
out_has "read the stale value 0 of x"
expect 1 run --strategy random -- "$PROGRAMS/relaxed_orders"
expect 1 run --strategy pct -- "$PROGRAMS/relaxed_orders"

# What is assumed is said.
expect 0 run --strategy exhaustive --assume-told-reads -- "$PROGRAMS/clean"
out_has "it is assumed that only instrumented code"

# Without stale reads it takes a preemption, and the steps before that one are fewer.
expect 0 run --strategy bounded --bound 0 --memory-model sc -- "$PROGRAMS/relaxed_orders"
out_has "SC memory model"
out_lacks "stale"
expect 1 run --memory-model sc -- "$PROGRAMS/relaxed_orders"
out_has "replay 'il1:sc:"
line=$(sed -n 's/^  replay:  *//p' out)
grep -q "^il1:sc:" .interleave/relaxed_orders/main/1.sched || fail "the file does not say the model"
grep -q "^# memory-model: sc" .interleave/relaxed_orders/main/1.sched || fail "nor do its settings"
expect 1 replay
out_has "replay 'il1:sc:"
(PATH=$(dirname "$INTERLEAVE"):$PATH sh -c "$line" >out 2>err) && fail "the printed line passes"
out_has "interleave/assertion"
out_lacks "stale"

# What was saved when there was only sc.
sed 's/^il1:sc:/il1:/' .interleave/relaxed_orders/main/1.sched >old.sched
expect 1 replay old.sched
out_lacks "stale"

expect 0 run --strategy bounded -- "$PROGRAMS/clean"
out_has "at most 1 stale read"
expect 0 run --strategy bounded --memory-model sc -- "$PROGRAMS/clean"
out_lacks "stale read"
finish
