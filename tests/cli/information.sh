#!/bin/sh
# help, version, explain and doctor tell what they should.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 0 --help
out_has "replay"
expect 0 run --help
out_has "--require-complete"
out_has "--resume"
expect 0 --version
out_has "interleave 0."
expect 0 explain
for rule in data-race deadlock lock-order lost-wakeup livelock assertion crash use-after-destroy mutex-misuse thread-leak \
  nondeterminism uncontrolled test-failed; do
  out_has "$rule"
done
expect 0 explain interleave/data-race
out_has "What helps:"
expect 0 doctor
out_has "machine:"
expect 0 doctor -- "$PROGRAMS/counter"
out_has "plain memory accesses are instrumented"
out_has "counter.cc"
expect 3 doctor -- "$PROGRAMS/plain"
out_has "not linked"
expect 2 rewrite
finish
