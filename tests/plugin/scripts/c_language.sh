# C is instrumented and has the note, and nothing is rewritten.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
echo 'int x; void f(void) { x++; }' >plain.c
"$CLANG" "-fplugin=$PLUGIN" -c plain.c -o plain.o
nm plain.o >symbols
expect '__tsan_write4' symbols
expect 'U interleave_abi_1' symbols
readelf -n plain.o >notes 2>/dev/null
expect 'Interleave' notes
