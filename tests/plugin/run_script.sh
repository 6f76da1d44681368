# Runs one script of scripts/ in an empty directory, with the helpers below.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The compiler with the plugin and the test's shim.
cxx() { "$CLANGXX" "-fplugin=$PLUGIN" "-fplugin-arg-interleave-shim=$SHIM" -std=c++17 "$@"; }
fail() { echo "FAILED: $*"; exit 1; }
# expect TEXT FILE: the file holds the extended regular expression.
expect() { grep -qE -- "$1" "$2" || { head -40 "$2"; fail "no '$1' in $2"; }; }
refuse() { ! grep -qE -- "$1" "$2" || { head -40 "$2"; fail "'$1' in $2"; }; }
count() { grep -cE -- "$1" "$2" || true; }

cat >guarded.h <<'TEXT'
#pragma once
#include <mutex>
struct Guarded { std::mutex mutex; int value = 0; };
TEXT
cat >use.cc <<'TEXT'
#include "guarded.h"
Guarded guarded;
int next() { std::lock_guard lock(guarded.mutex); return ++guarded.value; }
int warned(int x) { if (x = 3) return 1; return 0; }
TEXT
# shellcheck disable=SC1090
source "$1"
