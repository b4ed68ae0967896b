"""The checker's requests (README): references and comparison, never candidate code. One checker serves many tasks; what
it made for a task is kept while it is among the last few used, and made again, equal, when it is asked for later."""
from __future__ import annotations

import collections
import ctypes
import json
import os
import platform
from typing import Any

import torch

import cases
import hardware
from calls import Plan
from compare import Got, compare
from examine import examine
from expect import Expectation, NotJudged
from frames import Channel, ProtocolError, close_all
from judge import judge_call
from nodes import TreeError
from storages import Sink
from tensors import encode
from reference_time import time_reference

PLANS = 4                # tasks whose calls are kept
KEPT_BYTES = 1 << 30     # of arguments whose expectations are kept; each takes about ten times its arguments


def prepare(role: str) -> dict:
    """Imports and warm-ups of the parent; what it returns are the facts it announces."""
    torch.set_num_threads(1)
    keep_memory()
    warm_up()
    return {"torch": torch.__version__, "platform": platform.platform()}


def keep_memory() -> None:
    """Let malloc keep what is freed: tensors of a few MiB are made and dropped all the time, and fresh pages cost more
    than the arithmetic on them. Where this is not glibc it stays as it is."""
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD, at its largest
        libc.mallopt(-1, 1 << 30)   # M_TRIM_THRESHOLD
    except (OSError, AttributeError):
        pass


def warm_up() -> None:
    """Judge a wrong answer once, so that what torch imports at first use is imported before the fork. No backward: it
    would start autograd's threads, which no fork survives, and ask for devices."""
    case = {"name": "warm", "arguments": {"x": {"tensor": [2, 3]}}}
    text = "import torch\ndef f(x):\n    return torch.softmax(x @ x.T, -1)\n"
    task = {"id": "warm", "entries": ["f"], "oracle": {"reference": text, "cases": {"check": [case]}}}
    plan = cases.plan(task, "cpu", b"warm")
    expected = Expectation(plan.calls[0], plan, b"warm", "warm")
    compare(expected, Got(torch.zeros(2, 2), expected.named))


def serve(channel: Channel, role: str) -> None:
    """Answer requests until the host closes the channel. A failure of ours is `infrastructure`, never a verdict."""
    checker = Checker()
    while True:
        try:
            request, descriptors = channel.receive()
        except EOFError:
            return
        lost = False
        try:
            reply = checker.answer(request, descriptors)
        except Exception as error:
            lost = hardware.is_lost(error)
            outcome = "not_judged" if lost and request.get("do") == "open" else "infrastructure"
            reply = failed(outcome, f"{'the reference breaks the device: ' * lost}{type(error).__name__}: {error}")
        finally:
            close_all(descriptors)
        channel.send(reply)
        if lost:
            return


def failed(outcome: str, reason: str, phase: str = "compare") -> dict:
    return {"ok": False, "outcome": outcome, "phase": phase, "reason": " ".join(reason.split())[:500]}


class Opened:
    """A task that is open: its plan and what its calls should give."""

    def __init__(self, request: dict, task: dict) -> None:
        self.named = hardware.own_device(request["device"])  # the candidate's; timings are made there too
        self.device = hardware.reference_device(request["device"])  # where references run
        self.seed, self.task = bytes.fromhex(request["seed"]), task
        self._expected: collections.OrderedDict[int, Expectation] = collections.OrderedDict()
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            if self.task["oracle"].get("program"):
                import record
                self._plan = record.record(self.task, self.device, self.seed)
            else:
                self._plan = cases.plan(self.task, self.device, self.seed)
        return self._plan

    def forget(self) -> None:
        self._plan = None
        self._expected.clear()

    def expected(self, index: int) -> Expectation:
        """What call `index` should give; the least recently used are dropped beyond a number of bytes."""
        if not isinstance(index, int) or not 0 <= index < len(self.plan.calls):
            raise ProtocolError(f"there is no call {index!r} in {self.task.get('id')}")
        found = self._expected.pop(index, None) or Expectation(
            self.plan.calls[index], self.plan, self.seed, str(self.task.get("id")))
        self._expected[index] = found
        while len(self._expected) > 1 and 10 * sum(e.bytes for e in self._expected.values()) > KEPT_BYTES:
            self._expected.popitem(last=False)
        return found


class Checker:
    def __init__(self) -> None:
        self._opened: collections.OrderedDict[str, Opened] = collections.OrderedDict()
        self._earlier: collections.OrderedDict[tuple[str, str], list] = collections.OrderedDict()

    def answer(self, request: dict, descriptors: list[int]) -> dict:
        handler = {"open": self._open, "arguments": self._arguments, "judge": self._judge, "time": self._time,
                   "examine": self._examine, "close": self._close}.get(request.get("do"))
        if handler is None:
            raise ProtocolError(f"no request of a checker is called {request.get('do')!r}")
        return handler(request, descriptors)

    def _open(self, request: dict, descriptors: list[int]) -> dict:
        task = json.loads(read_all(descriptors[0]))
        opened = self._opened[request["key"]] = Opened(request, task)
        self._touch(request["key"])
        plan = opened.plan
        hardware.settle(opened.device)  # what a reference left behind shows here, not at the next task
        calls = [{"index": c.index, "entry": c.entry, "case": c.case, "phase": c.phase} for c in plan.calls]
        return {"ok": True, "calls": calls, "not_judged": plan.not_judged, "notes": plan.notes, "tags": plan.tags}

    def _touch(self, key: str) -> Opened:
        if key not in self._opened:
            raise ProtocolError(f"the task {key!r} is not open")
        self._opened.move_to_end(key)
        for other in list(self._opened)[:-PLANS]:
            self._opened[other].forget()
        return self._opened[key]

    def _arguments(self, request: dict, descriptors: list[int]) -> dict:
        opened = self._touch(request["key"])
        expected = opened.expected(request["index"])
        try:
            sink = Sink()
            tree = encode(expected.arguments, sink, strict=True)
            backward = None
            if expected.call.backward and not expected.call.raises:
                expected.work  # the cotangents follow the reference's result: none where nothing of it has a gradient
                backward = encode(list(expected.cotangents), sink, strict=True) if expected.cotangents else None
            sink.write(descriptors[0])
            if opened.device != opened.named:  # the reference's copies lie elsewhere than the candidate's
                sink.storages = [storage | {"device": opened.named} for storage in sink.storages]
        except (TreeError, NotJudged) as error:
            return failed("not_judged", str(error), "call")
        return {"ok": True, "entry": expected.call.entry, "arguments": tree, "backward": backward,
                "storages": sink.storages}

    def _judge(self, request: dict, descriptors: list[int]) -> dict:
        opened = self._touch(request["key"])
        expected = opened.expected(request["index"])
        sample = (request["key"], str(request.get("sample", "")))
        earlier = self._earlier.setdefault(sample, [])
        self._earlier.move_to_end(sample)
        while len(self._earlier) > 8:
            self._earlier.popitem(last=False)
        found = judge_call(expected, request["reply"], descriptors, opened.device, earlier)
        details = {"call": expected.call.index, "case": expected.call.case, **found.details}
        reason = " ".join(found.reason.split())[:500]
        return {"ok": True, "outcome": found.outcome, "reason": reason, "details": details,
                "reference_work": effort(expected), "trivial": is_trivial(expected)}

    def _time(self, request: dict, descriptors: list[int]) -> dict:
        opened = self._touch(request["key"])
        expected = opened.expected(request["index"])
        seconds, away = float(request["seconds"]), opened.device != opened.named
        return {"ok": True, "timing": time_reference(expected, opened.named, seconds, away)}

    def _examine(self, request: dict, descriptors: list[int]) -> dict:
        opened = self._touch(request["key"])
        return {"ok": True, **examine(opened.plan, opened.expected)}

    def _close(self, request: dict, descriptors: list[int]) -> dict:
        self._opened.pop(request["key"], None)
        for sample in [s for s in self._earlier if s[0] == request["key"]]:
            del self._earlier[sample]
        return {"ok": True}


def results_of(expected: Expectation) -> list[torch.Tensor]:
    return [value for _, value in expected.flatten(expected.work) if isinstance(value, torch.Tensor)]


def is_trivial(expected: Expectation) -> bool:
    """Could fills and copies give every result: does each hold one value only, over more than one element, or what an
    argument holds? (Not where copying is what the operator is for.)"""
    if "work" not in expected.__dict__ or expected.call.backward or expected.policy.get("exact"):
        return False
    given = [tensor.detach() for _, tensor in expected.named if tensor.layout == torch.strided and tensor.numel()]
    made = [tensor.detach() for tensor in results_of(expected) if tensor.layout == torch.strided and tensor.numel()]
    return bool(made) and all(_holds_one_value(t) or any(_holds_the_same(t, other) for other in given) for t in made)


def _holds_one_value(tensor: torch.Tensor) -> bool:
    flat = tensor.reshape(-1)
    return flat.numel() > 1 and _equal(flat, flat[:1].expand_as(flat))


def _holds_the_same(tensor: torch.Tensor, other: torch.Tensor) -> bool:
    return tensor.numel() == other.numel() and _equal(tensor.reshape(-1), other.to(tensor.dtype).reshape(-1))


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    return bool(((one == other) | (one != one) & (other != other)).all())


def effort(expected: Expectation) -> int:
    """How much the reference computes; 0 where there is nothing to compute from or into, for no kernel is needed."""
    if "work" not in expected.__dict__:
        return expected.trace.work
    made = results_of(expected)
    given = [tensor for _, tensor in expected.named]
    empty = any(tensors and not any(t.numel() for t in tensors) for tensors in (made, given))
    if empty or expected.plan.fp64:
        return 0 if empty else expected.trace.work
    return expected.trace.work + sum(t.numel() for t in made + given)  # a golden's kernels are not seen: at least that


def read_all(descriptor: int) -> bytes:
    """A memfd's contents, whatever its file offset is."""
    parts, at = [], 0
    while part := os.pread(descriptor, 1 << 20, at):
        parts.append(part)
        at += len(part)
    return b"".join(parts)
