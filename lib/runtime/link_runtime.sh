#!/bin/sh
# Links the runtime's objects into one whose only global names are the exported C functions; see CMakeLists.txt.
# SPDX-License-Identifier: Apache-2.0
# usage: link_runtime.sh ARCHIVE INTERPOSED_LIST BOOST_CONTEXT_ARCHIVE OBJECT...
set -eu
archive=$1 list=$2 context=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ld -r --force-group-allocation -o "$work/all.o" "$@" "$context"
# Every export is an extern "C" name, or a function of std::random_device's, std::exception_ptr's or std::thread's; ours in C++ are mangled.
# What compilers add by themselves has a dot or is a helper of theirs.
nm -g --defined-only "$work/all.o" | awk '{ print $3 }' |
  sed -e 's/^_ZNSt13random_device/=&/' -e 's/^_ZNSt15__exception_ptr13exception_ptr10_M_release/=&/' -e 's/^_ZNSt6thread/=&/' |
  grep -v -e '^_Z' -e '^DW\.' -e '^__clang_call_terminate' -e '_fcontext$' | sed 's/^=//' |
  sort -u > "$work/exports"
# Our variables are in sections of their own, so that they can be told from the program's (process/traces.cc).
objcopy --keep-global-symbols="$work/exports" --rename-section .data=interleave_data --rename-section .bss=interleave_bss \
  "$work/all.o" "$work/interleave_runtime.o"
if nm -g --defined-only "$work/interleave_runtime.o" | awk '{ print $3 }' | sort -u | comm -23 - "$work/exports" | grep .; then
  echo "link_runtime.sh: these names are still global" >&2
  exit 1
fi
rm -f "$archive"
ar rcsD "$archive" "$work/interleave_runtime.o"
{ echo '{'; sed 's/$/;/' "$work/exports"; echo '};'; } > "$list"
