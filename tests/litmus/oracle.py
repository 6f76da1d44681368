#!/usr/bin/env python3
# Counts the executions of a small program by brute force, from SEMANTICS alone: the naive twin of the search.
# SPDX-License-Identifier: Apache-2.0
"""A litmus file may describe its threads in `// model:` lines, one thread each:

    // model: main = create a, create b, join a, join b
    // model: a = lock m, unlock m

This file enumerates the schedules of such a description recursively, with the rules of
lib/README.md written down again in the plainest way; nothing here comes from the runtime.

  op                 a visible operation that is always enabled (an atomic access, a fence ...)
  load x O, store x O, rmw x O, fence O   with order O: rlx, acq, rel, acq_rel, sc; which store is
                     read, or where a store goes, is a choice where weak_memory.py allows several
  lock m, unlock m   of an exclusive lock; relock m: again by its owner
  rdlock m           shared; unlock m ends it
  create t, join t   creation is not visible
  yield              lets each other enabled thread run first
  weak               a weak compare-exchange that would succeed: one choice, the operation is done
                     again after a failure
  once o             call_once: enters unless another is inside; the first one ends it visibly
  await c m f        while (!f) c.wait(m): looks at flag f under m
  set f              invisible
  notify c, notify_all c
  leave              main ends, the program goes on until its last thread has ended

count(text, bound) is the number of executions with at most `bound` preemptions.
"""
import sys

import weak_memory

STALE_READS = 1
SPURIOUS_WAKEUPS = 1
WEAK_FAILURES = 1
INVISIBLE = {"create", "set"}
ACCESSES = {"load", "store", "rmw"}


def parse(lines):
    threads = {}
    for line in lines:
        name, _, operations = line.partition("=")
        threads[name.strip()] = [tuple(o.split()) for o in operations.split(",") if o.strip()]
    return threads


class State:
    """One moment of an execution; copied at every choice, as slowly and safely as can be."""

    def __init__(self, program):
        self.program = program
        self.names = ["main"]              # in order of creation: the index is the thread's id
        self.position = {"main": 0}        # next operation; -1: has not started
        self.ended = set()
        self.owner, self.depth = {}, {}
        self.readers = {}
        self.flags = set()
        self.once = {}                     # flag -> who is inside; None: done
        self.waiting = {}                  # thread -> condition: announced condition_wake
        self.order = []                    # waiters by arrival
        self.woken, self.spurious = set(), set()
        self.waits_for = {}                # thread -> those that must run first
        self.spurious_left, self.weak_left = SPURIOUS_WAKEUPS, WEAK_FAILURES
        self.stale_left = STALE_READS
        self.memory = weak_memory.Memory()
        self.left = False
        self.current = "main"

    def copy(self):
        new = State.__new__(State)
        for key, value in self.__dict__.items():
            new.__dict__[key] = value.copy() if hasattr(value, "copy") and key != "program" else value
        new.waits_for = {t: set(s) for t, s in self.waits_for.items()}
        new.readers = {m: list(r) for m, r in self.readers.items()}
        return new

    def pending(self, t):
        """What t does next: its next visible operation."""
        if self.position[t] < 0:
            return ("start",)
        if t in self.waiting:
            return ("wake", self.waiting[t])
        operations = self.program[t]
        if t in self.once.values():
            return ("once_end", operations[self.position[t]][1])
        return operations[self.position[t]] if self.position[t] < len(operations) else None

    def run_invisible(self, t):
        """Goes on to the next visible operation or the end of t."""
        while t not in self.ended:
            operation = self.pending(t)
            if operation is None or operation[0] == "leave":
                self.ended.add(t)
                self.memory.note(t, "end")
                self.left = self.left or operation is not None
            elif operation[0] == "await" and operation[3] in self.flags:
                self.position[t] += 1
            elif operation[0] == "create":
                self.names.append(operation[1])
                self.memory.note(t, "create", operation[1])
                self.position[operation[1]] = -1
                self.position[t] += 1
            elif operation[0] == "set":
                self.flags.add(operation[1])
                self.position[t] += 1
            else:
                return

    def enabled(self, t, properly=False):
        operation = self.pending(t)
        kind = operation[0]
        if kind == "join":
            return operation[1] in self.ended
        if kind == "lock":
            return operation[1] not in self.owner and not self.readers.get(operation[1])
        if kind == "rdlock":
            return operation[1] not in self.owner
        if kind == "once":
            return self.once.get(operation[1]) is None
        if kind == "wake":
            mutex = self.program[t][self.position[t]][2]
            if mutex in self.owner:
                return False
            return t in self.woken or (not properly and t in self.spurious)
        return True

    def live(self):
        return [t for t in self.names if t not in self.ended]

    def candidates(self):
        """Who may run next, and whether going on is one of the choices (then others preempt)."""
        able = [t for t in self.live() if self.enabled(t)]
        if not any(self.enabled(t, properly=True) for t in able):
            return [], False
        for t in self.waits_for:
            self.waits_for[t] &= set(able)
        free = [t for t in able if not self.waits_for.get(t)]
        if not free:
            self.waits_for, free = {}, able
        goes_on = self.current in free and self.current not in self.ended
        if goes_on:
            free = [self.current] + [t for t in free if t != self.current]
        return free, goes_on

    def others_can_run(self, t):
        return any(u != t and self.enabled(u, properly=True) for u in self.live())

    def choices_of(self, t):
        """The answers that t's pending operation leaves open, default first."""
        operation = self.pending(t)
        if operation[0] in ACCESSES:
            allowed = self.memory.alternatives(t, *operation)
            return allowed if self.stale_left else allowed[:1]
        if operation[0] == "weak" and self.weak_left and self.others_can_run(t):
            return ["succeed", "fail"]
        if operation[0] == "await" and self.spurious_left:
            after = self.copy()
            after.perform(t, None)
            if after.others_can_run(t):
                return ["wait", "spurious"]
        if operation[0] == "notify":
            waiters = [w for w in self.order if self.waiting.get(w) == operation[1]]
            if len(waiters) > 1:
                return waiters
        return [None]

    def perform(self, t, answer):
        """Does t's pending operation; its invisible successors too."""
        operation = self.pending(t)
        kind = operation[0]
        if kind in ACCESSES:
            self.memory.add(t, *operation, answer or 0)
            self.stale_left -= bool(answer)
        elif kind == "fence":
            self.memory.note(t, kind, order=operation[1])
        elif kind in ("start", "join", "lock", "unlock"):
            self.memory.note(t, kind, *operation[1:])
        if kind == "start":
            self.position[t] = 0
            return self.run_invisible(t)
        if kind == "wake":
            self.owner[self.program[t][self.position[t]][2]] = t
            self.depth[self.program[t][self.position[t]][2]] = 1
            del self.waiting[t]
            self.woken.discard(t)
            self.spurious.discard(t)
            if t in self.order:
                self.order.remove(t)
            return self.run_invisible(t)       # looks at the flag again
        if kind == "await":
            del self.owner[operation[2]], self.depth[operation[2]]
            self.waiting[t] = operation[1]
            self.order.append(t)
            if answer == "spurious":
                self.spurious.add(t)
                self.spurious_left -= 1
            return None
        if kind == "weak" and answer == "fail":
            self.weak_left -= 1
            return None
        if kind == "once" and operation[1] not in self.once:
            self.once[operation[1]] = t
            return None
        if kind == "once_end":
            self.once[operation[1]] = None
        if kind in ("lock", "relock"):
            self.owner[operation[1]] = t
            self.depth[operation[1]] = self.depth.get(operation[1], 0) + 1
        elif kind == "rdlock":
            self.readers.setdefault(operation[1], []).append(t)
        elif kind == "unlock" and self.owner.get(operation[1]) == t:
            self.depth[operation[1]] -= 1
            if self.depth[operation[1]] == 0:
                del self.owner[operation[1]]
        elif kind == "unlock":
            self.readers[operation[1]].remove(t)
        elif kind in ("notify", "notify_all"):
            waiters = [w for w in self.order if self.waiting.get(w) == operation[1]]
            for w in waiters if kind == "notify_all" else [answer or next(iter(waiters), None)]:
                if w is not None:
                    self.woken.add(w)
                    self.order.remove(w)
        elif kind == "yield":
            self.waits_for[t] = {u for u in self.live() if u != t and self.enabled(u)}
        self.position[t] += 1
        return self.run_invisible(t)


def explore(state, preemptions, bound):
    """The number of executions that begin with `state`."""
    if ("main" in state.ended and not state.left) or not state.live():
        return 1
    candidates, goes_on = state.candidates()
    assert candidates, "the model is stuck: it describes a deadlock"
    total = 0
    for t in candidates:
        cost = 1 if goes_on and t != state.current else 0
        if preemptions + cost > bound:
            continue
        chosen = state.copy()
        chosen.current = t
        for waits in chosen.waits_for.values():
            waits.discard(t)
        for answer in chosen.choices_of(t):
            after = chosen.copy()
            after.perform(t, answer)
            total += explore(after, preemptions + cost, bound)
    return total


def count(lines, bound):
    state = State(parse(lines))
    state.run_invisible("main")
    return explore(state, 0, bound)


if __name__ == "__main__":
    for path in sys.argv[1:]:
        model = [l.split(":", 1)[1] for l in open(path) if l.startswith("// model:")]
        if model:
            print(path, *(f"{b}={count(model, b)}" for b in range(3)))
