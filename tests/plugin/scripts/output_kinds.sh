# Every kind of output is the one that was asked for, of the rewritten program.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -c use.cc -o use.o
nm -C use.o >symbols
expect 'interleave::mutex::lock' symbols
expect '__tsan_' symbols
cxx -w -S use.cc -o use.s
expect '_ZN10interleave5mutex4lockEv' use.s
expect '\.section.*\.note\.interleave' use.s
cxx -w -S -emit-llvm use.cc -o use.ll
expect 'source_filename = "use.cc"' use.ll
expect '@__tsan_write4|@__tsan_read_write4|@__tsan_read4' use.ll
cxx -w -c -emit-llvm use.cc -o use.bc
"$CLANGXX" "-fplugin=$PLUGIN" -c use.bc -o from_bc.o
[ "$(readelf -n from_bc.o 2>/dev/null | grep -c Interleave)" = 1 ] || fail "one note from bitcode"
cxx -w -fsyntax-only use.cc
[ ! -e a.out ] || fail "-fsyntax-only wrote a file"
