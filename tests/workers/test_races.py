"""Races: what is found in segments, and in kernels."""

import numpy as np
import pytest
import torch
import triton.language

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


def played(events):
    """A recorder of events (program, kind, addresses), programs ascending, and the same events with what atomics say:
    whether one of the program follows, whether it kept one's result before."""
    recorder, seen = races.Recorder(), []
    for number, (program, kind, addresses) in enumerate(events):
        recorder.program = program
        if kind in ("store", "load"):
            getattr(recorder, kind)(np.array(addresses, dtype=np.uint64) * 4, 4, number)
            mine = [(i, k) for i, (q, k, _) in enumerate(events) if q == program]
            released = any(k not in ("store", "load") and i > number for i, k in mine)
            seen.append((program, kind, set(addresses), released, any(k == "wait" and i < number for i, k in mine)))
        else:
            recorder.atomic(kind == "wait", 1)
    return recorder, seen


def test_random_accesses_between_atomics_agree_with_brute_force():
    rng = np.random.default_rng(11)
    verdicts = set()
    for _ in range(600):
        kinds = ("store", "load", "wait", "release", "wait")
        events = [
            (int(p), kinds[int(rng.integers(5))], np.unique(rng.integers(0, 40, rng.integers(1, 4))).tolist())
            for p in np.sort(rng.integers(0, 3, 9))
        ]
        recorder, seen = played(events)
        clash = any(
            p < q and "store" in (k, l) and a & b and not (released and waited)
            for p, k, a, released, _ in seen
            for q, l, b, _, waited in seen
        )
        verdicts.add((clash, bool(recorder.waits)))
        found = recorder.find()
        assert (found is not None) == clash
        if found and recorder.waits:  # else neighbouring accesses of a program are told as one
            (p, k, a), (q, l, b) = (events[found[i]] for i in (1, 3))
            assert k == "store" and set(a) & set(b) and (p, q) == (found[0], found[2])
    assert len(verdicts) == 4


def test_memory_is_bounded():
    recorder = record((0, "store", [0, 8, 16]), (1, "store", [0, 8]), limit=4)
    assert recorder.full and recorder.find() is None
    pieces = [(0, "store", [0, 4, 8, 12]), *((1, "load", [i]) for i in (0, 4, 8, 12))]
    recorder = record(*pieces, limit=6)  # few segments, which fall into more pieces
    recorder.atomic(True, 1)
    assert not recorder.full and recorder.find() is None and recorder.full


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
    "a lock": (
        "while tl.atomic_cas(lock, 0, 1) == 1:\n        pass\n    tl.store(out, tl.load(out) + tl.load(x + p))\n"
        "    tl.atomic_xchg(lock, 0)",
        False,
    ),
    "a store that the lock does not guard": (
        "tl.store(out, tl.load(x + p))\n    while tl.atomic_cas(lock, 0, 1) == 1:\n        pass\n"
        "    tl.atomic_xchg(lock, 0)",
        True,
    ),
    "a counter kept for show": ("tl.store(out, tl.load(x + p))\n    done = tl.atomic_add(lock, 1)", True),
    "a counter kept for show, early": ("done = tl.atomic_add(lock, 1); tl.store(out, tl.load(x + p))", True),
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
    out = torch.zeros(10, device="cuda")
    kernel[(8,)](x, out, torch.zeros(1, dtype=torch.int32, device="cuda"))
    return out
"""
    )
    reply = candidate(text, "f").call("f", torch.randn(8))
    assert reply["ok"], reply["reason"]
    assert bool(reply["races"]) == races_
    if races_:
        line = text[: text.index(body.split("\n")[0])].count("\n") + 1
        assert reply["races"][0].startswith("kernel: program ") and f"(line {line})" in reply["races"][0]


def test_a_launch_that_waits_is_noted(candidate):
    body, _ = RACES["a counter that is waited on"]
    text = HEAD + f"""
@triton.jit
def kernel(out, x, lock):
    p = tl.program_id(0)
    {body}


def f(x):
    out = torch.zeros(10, device="cuda")
    for _ in range(3):
        kernel[(8,)](out, x, torch.zeros(1, dtype=torch.int32, device="cuda"))
    return out
"""
    reply = candidate(text, "f").call("f", torch.randn(8))
    line = text[: text.index("done =")].count("\n") + 1
    words = f"races not looked for: kernel: between accesses that its atomics may order (line {line})"
    assert reply["ok"] and reply["notes"] == [words]


def test_atomic_loads_and_stores_are_no_plain_accesses(candidate):
    if not hasattr(triton.language, "atomic_load"):
        pytest.skip("this Triton has none")
    text = HEAD + """
@triton.jit
def kernel(out, flag):
    p = tl.program_id(0)
    if p == 0:
        tl.store(out, 3.0)
        tl.atomic_store(flag, 1)
    elif tl.atomic_load(flag) == 1:
        tl.store(out + p, tl.load(out))


def f():
    out = torch.zeros(4, device="cuda")
    kernel[(4,)](out, torch.zeros(1, dtype=torch.int32, device="cuda"))
    return out
"""
    reply = candidate(text, "f").call("f")
    assert reply["ok"], reply["reason"]
    assert reply["value"].tolist() == [3.0] * 4 and reply["races"] == [] and len(reply["notes"]) == 1


def test_races_are_of_one_call(candidate):
    worker = candidate(ADD, "add")
    for _ in range(3):
        reply = worker.call("add", torch.ones(600), torch.ones(600))
        assert reply["races"] == [] and reply["notes"] == [] and reply["launches"][0]["count"] == 1
