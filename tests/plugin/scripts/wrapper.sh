# The wrapper is a drop-in compiler.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
dir=$(dirname "$(dirname "$WRAPPER")")
export INTERLEAVE_CXX=$PWD/fake
printf '#!/bin/sh\nfor word; do echo "$word"; done\n' >fake
chmod +x fake
"$WRAPPER" --version >out
[ "$(cat out)" = "--version" ] || fail "--version untouched"
for question in -print-search-dirs -dumpversion -M '-###'; do
  "$WRAPPER" "$question" use.cc >out
  refuse 'fplugin' out
done
"$WRAPPER" -c use.cc >out
expect "^-fplugin=$dir/lib/interleave/interleave_plugin.so" out
expect '^-DINTERLEAVE=1' out
refuse 'whole-archive' out
"$WRAPPER" use.o -o use >out
expect "^$dir/lib/interleave/libinterleave_runtime.a" out
"$WRAPPER" -shared use.o -o use.so >out
refuse 'whole-archive' out
"$WRAPPER" -r use.o -o more.o >out
refuse 'whole-archive' out
echo '-c "use.cc"' >words.rsp
"$WRAPPER" @words.rsp >out
expect '^@words.rsp' out
refuse 'whole-archive' out
"$WRAPPER" --no-rewrite -c use.cc >out
expect 'interleave-no-rewrite' out
INTERLEAVE_REWRITE=0 "$WRAPPER" -c use.cc >out
expect 'interleave-no-rewrite' out
INTERLEAVE_DISABLE=1 "$WRAPPER" -c use.cc >out
[ "$(count . out)" = 2 ] || { cat out; fail "disabled"; }
INTERLEAVE_CXX=no-such-compiler "$WRAPPER" -c use.cc 2>out && fail "no compiler"
expect 'interleave: cannot run no-such-compiler' out
