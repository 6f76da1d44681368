#!/bin/sh
# Each test case is explored on its own; parallel runs share an output folder; runners' variables do not reach the program.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

expect 0 list -- "$PROGRAMS/suite"
printf 'Suite.Alone\nSuite.Good\nSuite.Bad\nFew/Sizes.Fit/0\nFew/Sizes.Fit/1\n' | cmp -s - out || fail "wrong list"
expect 0 list --json - -t 'Suite.G*' -- "$PROGRAMS/suite"
out_has '"kind": "gtest"'
expect 0 list -- "$PROGRAMS/counter"
out_has "main"
expect 1 run -- "$PROGRAMS/suite"
out_has "PASS  Suite.Good"
out_has "FAIL  Suite.Bad"
out_has "sequential"
out_has "1 failed, 4 passed"
out_has "test failed"
expect 0 run -t Suite.Good "$PROGRAMS/suite"
TESTBRIDGE_TEST_ONLY=Suite.Good expect 0 run -- "$PROGRAMS/suite"
out_has "1 test"
GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=1 GTEST_OUTPUT=xml:shard.xml expect 0 run -t Suite.Good -- "$PROGRAMS/suite"
[ -e shard.xml ] && fail "the program wrote a report of its own"

# What a test does after its first explore() is not explored, and that is said.
expect 0 run -t Bodies.OneAfterTheOther -- "$PROGRAMS/bodies"
out_has "Only the first explore() of this test was explored"
out_lacks "all "
expect 0 run -t Bodies.AndMore -- "$PROGRAMS/bodies"
out_has "the test fails by itself (exit status 1)"
expect 5 run --require-complete -t Bodies.AndMore -- "$PROGRAMS/bodies"
expect 1 run -t Bodies.Expectation -- "$PROGRAMS/bodies"
out_has "test failed"
expect 1 run --strategy exhaustive -t Bodies.Expectation -- "$PROGRAMS/bodies"
out_has "test failed"

rm -rf .interleave
for test in Suite.Good Suite.Bad Suite.Alone; do
  "$INTERLEAVE" run -t "$test" -- "$PROGRAMS/suite" >"$test.out" 2>&1 &
done
wait
for test in Suite.Good Suite.Bad Suite.Alone; do
  python3 -m json.tool ".interleave/suite/$test/result.json" >/dev/null || fail "no result of $test"
done
grep -q 'Suite.Bad' .interleave/last || fail "the last failure is not known"
finish
