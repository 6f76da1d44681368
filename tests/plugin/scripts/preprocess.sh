# -E has room for the shim, -dM and -M answer about the user's text.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -E use.cc -o use.ii
expect 'namespace interleave' use.ii
expect 'std::mutex mutex; int value' use.ii
cxx -w -c use.ii -o use.o
nm -C use.o >symbols
expect 'interleave::mutex::lock' symbols
cxx -E -dM use.cc -o macros
refuse 'interleave' macros
cxx -M use.cc -o deps
refuse 'interleave/mutex.h' deps
cxx -fplugin-arg-interleave-no-rewrite -E use.cc -o plain.ii
refuse 'namespace interleave' plain.ii
"$CLANGXX" -std=c++17 -E use.cc -o without.ii
cxx -w -c without.ii -o without.o 2>messages
cxx -c without.ii -o without.o 2>messages || true
expect 'preprocessed without the plugin' messages
