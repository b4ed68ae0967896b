"""Races between the programs of one launch in the interpreter: a plain store that overlaps another program's access.

The interpreter runs programs one after another, so a race never shows in its results; a GPU gives no such order. A
store that leaves memory as it was (every program writes the same) is no race: no order can tell. Atomics themselves are
exempt, and so is what they may order: an access before a program's last atomic against one that a later program makes
after an atomic whose result it keeps (a lock, a counter that is waited on). Which address an atomic has is not asked,
so too much is taken as ordered, never too little. Memory is bounded: past the limit a launch is left unchecked, and
told so.
"""

from __future__ import annotations

import numpy as np

LIMIT = 10_000_000  # segments of one launch


class Recorder:
    """Accesses of one launch as segments of byte addresses; `program` is set by the executor, ascending as they run."""

    def __init__(self, limit: int = LIMIT):
        self._limit, self._count = limit, 0
        self.program = 0
        self.waits = 0  # line of the first atomic whose result is kept
        self.full = False
        self._stores: list[tuple] = []
        self._loads: list[tuple] = []
        self._atomics: dict[int, int] = {}  # how many a program has made
        self._waited: set[int] = set()  # programs that have kept an atomic's result

    def load(self, addresses: np.ndarray, width: int, line: int) -> None:
        self._add(self._loads, addresses, width, line)

    def store(self, addresses: np.ndarray, width: int, line: int) -> None:
        self._add(self._stores, addresses, width, line)

    def atomic(self, waits: bool, line: int) -> None:
        """An atomic was made; `waits`: what it returned may decide what the program does next."""
        self._atomics[self.program] = self._atomics.get(self.program, 0) + 1
        if waits:
            self._waited.add(self.program)
            self.waits = self.waits or max(line, 1)

    def _add(self, to: list, addresses: np.ndarray, width: int, line: int) -> None:
        if self.full or addresses.size == 0:
            return
        begins, ends = _segments(addresses, width)
        self._count += begins.size
        if self._count > self._limit:
            self._overflow()
            return
        state = self._atomics.get(self.program, 0), self.program in self._waited
        to.append((self.program, line, begins, ends, *state))

    def _overflow(self) -> None:
        self.full = True
        self._stores.clear()
        self._loads.clear()

    def find(self) -> tuple[int, int, int, int] | None:
        """(program, line, other program, other line) of one race: the first by address; None where there is none."""
        if self.full or not self._stores:
            return None
        if self.waits:
            return self._find_unordered()
        stores = _merged(self._stores)
        programs, lines, begins, ends = stores
        late = np.flatnonzero(begins[1:] < np.maximum.accumulate(ends)[:-1])
        if late.size:
            second = int(late[0]) + 1
            first = int(np.flatnonzero(ends[:second] > begins[second])[0])
            return int(programs[first]), int(lines[first]), int(programs[second]), int(lines[second])
        return _against(stores, _merged(self._loads)) if self._loads else None

    def _find_unordered(self) -> tuple[int, int, int, int] | None:
        """The same where atomics may order: an earlier program's access is *open* if no atomic of it follows, a later
        one's is *early* if it waited for none before; a pair with an open or an early one is unordered."""
        accesses = self._stores + self._loads
        sizes = [a[2].size for a in accesses]
        of = np.repeat(np.arange(len(accesses)), sizes)
        found = _cells(np.concatenate([a[2] for a in accesses]), np.concatenate([a[3] for a in accesses]), self._limit)
        if found is None:
            self._overflow()
            return None
        rows, cells = found
        of = of[rows]
        store = np.arange(len(accesses)) < len(self._stores)
        open_ = np.array([a[4] == self._atomics.get(a[0], 0) for a in accesses])
        early = np.array([not a[5] for a in accesses])
        any_ = np.ones(len(accesses), dtype=bool)
        programs = np.array([a[0] for a in accesses], dtype=np.int64)
        for before, after in ((open_ & store, any_), (open_, store), (store, early), (any_, early & store)):
            pair = _pair(cells, programs[of], before[of], after[of])
            if pair is not None:
                first, second = (int(of[row]) for row in pair)
                first, second = (first, second) if store[first] else (second, first)
                return accesses[first][0], accesses[first][1], accesses[second][0], accesses[second][1]
        return None


def _cells(begins: np.ndarray, ends: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray] | None:
    """(segment, cell) pairs, where cells are the pieces into which all the bounds together cut memory; None where
    there are more than `limit`."""
    bounds = np.unique(np.concatenate((begins, ends)))
    low = np.searchsorted(bounds, begins)
    counts = np.searchsorted(bounds, ends) - low
    if counts.sum() > limit:
        return None
    rows = np.repeat(np.arange(begins.size), counts)
    return rows, np.arange(rows.size) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)


def _pair(
    cells: np.ndarray, programs: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Two rows of one cell, the first among `before`, the second among `after` and of a later program."""
    if not before.any() or not after.any():
        return None
    count = int(cells.max()) + 1
    first = np.full(count, np.iinfo(np.int64).max)
    last = np.full(count, -1, dtype=np.int64)
    np.minimum.at(first, cells[before], programs[before])
    np.maximum.at(last, cells[after], programs[after])
    bad = np.flatnonzero(first < last)
    if not bad.size:
        return None
    here = cells == bad[0]
    return (
        np.flatnonzero(here & before & (programs == first[bad[0]]))[0],
        np.flatnonzero(here & after & (programs == last[bad[0]]))[0],
    )


def _segments(addresses: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Ascending, disjoint byte ranges that cover elements of `width` bytes."""
    flat = addresses.reshape(-1)
    if flat.size == 1:
        return flat, flat + np.uint64(width)
    if flat[0] > flat[-1] or not (flat[1:] > flat[:-1]).all():
        flat = np.unique(flat)
    cuts = np.flatnonzero(np.diff(flat) > width)
    begins = flat[np.concatenate(([0], cuts + 1))]
    ends = flat[np.concatenate((cuts, [flat.size - 1]))] + np.uint64(width)
    return begins, ends


def _merged(accesses: list[tuple]) -> tuple[np.ndarray, ...]:
    """(programs, lines, begins, ends) by address, each program's own overlaps melted together."""
    sizes = [a[2].size for a in accesses]
    programs = np.repeat(np.array([a[0] for a in accesses], dtype=np.int64), sizes)
    lines = np.repeat(np.array([a[1] for a in accesses], dtype=np.int64), sizes)
    begins = np.concatenate([a[2] for a in accesses])
    ends = np.concatenate([a[3] for a in accesses])
    order = np.lexsort((begins, programs))
    programs, lines, begins, ends = programs[order], lines[order], begins[order], ends[order]
    # Reach of what came before in the same program: shift programs apart so that one running maximum serves them all.
    first = np.concatenate(([True], programs[1:] != programs[:-1]))
    group = np.cumsum(first) - 1
    reach = _running_maximum(ends, group)
    fresh = first | np.concatenate(([False], begins[1:] > reach[:-1]))
    starts = np.flatnonzero(fresh)
    last = np.concatenate((starts[1:] - 1, [begins.size - 1]))
    programs, lines, begins, ends = programs[starts], lines[starts], begins[starts], reach[last]
    order = np.argsort(begins, kind="stable")
    return programs[order], lines[order], begins[order], ends[order]


def _running_maximum(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The running maximum of `values` within each run of equal `group` numbers (ascending)."""
    ranks = np.unique(values, return_inverse=True)
    keyed = group * (ranks[0].size + 1) + ranks[1].reshape(-1)
    best = np.maximum.accumulate(keyed)
    return ranks[0][best - group * (ranks[0].size + 1)]


def _against(stores: tuple[np.ndarray, ...], loads: tuple[np.ndarray, ...]) -> tuple[int, int, int, int] | None:
    """A load that meets a store of another program; the stores do not overlap one another."""
    programs, lines, begins, ends = stores
    low = np.searchsorted(ends, loads[2], side="right")
    high = np.searchsorted(begins, loads[3], side="left")
    changes = np.concatenate(([0], np.cumsum(programs[1:] != programs[:-1])))
    some = low < high
    inside, last = np.minimum(low, programs.size - 1), np.clip(high - 1, 0, programs.size - 1)
    alone = (changes[inside] == changes[last]) & (programs[inside] == loads[0])
    bad = np.flatnonzero(some & ~alone)
    if not bad.size:
        return None
    load = int(bad[0])
    span = np.arange(low[load], high[load])
    store = int(span[programs[span] != loads[0][load]][0])
    return int(programs[store]), int(lines[store]), int(loads[0][load]), int(loads[1][load])
