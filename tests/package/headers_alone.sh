#!/bin/sh
# Compiles each public header alone, and files that use them as programs do.
# SPDX-License-Identifier: Apache-2.0
#
# usage: headers_alone.sh SOURCE_DIR
# Every header in C++17, 20 and 23 with g++ and clang++ (CLANGXX, default clang++-19), all warnings
# being errors; runtime.h as C too; what programs are rewritten to also in C++11 and 14. Nothing is
# linked or run.
set -u
lib=$(cd "$1" && pwd)/lib
here=$(cd "$1" && pwd)/tests/package
uses=$here/shim_uses.cc
forms=$here/std_forms.cc
old_forms=$here/std_forms_cxx11.cc
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror"
clangxx=${CLANGXX:-clang++-19}
cxx="-x c++ -Wnon-virtual-dtor"
# Macros that a program may well have on its command line: the headers have no such names.
letters=$(printf -- '-D%s=4 ' A B C D E F G H I J K L M N O P Q R S T U V W X Y Z)
failed=0

# check COMPILER FLAGS FILE: one compilation; FILE is a header or a source.
check() {
  # The flags are several words.
  # shellcheck disable=SC2086
  if ! printf '#include "%s"\n' "$3" | "$1" $2 $warnings -I "$lib" -fsyntax-only -; then
    echo "FAILED: $1 $2 $3"
    failed=1
  fi
}

for compiler in g++ "$clangxx"; do
  if ! command -v "$compiler" >/dev/null; then
    echo "FAILED: there is no $compiler"
    exit 1
  fi
  for standard in 17 20 23; do
    for header in "$lib"/interleave/*.h; do
      check "$compiler" "$cxx -std=c++$standard" "${header#"$lib"/}"
    done
    check "$compiler" "$cxx -std=c++$standard" "$uses"
    check "$compiler" "$cxx -std=gnu++$standard -fno-exceptions -fno-rtti" "$uses"
    check "$compiler" "$cxx -std=c++$standard -fsanitize=thread" "$uses"
    check "$compiler" "$cxx -std=c++$standard $letters" "$forms"
    check "$compiler" "$cxx -std=c++$standard -DSHIM" "$forms"
  done
  for standard in 11 14; do
    for header in atomic condition_variable mutex once shared_mutex thread; do
      check "$compiler" "$cxx -std=c++$standard" "interleave/$header.h"
    done
    check "$compiler" "$cxx -std=c++$standard" "$old_forms"
    check "$compiler" "$cxx -std=c++$standard -DSHIM" "$old_forms"
  done
  check "$compiler" "-x c -std=c99" interleave/runtime.h
done
exit $failed
