"""One reply of a candidate's worker to a verdict: decode, then compare, or check a property, or see that it raised."""
from __future__ import annotations

from typing import Any

import torch

from compare import Got, compare, shape_findings
from decoder import Decoder
from expect import Expectation, NotJudged
from nodes import TreeError
from outcome import Finding, worst
from runs import walk
from storages import Blocks, Sink
from tensors import encode


def judge_call(expected: Expectation, reply: dict, descriptors: list[int], device: str, earlier: list) -> Finding:
    """The verdict. Only what the reply holds as bytes is believed; what it says of itself is a claim."""
    if not reply.get("ok"):
        return _raised(expected, reply)
    if expected.call.raises:
        return Finding("wrong_value", f"must raise {expected.call.raises} here, but it returned")
    try:
        got = decode(expected, reply, descriptors[0], device)
    except (TreeError, KeyError, TypeError, RuntimeError) as error:
        return Finding("call_error", f"the outputs cannot be read: {error}")
    try:
        if expected.plan.check:
            return judge_property(expected, got, earlier)
        return compare(expected, got)
    except NotJudged as error:
        return Finding("not_judged", str(error))


def _raised(expected: Expectation, reply: dict) -> Finding:
    outcome, reason = str(reply.get("outcome", "call_error")), str(reply.get("reason", ""))
    if expected.call.raises and outcome == "call_error":
        return Finding("passed", "", {"raises": expected.call.raises})
    return Finding(outcome, reason)


def decode(expected: Expectation, reply: dict, descriptor: int, device: str) -> Got:
    """The outputs as tensors. The arguments after the call are laid out as we handed them out, whatever is claimed."""
    blocks = Blocks(reply["storages"], descriptor, device)
    sink = Sink()
    if any(isinstance(value, torch.Generator) for _, value in walk(expected.arguments, "")):
        encode(expected.arguments, sink, strict=True)  # generators' states take storages too
    places = [sink.place(tensor.detach())[0] for _, tensor in expected.named]
    for index, item in enumerate(sink.storages):
        if index >= len(blocks.storages) or blocks.storages[index]["bytes"] != item["bytes"]:
            raise TreeError("the storages of the arguments are not those that were handed out")
    flats = [_own(blocks.flat(index)) for index in range(len(sink.storages))]
    after = []
    for (name, before), index in zip(expected.named, places):
        view = torch.empty(0, dtype=before.dtype, device=flats[index].device)
        view.set_(flats[index].untyped_storage(), before.storage_offset(), before.shape, before.stride())
        after.append((name, view))
    decoder = Decoder(blocks)
    returned = decoder(reply["returned"])
    gradients = decoder(reply["gradients"]) if reply.get("gradients") else None
    owner = {index: name for (name, _), index in reversed(list(zip(expected.named, places)))}
    damaged = [f"argument {owner[i]}" if i in owner else "a result" for i in blocks.damaged()]
    spans = [(at, size, owner[i]) for i, at, size in blocks.spans() if i in owner]

    def alias(tensor: torch.Tensor) -> str | None:
        at = tensor.data_ptr()
        return next((name for start, size, name in spans if start <= at < start + size), None)

    gradients = gradients if isinstance(gradients, list) else None
    return Got(returned, after, gradients, "timing" in reply, damaged, alias)


def _own(flat: torch.Tensor) -> torch.Tensor:
    """A storage of exactly these bytes: off the CPU they come with their red zones around them."""
    return flat if flat.untyped_storage().nbytes() == flat.numel() else flat.clone()


def judge_property(expected: Expectation, got: Got, earlier: list) -> Finding:
    """Structure and mutation as ever, then what the task's own `check` says."""
    findings = shape_findings(expected, got)
    arguments = expected.by_name(expected.call.build())
    try:
        wrong = expected.plan.check[expected.call.entry](arguments, got.returned, list(earlier))
    except Exception as error:
        wrong = f"its property cannot be checked on this result ({type(error).__name__}: {error})"
    earlier.append((arguments, got.returned))
    if wrong:
        findings.append(Finding("wrong_value", str(wrong)))
    return worst(findings)
