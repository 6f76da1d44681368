# What every script here begins with: a folder of its own, and expectations that say what was wrong.
# SPDX-License-Identifier: Apache-2.0
# Environment: INTERLEAVE, the command; PROGRAMS, the folder of the programs under test. A failing script keeps its folder.
set -u
: "${INTERLEAVE:?}" "${PROGRAMS:?}"
unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE CI TESTBRIDGE_TEST_ONLY TEST_UNDECLARED_OUTPUTS_DIR
folder=$(mktemp -d)
cd "$folder" || exit 1
failures=0

fail() {
  echo "FAIL: $*"
  [ -f out ] && sed 's/^/  out| /' out
  [ -f err ] && sed 's/^/  err| /' err
  failures=$((failures + 1))
}

# expect STATUS ARGUMENTS...: runs interleave, keeps its output in the files out and err.
expect() {
  wanted=$1
  shift
  "$INTERLEAVE" "$@" >out 2>err </dev/null
  status=$?
  last="interleave $*"
  [ "$status" -eq "$wanted" ] || fail "exit status $status instead of $wanted: $last"
}

out_has() { grep -qF -- "$1" out || fail "stdout lacks «$1»: $last"; }
out_lacks() { ! grep -qF -- "$1" out || fail "stdout has «$1»: $last"; }
err_has() { grep -qF -- "$1" err || fail "stderr lacks «$1»: $last"; }
err_is_empty() { [ ! -s err ] || fail "stderr is not empty: $last"; }

finish() {
  if [ "$failures" -eq 0 ]; then
    cd / && rm -rf "$folder"
    exit 0
  fi
  echo "$failures failed; kept: $folder"
  exit 1
}
