# A precompiled header is made, used, and rewritten where a translation unit needs it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -x c++-header guarded.h -o guarded.h.pch
cxx -w -include-pch guarded.h.pch -c use.cc -o use.o
nm -C use.o >symbols
expect 'interleave::mutex::lock' symbols
cxx -w -include-pch guarded.h.pch -fsyntax-only use.cc
# A header without primitives stays precompiled.
echo 'inline int twice(int x) { return 2 * x; }' >plain.h
cxx -x c++-header plain.h -o plain.h.pch
echo '#include <atomic>
std::atomic<int> n; int f() { return twice(n); }' >plain.cc
cxx -include-pch plain.h.pch -c plain.cc -o plain.o
