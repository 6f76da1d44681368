# At -O2 a racy loop still reads in every turn.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
echo 'bool done; void wait() { while (!done) {} }' >loop.cc
cxx -O2 -S -emit-llvm loop.cc -o loop.ll
sed -n '/^define.*wait/,/^}/p' loop.ll >wait.ll
expect 'call void @__tsan_read1' wait.ll
[ "$(count '__tsan_func_entry' wait.ll)" = 1 ] || fail "one function entry"
awk '/^[0-9]+:|^[a-z.]+:/ { label = $1 } /__tsan_read1/ { sub(":", "", label); print label }' wait.ll >head
expect "br .*label %$(cat head)" wait.ll
