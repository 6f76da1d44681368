# A program from standard input is parsed twice all the same.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -x c++ - -c -o use.o <use.cc
nm -C use.o >symbols
expect 'interleave::mutex::lock' symbols
