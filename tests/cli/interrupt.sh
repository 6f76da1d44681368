#!/bin/sh
# Ctrl-C and SIGTERM end a run early: results stay, the exit status tells, no process is left.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

# By another name than other tests run it under, for nothing is to be left of it.
cp "$PROGRAMS/large" interrupted
program=$PWD/interrupted

for case in INT:130 TERM:143; do
  last="interrupted by ${case%:*}"
  timeout --preserve-status -s "${case%:*}" 3 "$INTERLEAVE" run --json "${case%:*}.json" -- "$program" >out 2>err
  status=$?
  [ "$status" -eq "${case#*:}" ] || fail "exit status $status instead of ${case#*:}"
  out_has "interrupted. No finding so far"
  grep -q '"interrupted": true' "${case%:*}.json" || fail "no results after ${case%:*}"
  grep -q '"verdict": "interrupted"' .interleave/interrupted/main/result.json || fail "no result.json after ${case%:*}"
  pgrep -f "^$program" >pids && fail "left behind: $(cat pids)"
done

expect 0 run --executions 5 -- "$PROGRAMS/leaves_daemon"
pgrep -f '^sleep 3599' >pids && fail "a daemon was left behind: $(cat pids)"
finish
