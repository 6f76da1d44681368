#!/bin/sh
# An exhaustive search shared by processes, which are killed, interrupted, resumed: always the same executions, each once.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

none_left() { pgrep -f "^$PROGRAMS/|^./changed" >pids && fail "left behind: $(cat pids)"; }

# The machine's report is the same however many processes there were.
for program in "writers 7" "creators" "slow_writers"; do
  for jobs in 1 2 3; do
    # shellcheck disable=SC2086
    expect 0 run --strategy exhaustive -j "$jobs" --json "$jobs.json" -- "$PROGRAMS/"$program
  done
  cmp -s 1.json 2.json || fail "$program: -j 2 tells something else than -j 1"
  cmp -s 1.json 3.json || fail "$program: -j 3 tells something else than -j 1"
done
expect 0 run --strategy exhaustive -j -- "$PROGRAMS/writers" 5
out_has "all 120 executions"
expect 0 run --strategy exhaustive --memory-model sc -j 2 -- "$PROGRAMS/writers" 5
out_has "all 120 executions"
expect 1 run --strategy exhaustive -j 2 -- "$PROGRAMS/counter"
none_left

# killed TEXT CHILDREN ARGUMENTS...: a run by two processes some of which are killed: servers, or (CHILDREN not empty) their workers.
killed() {
  text=$1 children=$2
  shift 2
  last="killed: interleave $*"
  "$INTERLEAVE" "$@" >out 2>err </dev/null &
  run=$!
  # The second one is started when the search is well under way.
  while kill -0 "$run" 2>/dev/null && [ "$(pgrep -c -P "$run")" -lt 2 ]; do sleep 0.05; done
  for _ in 1 2 3; do
    sleep 0.5
    victim=$(pgrep -P "$run" | tail -n 1)
    [ -n "$victim" ] && [ -n "$children" ] && victim=$(pgrep -P "$victim" | tail -n 1)
    [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null
  done
  wait "$run"
  status=$?
  [ "$status" -eq 0 ] || fail "exit status $status instead of 0: $last"
  out_has "$text"
  none_left
}
killed "all 3,628,800 executions" "" run --strategy exhaustive -j 2 --max-time 10m -- "$PROGRAMS/writers" 10
killed "all 24 executions" workers run --strategy exhaustive -j 2 --run-all --max-time 10m -- "$PROGRAMS/slow_writers"

# interrupted PROGRAM: leaves a checkpoint of a search of 12! executions.
interrupted() {
  last="interrupted: $1"
  timeout --preserve-status -s INT 3 "$INTERLEAVE" run --strategy exhaustive -j 2 --max-time 10m -- "$1" 12 >out 2>err
  status=$?
  [ "$status" -eq 130 ] || fail "exit status $status instead of 130: $last"
  out_has "interrupted. No finding so far"
  out_has "Continue with: interleave run --strategy exhaustive -j 2 --max-time 10m --resume -- $1 12"
  none_left
}
cp "$PROGRAMS/writers" changed
interrupted ./changed
checkpoint=.interleave/changed/main/checkpoint
[ -f "$checkpoint" ] || fail "no checkpoint"
cp "$checkpoint" whole

expect 2 run --strategy exhaustive --resume --max-steps 1000 -- ./changed 12
err_has "was interrupted with other options"
expect 2 run --strategy exhaustive --resume -- ./changed 9
err_has "was interrupted with other options"
head -c 1000 whole >"$checkpoint"
expect 2 run --strategy exhaustive --resume -- ./changed 12
err_has "or damaged"
tr 'a-c' 'b-d' <whole >"$checkpoint"
expect 2 run --strategy exhaustive --resume -- ./changed 12
err_has "or damaged"
echo "nothing of ours" >"$checkpoint"
expect 2 run --strategy exhaustive --resume -- ./changed 12
err_has "or damaged"
cp whole "$checkpoint"
echo >>changed
expect 6 run --strategy exhaustive --resume -- ./changed 12
err_has "has changed since"
[ -f "$checkpoint" ] || fail "a run that was refused removed the checkpoint"

# The whole of what was interrupted and what was resumed, in another environment.
expect 0 run --strategy exhaustive --max-time 500ms -- "$PROGRAMS/writers" 10
out_has "Continue with: interleave run --strategy exhaustive --max-time 500ms --resume -- "
ANOTHER_VARIABLE=and_its_value expect 0 run --strategy exhaustive -j 2 --resume --max-time 10m -- "$PROGRAMS/writers" 10
out_has "all 3,628,800 executions"
out_lacks "Continue with"
[ ! -f .interleave/writers/main/checkpoint ] || fail "a checkpoint of nothing"
expect 2 run --strategy exhaustive --resume -- "$PROGRAMS/writers" 10
err_has "there is nothing to resume"

expect 2 run --resume -- "$PROGRAMS/writers"
err_has "--resume is for --strategy exhaustive only"
expect 2 run -j 2 -- "$PROGRAMS/writers"
err_has "--jobs is for --strategy exhaustive only"
finish
