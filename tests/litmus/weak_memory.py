# The C++ memory model for oracle.py: which stores an access may use, from RC11's axioms alone.
# SPDX-License-Identifier: Apache-2.0
"""A Memory is the execution graph of what happened so far, in order of execution. Whether an access
may be added in some way is decided by building that graph and checking every axiom (Lahav et al.,
"Repairing sequential consistency in C/C++11", PLDI 2017; release sequences as in C++20); what the
model adds is that psc agrees with the order of execution. Nothing here comes from the runtime."""

ACQUIRES = {"acq", "acq_rel", "sc"}
RELEASES = {"rel", "acq_rel", "sc"}


class Event:
    def __init__(self, thread, kind, what=None, order="rlx", source=None):
        self.thread, self.kind, self.what, self.order, self.source = thread, kind, what, order, source

    reads = property(lambda self: self.kind in ("load", "rmw"))
    writes = property(lambda self: self.kind in ("init", "store", "rmw"))
    is_access = property(lambda self: self.kind in ("init", "load", "store", "rmw"))


class Memory:
    def __init__(self):
        self.events = []
        self.orders = {}                 # location -> its stores in modification order, by number

    def copy(self):
        new = Memory()
        new.events = list(self.events)
        new.orders = {x: list(stores) for x, stores in self.orders.items()}
        return new

    def note(self, thread, kind, what=None, order="rlx", source=None):
        """An event that nobody chooses: create, start, end, join, lock, unlock, fence."""
        self.events.append(Event(thread, kind, what, order, source))
        return len(self.events) - 1

    def add(self, thread, kind, location, order, older):
        """An access; `older` is how many stores there are after the one read, or after the new one."""
        if location not in self.orders:
            self.orders[location] = [self.note(None, "init", location)]
        stores = self.orders[location]
        at = len(stores) - 1 - older
        event = self.note(thread, kind, location, order, None if kind == "store" else stores[at])
        if kind != "load":
            stores.insert(at + 1, event)

    def alternatives(self, thread, kind, location, order):
        """Every `older` that keeps to the axioms, the default 0 first."""
        allowed = []
        for older in range(len(self.orders.get(location, [None]))):
            after = self.copy()
            after.add(thread, kind, location, order, older)
            if after.is_consistent():
                allowed.append(older)
        assert allowed[0] == 0
        return allowed

    def is_consistent(self):
        events, n = self.events, len(self.events)
        every = range(n)

        def relation(holds):
            return {(a, b) for a in every for b in every if holds(events[a], events[b], a, b)}

        po = relation(lambda e, f, a, b: a < b and (e.thread == f.thread or e.kind == "init"))
        extra = relation(lambda e, f, a, b: a < b and (
            (e.kind == "create" and f.kind == "start" and e.what == f.thread)
            or (e.kind == "end" and f.kind == "join" and f.what == e.thread)
            or (e.kind == "unlock" and f.kind == "lock" and e.what == f.what)))
        rf = {(e.source, i) for i, e in enumerate(events) if e.source is not None}
        mo = {(s[i], s[j]) for s in self.orders.values() for j in range(len(s)) for i in range(j)}
        rb = {(r, w) for (s, r) in rf for (u, w) in mo if u == s and w != r}
        for i, e in enumerate(events):                                       # atomicity
            if e.kind == "rmw" and any((e.source, w) in mo and (w, i) in mo for w in every):
                return False
        chains = closure({(a, b) for (a, b) in rf if events[b].kind == "rmw"}) | {
            (i, i) for i in every if events[i].writes}

        def releasers(w):
            return [a for a in every if events[a].order in RELEASES and (
                (a == w and events[a].writes) or (events[a].kind == "fence" and (a, w) in po))]

        def acquirers(r):
            return [b for b in every if events[b].order in ACQUIRES and (
                (b == r and events[b].reads) or (events[b].kind == "fence" and (r, b) in po))]

        sw = {(a, b) for (w, v) in chains for (s, r) in rf if s == v
              for a in releasers(w) for b in acquirers(r)}
        hb = closure(po | extra | sw)
        eco = closure(rf | mo | rb)
        if any((b, a) in eco or a == b for (a, b) in hb):                    # coherence
            return False
        same = {(a, b) for (a, b) in hb if events[a].is_access and events[b].is_access
                and events[a].what == events[b].what}
        elsewhere = {(a, b) for (a, b) in po if events[a].is_access and events[b].is_access
                     and events[a].what != events[b].what}
        scb = po | then(elsewhere, hb, elsewhere) | same | mo | rb
        accesses = {(i, i) for i in every if events[i].order == "sc" and events[i].is_access}
        fences = {(i, i) for i in every if events[i].order == "sc" and events[i].kind == "fence"}
        maybe_hb = hb | {(i, i) for i in every}
        psc = then(accesses | then(fences, maybe_hb), scb, accesses | then(maybe_hb, fences)) | then(
            fences, hb | then(hb, eco, hb), fences)
        return all(a < b for (a, b) in psc)


def then(*relations):
    result = relations[0]
    for relation in relations[1:]:
        after = {}
        for a, b in relation:
            after.setdefault(a, []).append(b)
        result = {(a, c) for (a, b) in result for c in after.get(b, ())}
    return result


def closure(relation):
    result = set(relation)
    while True:
        more = then(result, relation) - result
        if not more:
            return result
        result |= more
