# At -O1 an atomic load is one load of the runtime's, whatever its type and use, and no load of the machine's besides.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cat >loads.cc <<'SOURCE'
int *pointer, number;
double real;
int *used() { return __atomic_load_n(&pointer, __ATOMIC_ACQUIRE); }
void unused() { __atomic_load_n(&number, __ATOMIC_RELAXED); }
double cast() { double d; __atomic_load(&real, &d, __ATOMIC_SEQ_CST); return d; }
int twice() { return __atomic_load_n(&number, __ATOMIC_RELAXED) + __atomic_load_n(&number, __ATOMIC_RELAXED); }
SOURCE
cxx -O1 -S -emit-llvm loads.cc -o loads.ll
[ "$(count 'call i[0-9]* @__tsan_atomic[0-9]*_load' loads.ll)" = 5 ] || fail "five loads"
[ "$(count 'load atomic' loads.ll)" = 0 ] || fail "no load of the machine's"
