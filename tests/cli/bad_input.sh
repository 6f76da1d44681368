#!/bin/sh
# Misspelt and misplaced words: named, with a suggestion, exit status 2, and nothing is run.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 2 run --preemption-boud 3 -- "$PROGRAMS/clean"
err_has "unknown option --preemption-boud. Did you mean --bound?"
expect 2 run --preemption-boud 3 "$PROGRAMS/clean"
err_has "Did you mean --bound?"
expect 2 run --resume -- "$PROGRAMS/clean"
err_has "--resume is for --strategy exhaustive only"
expect 2 rnu -- "$PROGRAMS/clean"
err_has "Did you mean run?"
expect 2 run
err_has "no program to run"
expect 2 run -b -- "$PROGRAMS/clean"
expect 2 run --bound -1 -- "$PROGRAMS/clean"
expect 2 run --max-time soon -- "$PROGRAMS/clean"
err_has "is not a time (as in 500ms, 60s, 10m, 1h)"
expect 2 run --strategy everything -- "$PROGRAMS/clean"
err_has "auto, bounded, random, pct, exhaustive"
expect 2 run --memory-model tso -- "$PROGRAMS/clean"
err_has "c++, sc"
expect 2 replay --memory-model sc 'il1:0000:' -- "$PROGRAMS/clean"
err_has "is not an option of"
expect 2 run --jobs 8 -- "$PROGRAMS/clean"
err_has "--jobs is for --strategy exhaustive only"
expect 2 run --loop-bound 3 -- "$PROGRAMS/clean"
err_has "--loop-bound is for --strategy exhaustive only"
expect 2 run --timeouts 2 -- "$PROGRAMS/clean"
err_has "--timeouts is for --strategy exhaustive only"
expect 2 run word -- "$PROGRAMS/clean"
err_has "unexpected word before --: word"
expect 2 list --bound 1 -- "$PROGRAMS/clean"
err_has "is not an option of"
expect 2 explain data-rase
err_has "Did you mean data-race?"
expect 2 replay --output-dir nowhere
err_has "there is no failure to replay"
expect 2 replay 'il1:7c1e'  -- "$PROGRAMS/counter"
expect 2 replay 'il9:7c1e:' -- "$PROGRAMS/counter"
expect 2 replay 'il1:7c1e:1>2'
err_has "which program is this schedule of?"
expect 2 replay missing.sched
echo nonsense >bad.sched
expect 2 replay bad.sched
expect 2 replay 'il1:7c1e:1>2' -- "$PROGRAMS/suite"
err_has "name one with --test"

INTERLEAVE_BOUND=x expect 2 run -- "$PROGRAMS/clean"
err_has "environment variable INTERLEAVE_BOUND"
INTERLEAVE_BUOND=1 expect 0 run -- "$PROGRAMS/clean"
err_has "unknown environment variable INTERLEAVE_BUOND. Did you mean INTERLEAVE_BOUND?"

touch file
expect 2 run --output-dir file -- "$PROGRAMS/clean"
expect 1 run --json file/none.json -- "$PROGRAMS/counter"
err_has "cannot write file/none.json"
finish
