#!/usr/bin/env python3
# Rewrites the files in tests/golden from what the reports look like now, and shows what changed.
# SPDX-License-Identifier: Apache-2.0
"""usage: scripts/approve.py [BUILD-FOLDER]     (default: build)

Looks for the program report_test in the build folder, runs it in its approving mode and prints `git diff` of the
golden files. Commit them together with the change that caused the difference.
"""
import os
import pathlib
import subprocess
import sys


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else root / "build")
    programs = sorted(p for p in build.rglob("report_test") if p.is_file() and os.access(p, os.X_OK))
    if not programs:
        print(f"approve.py: no report_test below {build}; build it first", file=sys.stderr)
        return 2
    environment = dict(os.environ, APPROVE_GOLDEN="1")
    done = subprocess.run([programs[0], "--gtest_brief=1"], env=environment)
    subprocess.run(["git", "-C", root, "--no-pager", "diff", "--stat", "-p", "--", "tests/golden"])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
