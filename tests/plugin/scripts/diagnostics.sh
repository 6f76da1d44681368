# Warnings come once and about the source as written; -Werror works; errors are right.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -Wall -c use.cc -o use.o 2>messages
[ "$(count 'warning:' messages)" = 1 ] || { cat messages; fail "one warning"; }
expect '^use.cc:4:27: warning: using the result of an assignment' messages
expect '^1 warning generated' messages
if cxx -Wall -Werror -c use.cc -o bad.o 2>messages; then fail "-Werror passed"; fi
expect 'error: .*Werror,-Wparentheses' messages
[ ! -e bad.o ] || fail "an object in spite of an error"
# The shim's mutex may have a destructor: that is not the user's warning.
echo '#include <mutex>
std::mutex m;' >global.cc
cxx -Werror -Wexit-time-destructors -Wglobal-constructors -c global.cc -o global.o
echo 'int main() { std::mutex m; return not_declared_anywhere; }' >error.cc
if cxx -include mutex -c error.cc -o error.o 2>messages; then fail "an error passed"; fi
expect "^error.cc:1:35: error: use of undeclared identifier 'not_declared_anywhere'" messages
expect 'std::mutex m;' messages
expect '^1 error generated' messages
# The backend's warnings are not lost with the second parse's.
echo 'int f() { volatile char big[4096]; big[0] = 1; return big[0]; }' >frame.cc
cxx -g -Wframe-larger-than=100 -c frame.cc -o frame.o 2>messages
expect 'frame-larger-than' messages
cxx -Wall --serialize-diagnostics use.dia -c use.cc -o use.o 2>messages
[ -s use.dia ] || fail "no serialized diagnostics"
