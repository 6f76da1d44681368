# __has_feature(thread_sanitizer) is true in both parses and in -fsyntax-only.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cat >feature.cc <<'TEXT'
#include <mutex>
#if !__has_feature(thread_sanitizer)
#error not instrumented
#endif
std::mutex m;
TEXT
cxx -c feature.cc -o feature.o
cxx -fsyntax-only feature.cc
