#!/usr/bin/env bash
# Installs what is needed to build Interleave on Debian 12; does nothing where all of it is there.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

packages=(
  cmake ninja-build g++ binutils python3                      # building
  clang-19 llvm-19-dev libclang-19-dev                        # the plugin, and the compiler of programs under test
  libboost-context-dev libfmt-dev libcli11-dev nlohmann-json3-dev libexpected-dev zlib1g-dev libzstd-dev
  libgtest-dev libgmock-dev libbenchmark-dev llvm-19-tools    # tests
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || { echo "install.sh: needs root, or sudo, to install packages" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
