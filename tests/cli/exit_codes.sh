#!/bin/sh
# The frozen table of exit statuses.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 0 run -- "$PROGRAMS/clean"
out_has "PASS  main"
expect 1 run -- "$PROGRAMS/counter"
out_has "SUMMARY: interleave: failed assertion"
expect 2 run --bound many -- "$PROGRAMS/clean"
expect 3 run -- "$PROGRAMS/missing"
expect 3 run -- "$PROGRAMS/plain"
err_has "has no instrumented code, so no schedule can be controlled"
expect 3 run -- "$0"
expect 3 run --strategy exhaustive --loop-bound 3 -- "$PROGRAMS/ten_rounds"
out_has "not one execution is complete"
expect 4 run -- "$PROGRAMS/sequential"
out_has "sequential"
expect 4 run -t 'No.*' -- "$PROGRAMS/suite"
expect 1 run -- "$PROGRAMS/sequential" one
expect 5 run --require-complete --executions 10 -- "$PROGRAMS/large"
out_has "NOT exhaustive"
expect 0 run --executions 10 -- "$PROGRAMS/large"
expect 0 run --require-complete -- "$PROGRAMS/clean"
expect 6 run -- "$PROGRAMS/random_steps"
out_has "not deterministic"
finish
