# -save-temps goes through text and bitcode and gives the same object.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -g -save-temps=obj -c use.cc -o use.o 2>messages
refuse 'interleave|error' messages  # (clang itself warns about MD5 sums here)
nm -C use.o >symbols
expect 'interleave::mutex::lock' symbols
expect '__tsan_' symbols
[ "$(readelf -n use.o 2>/dev/null | grep -c Interleave)" = 1 ] || fail "one note"
llvm-dwarfdump-"$("$CLANGXX" -dumpversion | cut -d. -f1)" --debug-line use.o >lines
expect 'name: "use.cc"' lines
