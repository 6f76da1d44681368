#!/bin/sh
# A program that blocks in a system call is ended by the watchdog, which names the call, the line and the schedule.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 1 run --max-time 2s -- "$PROGRAMS/blocks"
out_has "interleave/uncontrolled"
out_has "blocked in read on descriptor"
out_has "blocks.cc:"
out_has "replay:"
pgrep -f "^$PROGRAMS/blocks" >pids && fail "left behind: $(cat pids)"
finish
