#!/usr/bin/env bash
# Checks one input: the rewritten text, the diagnostics, the number of lines, and that the plugin compiles it.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
input=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -r -a args <<<"$(sed -n 's,^// ARGS: ,,p' "$input")"

"$REWRITE" --shim "$SHIM" "$input" -- "${args[@]}" >"$work/out.cc" 2>"$work/err"
# The expectations themselves must not match.
grep -v '^ *// \(CHECK\|WARN\)' "$work/out.cc" >"$work/text"
"$FILECHECK" --input-file="$work/text" "$input"
if grep -q '// WARN' "$input"; then
  "$FILECHECK" --check-prefix=WARN --input-file="$work/err" "$input"
elif [ -s "$work/err" ]; then
  cat "$work/err"
  exit 1
fi
[ "$(wc -l <"$input")" = "$(wc -l <"$work/out.cc")" ] || { echo "lines moved"; exit 1; }

"$CLANGXX" "-fplugin=$PLUGIN" "-fplugin-arg-interleave-shim=$SHIM" "${args[@]}" -c "$input" \
  -o "$work/out.o" 2>"$work/compiled" || { cat "$work/compiled"; exit 1; }
