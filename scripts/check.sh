#!/usr/bin/env bash
# Everything CI does: installs what is missing, builds, and runs all tests.
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/check.sh [asan] [CTEST_ARGUMENT...]
#   asan   our own code under AddressSanitizer and UBSan (unit tests but for the shim's: programs with the runtime cannot be)
# BUILD_DIR (default: build, build-asan) says where to build.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh
if [ "${1:-}" = asan ]; then
  shift
  build=${BUILD_DIR:-build-asan}
  cmake -S . -B "$build" -G Ninja -DINTERLEAVE_SANITIZE=address,undefined -DINTERLEAVE_BUILD_EXAMPLES=OFF
  set -- -R '^unit\.' -E '^unit\.shim_' "$@"    # the shim's link the runtime, which has an allocator of its own
  cmake --build "$build" --target unit_tests
else
  build=${BUILD_DIR:-build}
  cmake -S . -B "$build" -G Ninja
  cmake --build "$build"
fi
# One more than there are processors: some tests wait more than they work.
ctest --test-dir "$build" --output-on-failure -j "$(($(nproc) + 1))" "$@"
