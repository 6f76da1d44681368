# interleave-rewrite uses compile_commands.json and prints text or a diff.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cat >compile_commands.json <<TEXT
[{"directory": "$PWD", "file": "use.cc",
  "command": "$WRAPPER -fplugin=$PLUGIN -std=c++17 -w -c use.cc -o use.o"}]
TEXT
"$REWRITE" --diff -p . guarded.h 2>/dev/null >out || true
"$REWRITE" --diff use.cc >out
expect '^--- a/.*guarded\.h' out
expect '^\+struct Guarded \{ ::interleave::mutex mutex;' out
expect '^@@ -1,3 \+1,3 @@' out
patch -p1 --dry-run <out >messages || { cat out messages; fail "not a patch"; }
"$REWRITE" use.cc >out
cmp out use.cc || fail "use.cc itself has nothing to rewrite"
if "$REWRITE" missing.cc 2>out; then fail "missing file"; fi
expect 'there is no file missing.cc' out
mkdir elsewhere && echo 'int x;' >/tmp/interleave_no_commands.$$.cc
if "$REWRITE" /tmp/interleave_no_commands.$$.cc 2>out; then status=0; else status=$?; fi
rm -f /tmp/interleave_no_commands.$$.cc
[ "$status" = 2 ] || fail "status $status"
expect 'no compile_commands.json' out
