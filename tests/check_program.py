#!/usr/bin/env python3
# Runs a program under `interleave run` and compares what it says with what the program is known to do.
# SPDX-License-Identifier: Apache-2.0
"""Used for the litmus programs, the data structures and the examples.

  check_program.py litmus    --interleave BIN --source FILE --rewritten PROGRAM --plain PROGRAM
  check_program.py structure --interleave BIN --source FILE --program PROGRAM --optimised PROGRAM --weakened PROGRAM
  check_program.py example   --interleave BIN --expected FILE --case buggy|fixed --program PROGRAM

A litmus file states its truth in the `// key: value` lines of its first comment:

  expect: RULE | clean    the rule of the finding
          | sequential    clean, and there is never a choice
  bound: N                found: the lowest preemption bound at which it appears
  run-bound: N            the bound to run with, when it is not `bound`
  bounds: 0 1             clean: the bounds to run with, when not 0 1 2
  executions: 0=3 1=7     clean: exact number of executions with at most so many preemptions
  model: ...              clean: threads for oracle.py, which must give the same numbers
  memory-model: sc        clean: the numbers are of --memory-model sc; with c++ it is just as clean
  sc: clean               found: not with --memory-model sc, at the same bound
  no-rewrite: RULE | clean   what is found without rewriting, when it is not the same
  deterministic: no       the program is not: two runs and a replay may differ
  options: ...            more options for `interleave run`
  exhaustive-options: ... more of them with --strategy exhaustive
  os-threads: REASON      not run with --threads os
  exhaustive: N           clean: exact number of executions of --strategy exhaustive
  exhaustive: RULE        found: it finds another rule first
  exhaustive: clean       found: only by a choice that this strategy does not explore (weak failures)
  exhaustive: sequential  clean: one execution without a choice
  exhaustive: endless     clean: loops that write, so that the search does not end, or more timeouts than it goes through: nothing is
                          found in 50 executions, nothing claimed
  exhaustive: incomplete  clean: in each of the first 50 executions a thread would time out too often: nothing is tested, exit status 3
  exhaustive: unbounded FILE:LINE   clean: a loop that waits and changes something in each round: it is named, exit status 3
  loop-bound: N=E+C       clean: with --loop-bound N it has E executions, and C are cut
  assumes: WORDS          clean: a note of --strategy exhaustive with "assumed" has these words; without the key there is no such note
  exhaustive: refused     the program uses what this strategy does not model: exit status 3

What is checked: the verdict rewritten on fibers and on OS threads and not rewritten; the numbers
of executions; that a finding does not appear one bound lower; that the printed replay line, given
to a fresh shell, fails by the same rule; that a second run writes the same JSON byte for byte.

A data structure's file states two truths about --strategy exhaustive:

  exhaustive: N           exact number of executions, clean
  optimised: N            the same of the program built with -O1, when it is another number
  blocked: no             no execution ends with a thread that waits for what has happened
  weakened: RULE          what is found when one order is weaker; the printed replay line fails by the same rule
  sc: clean               with --memory-model sc the weakened program is clean: only weak memory shows it
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "litmus"))
import oracle  # noqa: E402

MAX_TIME = "60s"
FEW = 300                       # executions that are run once more, with --run-all
MANY_ON_OS_THREADS = 300        # executions; each takes some 10 ms


class Failure(Exception):
    pass


class Runner:
    """Runs `interleave` in a scratch folder, which is kept when a check fails."""

    def __init__(self, interleave):
        self.interleave = os.path.abspath(interleave)
        self.folder = tempfile.mkdtemp(prefix="interleave-check-")
        self.runs = 0

    def run(self, program, bound, *options, strategy="bounded"):
        self.runs += 1
        result = os.path.join(self.folder, f"{self.runs}.json")
        command = [self.interleave, "run", "--strategy", strategy, "--bound", str(bound),
                   "--max-time", MAX_TIME, "--json", result,
                   "--output-dir", os.path.join(self.folder, "out"),
                   *options, "--", os.path.abspath(program)]
        return Run(self, command, result)

    def shell(self, line):
        """A fresh shell that knows nothing but where `interleave` is."""
        environment = {"PATH": os.path.dirname(self.interleave) + ":/usr/bin:/bin"}
        return subprocess.run(["/bin/sh", "-c", line], cwd=self.folder, env=environment,
                              capture_output=True, text=True, errors="replace")


class Run:
    def __init__(self, runner, command, result):
        self.runner, self.command = runner, command
        done = subprocess.run(command, cwd=runner.folder, capture_output=True, text=True,
                              errors="replace", stdin=subprocess.DEVNULL)
        self.status, self.text, self.errors = done.returncode, done.stdout, done.stderr
        self.bytes = pathlib.Path(result).read_bytes() if os.path.exists(result) else b""
        self.json = json.loads(self.bytes) if self.bytes else {"tests": []}

    def fail(self, why):
        raise Failure(f"{why}\n  command: {' '.join(self.command)}\n  exit status: {self.status}\n"
                      f"{self.text}{self.errors}")

    def rules(self):
        """Rules of the confirmed and unconfirmed findings, in order, without the prefix."""
        return [f["rule"].removeprefix("interleave/")
                for t in self.json["tests"] for f in t["findings"]]

    def executions(self):
        return sum(c["executions"] for t in self.json["tests"] for c in t["coverage"])

    def blocked(self):
        return sum(c.get("blocked", 0) for t in self.json["tests"] for c in t["coverage"])

    def cut(self):
        return sum(c.get("cut", 0) for t in self.json["tests"] for c in t["coverage"])

    def expect_clean(self):
        if self.status != 0 or self.rules():
            self.fail(f"expected a clean program, found {self.rules() or 'nothing'}")
        incomplete = [t["name"] for t in self.json["tests"]
                      if any(not c["complete"] for c in t["coverage"])]
        if incomplete:
            self.fail(f"did not drain its bound: {incomplete}")

    def expect_sequential(self):
        verdicts = [t["verdict"] for t in self.json["tests"]]
        if self.status != 4 or verdicts != ["sequential"]:
            self.fail(f"expected a program without a choice, the verdict is {verdicts}")

    def expect_unfinished(self):
        complete = [c["complete"] for t in self.json["tests"] for c in t["coverage"]]
        if self.status != 0 or self.rules() or complete != [False]:
            self.fail("expected neither a finding nor an end of the search")

    def expect_refused(self):
        if self.status != 3:
            self.fail("expected the strategy to refuse the program")

    def expect_rule(self, rule, test=None):
        if self.status != (6 if rule == "nondeterminism" else 1):
            self.fail(f"expected exit status 1 for {rule}")
        if self.rules()[:1] != [rule]:
            self.fail(f"expected {rule}, found {self.rules()}")
        if test:
            bad = [t["name"] for t in self.json["tests"] if t["findings"]]
            if bad != [test]:
                self.fail(f"expected only the test {test} to fail, failed: {bad}")

    def expect_not(self, rule):
        """One bound lower: nothing, or at most a lock order that was not confirmed."""
        if [r for r in self.rules() if r != "lock-order"] or self.status not in (0, 1):
            self.fail(f"{rule} was to appear one bound higher")

    def replay(self, rule):
        lines = re.findall(r"^ *replay: *(.*)$", self.text, re.MULTILINE)
        if not lines:
            self.fail("no replay line was printed")
        done = self.runner.shell(lines[0])
        if done.returncode != 1:
            self.fail(f"the replay `{lines[0]}` exited with {done.returncode}:\n"
                      f"{done.stdout}{done.stderr}")
        if f"interleave/{rule}" not in done.stdout:
            self.fail(f"the replay `{lines[0]}` did not find {rule}:\n{done.stdout}{done.stderr}")

    def expect_same(self, again):
        if self.bytes != again.bytes:
            self.fail("two runs wrote different JSON")


def header(path):
    keys = {}
    for line in open(path):
        if not line.startswith("//"):
            break
        match = re.match(r"// ([a-z-]+): (.*)$", line)
        if match:
            keys.setdefault(match[1], []).append(match[2].strip())
    return keys


def one(keys, name, default=None):
    return keys.get(name, [default])[0]


def check_found(runner, keys, rewritten, plain):
    rule, bound = one(keys, "expect"), int(one(keys, "bound"))
    options = one(keys, "options", "").split()
    run_bound = one(keys, "run-bound", str(bound))
    first = runner.run(rewritten, run_bound, *options)
    first.expect_rule(rule)
    if one(keys, "deterministic", "yes") == "yes":
        first.replay(rule)
        first.expect_same(runner.run(rewritten, run_bound, *options))
    if bound > 0:
        runner.run(rewritten, bound - 1, *options).expect_not(rule)
    if "os-threads" not in keys:
        runner.run(rewritten, run_bound, "--threads", "os", *options).expect_rule(rule)
    if "sc" in keys:
        runner.run(rewritten, run_bound, "--memory-model", "sc", *options).expect_clean()
    other = one(keys, "no-rewrite", rule)
    run = runner.run(plain, run_bound, *options)
    if other == "clean":
        run.expect_clean()
    else:
        run.expect_rule(other)
        if one(keys, "deterministic", "yes") == "yes":
            run.replay(other)


def check_sequential(runner, keys, rewritten, plain):
    if "model" in keys and oracle.count(keys["model"], 2) != 1:
        raise Failure("the oracle sees a choice in a sequential program")
    runner.run(rewritten, 2).expect_sequential()
    runner.run(rewritten, 2, "--threads", "os").expect_sequential()
    runner.run(plain, 2).expect_sequential()


def check_clean(runner, keys, rewritten, plain, measure):
    options = one(keys, "options", "").split()
    counts = dict(pair.split("=") for pair in one(keys, "executions", "").split() if "=" in pair)
    bounds = one(keys, "run-bound") or one(keys, "bounds") or "0 1 2"
    if "memory-model" in keys:
        runner.run(rewritten, bounds.split()[-1], *options).expect_clean()
        options += ["--memory-model", keys["memory-model"][0]]
    measured, same_on_os_threads = [], None
    for bound in bounds.split():
        run = runner.run(rewritten, bound, *options)
        run.expect_clean()
        measured.append(f"{bound}={run.executions()}")
        if not measure and counts.get(bound) != str(run.executions()):
            run.fail(f"{run.executions()} executions at bound {bound}; the file says {counts}")
        if "model" in keys:
            expected = oracle.count(keys["model"], int(bound))
            if expected != run.executions():
                run.fail(f"{run.executions()} executions at bound {bound}; "
                         f"the oracle counts {expected}")
        if same_on_os_threads is None or run.executions() <= MANY_ON_OS_THREADS:
            same_on_os_threads = bound, run.executions()
    if measure:
        print("executions:", *measured)
    last = bounds.split()[-1]
    run.expect_same(runner.run(rewritten, last, *options))
    if "os-threads" not in keys:
        bound, executions = same_on_os_threads
        other = runner.run(rewritten, bound, "--threads", "os", *options)
        other.expect_clean()
        if other.executions() != executions:
            other.fail(f"{other.executions()} executions on OS threads, {executions} on fibers")
    runner.run(plain, last, *options).expect_clean()
    if "memory-model" in keys:
        runner.run(plain, last, *options, "--memory-model", "c++").expect_clean()


def check_exhaustive(runner, keys, rewritten):
    """The graph engine: finds what there is to find, and counts each class of executions once."""
    rule = one(keys, "expect")
    said = one(keys, "exhaustive", rule)
    options = one(keys, "options", "").split() + one(keys, "exhaustive-options", "").split()
    if "loop-bound" in keys:
        bound, executions, cut = re.match(r"(\d+)=(\d+)\+(\d+)$", keys["loop-bound"][0]).groups()
        run = runner.run(rewritten, 0, "--loop-bound", bound, *options, strategy="exhaustive")
        run.expect_clean()
        if (run.executions(), run.cut()) != (int(executions), int(cut)):
            run.fail(f"{run.executions()} executions and {run.cut()} cut; the file says {keys['loop-bound']}")
        if int(cut) != 0 and "in which no place is come to more than" not in " ".join(run.text.split()):
            run.fail("executions were cut and the verdict does not say it")
    if said.startswith("unbounded"):
        run = runner.run(rewritten, 0, *options, strategy="exhaustive")
        run.expect_refused()
        if said.split()[1] not in run.text or "--loop-bound" not in run.text:
            run.fail(f"expected a sentence with {said.split()[1]} and --loop-bound")
        return
    if said == "incomplete":
        run = runner.run(rewritten, 0, "--executions", "50", *options, strategy="exhaustive")
        run.expect_refused()
        if "not one execution is complete" not in " ".join(run.text.split()):
            run.fail("expected a search without one complete execution")
        return
    if said == "endless":
        runner.run(rewritten, 0, "--executions", "50", *options, strategy="exhaustive").expect_unfinished()
        return
    run = runner.run(rewritten, 0, *options, strategy="exhaustive")
    if said == "refused":
        run.expect_refused()
    elif said == "clean" or said.isdigit():
        run.expect_clean()
        if said.isdigit() and int(said) != run.executions():
            run.fail(f"{run.executions()} executions by the graph engine; the file says {said}")
        assumed = [note for note in run.json["tests"][0]["notes"] if "assumed" in note]
        if bool(assumed) != ("assumes" in keys) or not all(one(keys, "assumes") in note for note in assumed):
            run.fail(f"it is assumed: {assumed}; the file says {keys.get('assumes')}")
        if said.isdigit() and int(said) <= FEW:
            again = runner.run(rewritten, 0, "--run-all", *options, strategy="exhaustive")
            again.expect_clean()
            if again.executions() != run.executions():
                again.fail(f"{again.executions()} executions if all are run; {run.executions()} if not")
    elif said == "sequential":
        run.expect_sequential()
    else:
        run.expect_rule(said)
        if said == "livelock" and run.json["tests"][0]["notes"]:      # as that threads were left when main returned, which it did not
            run.fail("expected no notes")
        if one(keys, "deterministic", "yes") == "yes":
            run.replay(said)


def check_structure(runner, keys, program, optimised, weakened, measure):
    plain_count = one(keys, "exhaustive")
    for build, count in ((program, plain_count), (optimised, one(keys, "optimised", plain_count))):
        for options in ((), ("--assume-told-reads",), ("--run-all",)):
            run = runner.run(build, 0, *options, strategy="exhaustive")
            run.expect_clean()
            if "--run-all" not in options and one(keys, "blocked") == "no" and run.blocked() != 0:
                run.fail(f"{run.blocked()} executions are blocked")
            if measure:
                print(build, run.executions())
            elif count != str(run.executions()):
                run.fail(f"{run.executions()} executions; the file says {count}")
    rule = one(keys, "weakened")
    found = runner.run(weakened, 0, strategy="exhaustive")
    found.expect_rule(rule)
    found.replay(rule)
    found.expect_same(runner.run(weakened, 0, strategy="exhaustive"))
    runner.run(weakened, 0, "--assume-told-reads", strategy="exhaustive").expect_rule(rule)
    if "sc" in keys:
        runner.run(weakened, 0, "--memory-model", "sc", strategy="exhaustive").expect_clean()


def check_example(runner, expected, case, program):
    truth = dict(re.match(r"(\w+): (.*)$", line).groups() for line in open(expected))
    words = truth[case].split()
    if words[0] == "clean":
        runner.run(program, 2).expect_clean()
        return
    named = dict(zip(words[1::2], words[2::2]))
    rule, bound = words[0], int(named["bound"])
    run = runner.run(program, bound)
    run.expect_rule(rule, named.get("test"))
    run.replay(rule)
    if bound > 0:
        runner.run(program, bound - 1).expect_not(rule)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["litmus", "structure", "example"])
    for name in ("interleave", "source", "rewritten", "plain", "optimised", "weakened", "expected", "case", "program"):
        parser.add_argument("--" + name)
    parser.add_argument("--measure", action="store_true", help="print the numbers of executions")
    arguments = parser.parse_args()
    runner = Runner(arguments.interleave)
    try:
        if arguments.what == "example":
            check_example(runner, arguments.expected, arguments.case, arguments.program)
        elif arguments.what == "structure":
            check_structure(runner, header(arguments.source), arguments.program, arguments.optimised, arguments.weakened,
                            arguments.measure)
        else:
            keys = header(arguments.source)
            if one(keys, "expect") == "sequential":
                check_sequential(runner, keys, arguments.rewritten, arguments.plain)
            elif one(keys, "expect") == "clean":
                check_clean(runner, keys, arguments.rewritten, arguments.plain, arguments.measure)
            else:
                check_found(runner, keys, arguments.rewritten, arguments.plain)
            check_exhaustive(runner, keys, arguments.rewritten)
    except Failure as failure:
        print(f"FAIL: {failure}\n  again: {' '.join(sys.argv)}\n  kept: {runner.folder}")
        return 1
    shutil.rmtree(runner.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
