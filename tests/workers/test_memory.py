"""What wrote the bytes that a call computes from and returns."""

import pytest
import torch

from texts import HEAD

COPY = (
    HEAD
    + """
import numpy as np
import threading


@triton.jit
def copy(x, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + at, tl.load(x + at, mask=at < n), mask=at < n)


def copied(x):
    out = torch.empty_like(x)
    copy[(triton.cdiv(x.numel(), 64),)](x, out, x.numel(), BLOCK=64)
    return out


def in_thread(f):
    box = []
    thread = threading.Thread(target=lambda: box.append(f()))
    thread.start()
    thread.join()
    return box[0]


@triton.jit
def bump(x, BLOCK: tl.constexpr):
    at = tl.arange(0, BLOCK)
    tl.atomic_add(x + at, 0.0, mask=at < 100)


class Kept:
    table = torch.tensor([1.0] * 100, device="cuda")


TABLE = torch.arange(100.0, device="cuda")
"""
)


def seen(candidate, body, *arguments):
    """(made, foreign) as shares of what was written, and foreign bytes loaded, of `def f(x): return BODY`."""
    reply = candidate(f"{COPY}\n\ndef f(x):\n    {body}\n", "f").call("f", *(arguments or (torch.ones(100),)))
    assert reply["ok"], reply["reason"]
    memory = reply["memory"]
    return memory["made"] / memory["written"], memory["foreign"] / memory["written"], memory["loaded"]


@pytest.mark.parametrize(
    "body, made, foreign, loaded",
    [
        ("return copied(x)", 1, 0, 0),
        ("return x * 2", 0, 0, 0),
        ("return copied(x * 2)", 1, 0, 0),
        ("return copied(x).reshape(10, 10).T.contiguous()", 1, 0, 0),
        ("return copied(x) + 1", 1, 0, 0),
        ("return copied(TABLE)", 1, 0, 0),
        ("return torch.from_numpy(x.numpy() * 2)", 0, 1, 0),
        ("return copied(torch.from_numpy(x.numpy() * 2))", 1, 0, 400),
        ("return copied(torch.from_numpy(x.numpy() * 2).clone())", 1, 0, 400),
        ("out = torch.zeros(100); out.numpy()[:50] = 7; return out", 0, 0.5, 0),
        ("out = copied(x); out.numpy()[:50] = 7; return out", 1, 0.5, 0),
        ("out = torch.zeros(100); out.numpy()[:] = 7; return out.mul_(2)", 0, 1, 0),
        ("return in_thread(lambda: x * 2)", 0, 1, 0),
        ("t = torch.from_numpy(x.numpy() * 2); t[-1:].zero_(); return copied(t)", 1, 0, 396),
        ("t = torch.from_numpy(x.numpy() * 2); bump[(1,)](t, 128); return t", 1, 0, 400),
        ("t = torch.from_numpy(x.numpy() * 2); y = copied(t); t.zero_(); t = None; z = x + 1; return y", 1, 0, 400),
        ("w = torch.empty(16); w.resize_(1 << 16); w = w[:100].copy_(x); return copied(w)", 1, 0, 0),
        ("return copied(Kept.table)", 1, 0, 0),
        ("s = torch.tensor([3, 4, 5]); return copied(x)", 1, 0, 0),
        ("return in_thread(lambda: copied(x))", 1, 0, 0),
        ("return copied(torch.tensor([2.0]).expand(100).contiguous())", 1, 0, 0),
    ],
)
def test_who_wrote_the_result(candidate, body, made, foreign, loaded):
    assert seen(candidate, body) == (made, foreign, loaded)


def test_arguments_count_where_they_changed(candidate):
    assert seen(candidate, "copy[(1,)](x, x, 8, BLOCK=64); return None") == (1, 0, 0)
    reply = candidate(f"{COPY}\n\ndef f(x):\n    x.numpy()[:5] = 7\n", "f").call("f", torch.ones(100))
    assert reply["memory"] == {"written": 20, "made": 0, "foreign": 20, "loaded": 0}


def test_memory_that_was_freed_is_outside(candidate):
    text = f"""{COPY}


@triton.jit
def from_address(address, out):
    tl.store(out + tl.arange(0, 16), tl.load(address.to(tl.pointer_type(tl.float32)) + tl.arange(0, 16)))


def f(x):
    gone, out = torch.ones(1 << 20, device="cuda"), torch.empty(16, device="cuda")
    address = gone.data_ptr()
    del gone
    from_address[(1,)](address, out)
    return out
"""
    reply = candidate(text, "f").call("f", torch.ones(1))
    assert reply["ok"] and reply["value"].isnan().all() and "from_address loads outside" in reply["notes"][0]
