"""Races between the programs of one launch in the interpreter: a plain store that overlaps another program's access.

The interpreter runs programs one after another, so a race never shows in its results; a GPU gives no such order. A
store that leaves memory as it was (every program writes the same) is no race: no order can tell. Atomics are exempt,
and a launch that uses them as locks is not looked at. Memory is bounded: past the limit a launch is left unchecked,
and told so.
"""

from __future__ import annotations

import numpy as np

LIMIT = 10_000_000  # segments of one launch


class Recorder:
    """Accesses of one launch as segments of byte addresses; `program` is set by the executor."""

    def __init__(self, limit: int = LIMIT):
        self._limit, self._count = limit, 0
        self.program = 0
        self.locked = False  # atomics are used as locks
        self.full = False
        self._stores: list[tuple] = []
        self._loads: list[tuple] = []

    def load(self, addresses: np.ndarray, width: int, line: int) -> None:
        self._add(self._loads, addresses, width, line)

    def store(self, addresses: np.ndarray, width: int, line: int) -> None:
        self._add(self._stores, addresses, width, line)

    def _add(self, to: list, addresses: np.ndarray, width: int, line: int) -> None:
        if self.full or self.locked or addresses.size == 0:
            return
        begins, ends = _segments(addresses, width)
        self._count += begins.size
        if self._count > self._limit:
            self.full = True
            self._stores.clear()
            self._loads.clear()
            return
        to.append((self.program, line, begins, ends))

    def find(self) -> tuple[int, int, int, int] | None:
        """(program, line, other program, other line) of one race: the first by address; None where there is none."""
        if self.locked or self.full or not self._stores:
            return None
        stores = _merged(self._stores)
        programs, lines, begins, ends = stores
        late = np.flatnonzero(begins[1:] < np.maximum.accumulate(ends)[:-1])
        if late.size:
            second = int(late[0]) + 1
            first = int(np.flatnonzero(ends[:second] > begins[second])[0])
            return int(programs[first]), int(lines[first]), int(programs[second]), int(lines[second])
        return _against(stores, _merged(self._loads)) if self._loads else None


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
    sizes = [begins.size for _, _, begins, _ in accesses]
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
