# Files and lines in the debug information are those on disk.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -g -c use.cc -o use.o
major=$("$CLANGXX" -dumpversion | cut -d. -f1)
"llvm-dwarfdump-$major" --name=next use.o >next
expect 'decl_file.*use\.cc' next
expect 'decl_line.*\(3\)' next
"llvm-dwarfdump-$major" --debug-line use.o >lines
expect 'name: "guarded.h"' lines
refuse 'md5_checksum' lines
