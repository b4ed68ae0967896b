"""A checker and a candidate in one process: what the host and a candidate's worker do, as small as tests need it."""
import json
import os

import torch

from checker import Checker
from tensors import Blocks, Decoder, Sink, encode


class Task:
    """An open task. `try_out(function)` runs a candidate over its calls and gives the verdict of each."""

    def __init__(self, reference, cases, policy=None, entry="f", seed=b"\x01" * 32, task="t", bench=(), checker=None,
                 device="cpu"):
        self.checker, self.key = checker or Checker(), f"{task}-{seed.hex()[:8]}"
        oracle = {"reference": reference, "golden": "", "program": "", "policy": policy or {},
                  "cases": {"check": cases, "bench": list(bench)}}
        self.opened = self.ask({"do": "open", "judge": "strict", "how": "calls", "device": device, "seed": seed.hex()},
                               json.dumps({"id": task, "entries": [entry], "facts": {}, "oracle": oracle,
                                           "limits": {"bytes": 1 << 30}}).encode())
        self.calls = self.opened["calls"]

    def ask(self, request, data=None):
        descriptor = os.memfd_create("x")
        try:
            if data:
                os.write(descriptor, data)
            reply = self.checker.answer(request | {"key": self.key}, [descriptor])
            json.dumps(reply, allow_nan=False)  # what JSON cannot say never leaves
            return reply
        finally:
            os.close(descriptor)

    def try_out(self, function, sample="s", index=None, tamper=None):
        wanted = range(len(self.calls)) if index is None else [index]
        return [self.one(i, function, sample, tamper) for i in wanted]

    def one(self, index, function, sample="s", tamper=None):
        arguments, outputs = os.memfd_create("a"), os.memfd_create("o")
        try:
            asked = self.checker.answer({"do": "arguments", "key": self.key, "index": index}, [arguments])
            if not asked["ok"]:
                return asked
            reply = play(asked, function, arguments, outputs, tamper)
            return self.checker.answer(
                {"do": "judge", "key": self.key, "index": index, "reply": reply, "sample": sample}, [outputs])
        finally:
            os.close(arguments)
            os.close(outputs)


def play(asked, function, arguments, outputs, tamper=None):
    """A candidate's worker: read, run, write what came out."""
    blocks = Blocks(asked["storages"], arguments, "cpu")
    decoder = Decoder(blocks)
    args, kwargs = decoder(asked["arguments"])
    cotangents = decoder(asked["backward"]) if asked["backward"] else None
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return {"ok": False, "outcome": "call_error", "phase": "call", "reason": f"{type(error).__name__}: {error}"}
    gradients = None
    if cotangents is not None:
        outs = [t for t in leaves(result) if t.requires_grad]
        wanted = [t for t in leaves((args, list(kwargs.values()))) if t.requires_grad]
        gradients = list(torch.autograd.grad(outs, wanted, cotangents[:len(outs)], allow_unused=True)) if outs else \
            [None] * len(wanted)
    sink = Sink(blocks, decoder.objects)
    reply = {"ok": True, "returned": encode(result, sink), "after": encode((args, kwargs), sink),
             "gradients": None if gradients is None else encode(gradients, sink)}
    if tamper:
        tamper(blocks)
    sink.write(outputs)
    return reply | {"storages": sink.storages}


def leaves(tree):
    if isinstance(tree, torch.Tensor):
        return [tree]
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (list, tuple)) else []


def outcomes(verdicts):
    return [v["outcome"] for v in verdicts]
