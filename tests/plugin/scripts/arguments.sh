# Plugin arguments: no-rewrite, exclude, shim, and an unknown one.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -fplugin-arg-interleave-no-rewrite -c use.cc -o use.o
nm -C use.o >symbols
refuse 'interleave::mutex' symbols
expect '__tsan_' symbols
mkdir third
echo '#pragma once
#include <atomic>
inline std::atomic<int> third_party;' >third/party.h
echo '#include <party.h>
std::atomic<int> ours; int f() { return ours + third_party; }' >both.cc
cxx -isystem third -c both.cc -o both.o
nm -C both.o >symbols
refuse 'std::__atomic_base' symbols
cxx -isystem third "-fplugin-arg-interleave-exclude=$PWD/third" -S -emit-llvm both.cc -o both.ll
expect 'call .*10interleave6atomic.*@ours' both.ll
expect '@third_party = .*std::atomic' both.ll
if cxx -fplugin-arg-interleave-misspelt -c use.cc -o use.o 2>messages; then fail "misspelt passed"; fi
expect "unknown plugin argument 'misspelt'" messages
if "$CLANGXX" "-fplugin=$PLUGIN" -fplugin-arg-interleave-shim=/nowhere -c use.cc 2>messages; then
  fail "no shim passed"
fi
expect "the shim headers are not in '/nowhere'" messages
