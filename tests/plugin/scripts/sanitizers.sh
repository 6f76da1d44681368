# Sanitizers that instrument the same accesses are refused with one sentence.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
for sanitizer in address thread memory; do
  if cxx -fsanitize=$sanitizer -c use.cc -o use.o 2>messages; then fail "$sanitizer passed"; fi
  expect "^error: interleave instruments memory accesses itself: build without -fsanitize=$sanitizer" messages
  [ "$(count . messages)" = 1 ] || { cat messages; fail "one sentence"; }
done
cxx -w -fsanitize=undefined -c use.cc -o use.o
