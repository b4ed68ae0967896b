"""Races: what is found in segments, and in kernels."""

import numpy as np
import pytest
import torch

import races
from texts import ADD, HEAD


def record(*accesses, limit=races.LIMIT):
    """Accesses are (program, kind, addresses); every element is 4 bytes wide."""
    recorder = races.Recorder(limit)
    for line, (program, kind, addresses) in enumerate(accesses, 1):
        recorder.program = program
        getattr(recorder, kind)(np.array(addresses, dtype=np.uint64), 4, line)
    return recorder


@pytest.mark.parametrize(
    "accesses, found",
    [
        ([(0, "store", [0, 4]), (1, "store", [8, 12])], None),
        ([(0, "store", [0, 4]), (1, "store", [4, 8])], (0, 1, 1, 2)),
        ([(0, "store", [0, 4]), (0, "store", [4, 8]), (0, "load", [4])], None),
        ([(0, "store", [0]), (1, "load", [0])], (0, 1, 1, 2)),
        ([(1, "load", [0]), (0, "store", [0])], (0, 2, 1, 1)),
        ([(0, "load", [0]), (1, "load", [0])], None),
        ([(0, "store", [0]), (1, "store", [2])], (0, 1, 1, 2)),  # parts of an element
        ([(0, "store", [0, 8, 16]), (1, "store", [4, 12, 20])], None),  # interleaved
        ([(0, "store", [0, 100]), (1, "store", [40]), (1, "load", [96, 104])], None),
        ([(0, "store", [0]), (1, "store", [4]), (2, "store", [8]), (1, "load", [0, 4, 8])], (0, 1, 1, 4)),
        ([(1, "store", [4]), (1, "load", [4]), (0, "load", [8])], None),
        ([(0, "store", list(range(0, 400, 4))), (0, "store", [8]), (1, "store", [200])], (0, 1, 1, 3)),
        ([(0, "load", [0])], None),
        ([], None),
        ([(0, "store", [])], None),
    ],
)
def test_segments(accesses, found):
    assert record(*accesses).find() == found


def test_random_accesses_agree_with_brute_force():
    rng = np.random.default_rng(7)
    verdicts = set()
    for _ in range(300):
        accesses = [
            (
                int(rng.integers(3)),
                ("store", "load")[int(rng.integers(2))],
                np.unique(rng.integers(0, 60, rng.integers(1, 4))) * 4,
            )
            for _ in range(6)
        ]
        bytes_ = [(p, kind, {int(a) + i for a in addresses for i in range(4)}) for p, kind, addresses in accesses]
        clash = any(p != q and "store" in (k, l) and a & b for p, k, a in bytes_ for q, l, b in bytes_)
        verdicts.add(clash)
        assert (record(*accesses).find() is not None) == clash
    assert verdicts == {True, False}


def test_memory_is_bounded():
    recorder = record((0, "store", [0, 8, 16]), (1, "store", [0, 8]), limit=4)
    assert recorder.full and recorder.find() is None


RACES = {
    "sum without atomics": ("tl.store(out, tl.load(out) + tl.load(x + p))", True),
    "sum by atomics": ("tl.atomic_add(out, tl.load(x + p))", False),
    "every program writes another value": ("tl.store(out, tl.load(x + p))", True),
    "every program writes the same": ("tl.store(out, 3.0)", False),
    "own element": ("tl.store(out + p, tl.load(x + p))", False),
    "neighbour's element": ("tl.store(out + p, tl.load(out + p + 1) + 1)", True),
    "masked out": ("tl.store(out + p + tl.arange(0, 2), tl.load(x + p), mask=tl.arange(0, 2) < 1)", False),
    "overlapping tiles": ("tl.store(out + p + tl.arange(0, 2), tl.load(x + p))", True),
    "a counter that is waited on": (
        "tl.store(out + p, 1.0 * p + 1)\n    done = tl.atomic_add(lock, 1)\n    if done == 7:\n"
        "        tl.store(out, tl.sum(tl.load(out + tl.arange(0, 8))))",
        False,
    ),
    "a counter that nobody reads": ("tl.store(out, tl.load(x + p))\n    tl.atomic_add(lock, 1)", True),
}


@pytest.mark.parametrize("body, races_", RACES.values(), ids=RACES.keys())
def test_kernels(candidate, body, races_):
    text = (
        HEAD
        + f"""
@triton.jit
def kernel(x, out, lock):
    p = tl.program_id(0)
    {body}


def f(x):
    out = torch.zeros(10)
    kernel[(8,)](x, out, torch.zeros(1, dtype=torch.int32))
    return out
"""
    )
    reply = candidate(text, "f").call("f", torch.randn(8))
    assert reply["ok"], reply["reason"]
    assert bool(reply["races"]) == races_
    if races_:
        line = text[: text.index(body.split("\n")[0])].count("\n") + 1
        assert reply["races"][0].startswith("kernel: program ") and f"(line {line})" in reply["races"][0]


def test_races_are_of_one_call(candidate):
    worker = candidate(ADD, "add")
    for _ in range(3):
        reply = worker.call("add", torch.ones(600), torch.ones(600))
        assert reply["races"] == [] and reply["notes"] == [] and reply["launches"][0]["count"] == 1
