"""A request's device is the host's name; a worker sees that device as its only one."""

import contextlib
import types

import pytest
import torch

import candidate as candidate_module
import cases
import hardware
import loading
import observing
from checker import Opened
from checking import Task, play


@pytest.mark.parametrize("name, own", [("cpu", "cpu"), ("cuda:0", "cuda:0"), ("cuda:3", "cuda:0"), ("npu:11", "npu:0")])
def test_the_first_of_its_family(name, own):
    assert hardware.own_device(name) == own


def test_a_candidate_works_on_its_own_device(monkeypatch, memfd, tmp_path):
    asked = []
    observer = types.SimpleNamespace(loading=contextlib.nullcontext)
    monkeypatch.setattr(observing, "observer", lambda device, path, text: asked.append(device) or observer)
    monkeypatch.setattr(loading, "hide_own_modules", lambda: None)  # they are the tests' too
    monkeypatch.chdir(tmp_path)
    worker = candidate_module.Candidate()
    request = {"do": "load", "entries": ["f"], "device": "cuda:3", "file": "candidate.py", "fds": ["code"]}
    assert worker.answer(request, [memfd(b"def f(): return 1\n")])["ok"]
    assert asked == ["cuda:0"] and worker._device == "cuda:0"


def test_a_checker_draws_on_its_own_device(monkeypatch):
    asked, plan = [], cases.plan
    monkeypatch.setattr(cases, "plan", lambda task, device, seed: asked.append(device) or plan(task, "cpu", seed))
    case = {"name": "one", "arguments": {"x": {"tensor": [2]}}}
    oracle = {"reference": "def f(x):\n    return x\n", "golden": "", "program": "", "policy": {}}
    task = {"id": "t", "entries": ["f"], "facts": {}, "limits": {"bytes": 1 << 20}}
    task["oracle"] = oracle | {"cases": {"check": [case]}}
    opened = Opened({"device": "cuda:3", "seed": "00" * 32}, task)
    assert len(opened.plan.calls) == 1 and opened.plan.not_judged is None
    assert asked == ["cuda:0"] and opened.device == "cuda:0"


@pytest.mark.parametrize("function, outcome", [(torch.exp, "passed"), (torch.expm1, "wrong_value")])
def test_references_of_a_device_without_fp64_run_on_the_cpu(monkeypatch, memfd, function, outcome):
    monkeypatch.setattr(hardware, "reference_device", lambda name: "cpu")
    task = Task("import torch\ndef f(x):\n    return torch.exp(x)\n",
                [{"name": "one", "arguments": {"x": {"tensor": [5]}}}], device="npu:1")
    arguments, outputs = memfd(), memfd()
    asked = task.checker.answer({"do": "arguments", "key": task.key, "index": 0}, [arguments])
    assert [storage["device"] for storage in asked["storages"]] == ["npu:0"], "where the candidate finds them"
    reply = play(asked, function, arguments, outputs)
    reply["storages"] = [storage | {"device": "npu:0"} for storage in reply["storages"]]  # and what it made
    judged = task.checker.answer({"do": "judge", "key": task.key, "index": 0, "reply": reply}, [outputs])
    assert judged["outcome"] == outcome
