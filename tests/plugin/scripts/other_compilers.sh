# Another clang and g++ are refused with one sentence.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
for other in clang++-14 g++; do
  command -v "$other" >/dev/null || continue
  if "$other" "-fplugin=$PLUGIN" -c use.cc -o use.o 2>messages; then fail "$other passed"; fi
  expect 'interleave: this plugin is for clang [0-9]+, ' messages
  refuse 'symbol lookup|undefined symbol' messages
done
