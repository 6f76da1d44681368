# Every input also compiles with the shim that is installed.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
for input in "$SOURCE"/inputs/*.cc; do
  case $input in */macros_left_alone.cc | */specialisation.cc) continue ;; esac
  read -r -a args <<<"$(sed -n 's,^// ARGS: ,,p' "$input")"
  "$CLANGXX" "-fplugin=$PLUGIN" "-fplugin-arg-interleave-shim=$REAL_SHIM" -w "${args[@]}" -c "$input" \
    -o out.o || fail "$input"
done
