"""Triton goldens as the only reference: a checker on the CPU records them under the interpreter and judges by them."""
import json
import os
from pathlib import Path

import pytest

import host as support

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures/tritonbench/data/TritonBench_G_v1"


@pytest.fixture(scope="module")
def checker_host():
    pytest.importorskip("triton")
    made = support.Host("checker", "checker", support.ROOT / "plugins/runtimes/triton", {"CUDA_VISIBLE_DEVICES": ""})
    assert made.first["ready"], made.first
    yield made
    made.close()


class Judge:
    """A checker's worker with one task open."""

    def __init__(self, host, work, name, entry, golden=None):
        text, program = (FIXTURE / f"{name}.py").read_text().split("#" * 146)
        self.golden, self.entry = golden or text, entry
        oracle = {"reference": "", "golden": self.golden, "program": program, "cases": None, "policy": {}}
        task = {"id": name, "entries": [entry], "facts": {}, "oracle": oracle, "limits": {"bytes": 1 << 28}}
        self.worker = host.fork(work)
        self.worker.hello()
        self.opened = self._ask({"do": "open", "judge": "strict", "how": "calls", "device": "cpu", "seed": "07" * 32,
                                 "fds": ["task"]}, json.dumps(task).encode())

    def _ask(self, request, *contents):
        descriptors = [os.memfd_create("x") for _ in contents]
        try:
            for descriptor, data in zip(descriptors, contents):
                os.write(descriptor, data)
            return self.worker.ask(request | {"key": "k"}, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def outcome(self, candidate, index):
        """Of a candidate worker's answer to one call."""
        arguments, outputs = os.memfd_create("a"), os.memfd_create("o")
        try:
            call = self.worker.ask({"do": "arguments", "key": "k", "index": index, "fds": ["arguments"]}, [arguments])
            fields = ("entry", "arguments", "backward", "storages")
            request = {"do": "call", "index": index, "library": True, "fds": ["arguments", "outputs"]}
            reply = candidate.worker.ask(request | {f: call[f] for f in fields}, [arguments, outputs])
            return self.worker.ask({"do": "judge", "key": "k", "index": index, "reply": reply, "sample": "s",
                                    "fds": ["outputs"]}, [outputs])
        finally:
            os.close(arguments)
            os.close(outputs)


@pytest.mark.parametrize("name, entry, cases, wrong", [
    ("scale_rows", "scale_rows", ["call 1", "call 2", "call 1, redrawn", "call 2, redrawn"],
     ("tl.load(w + row)", "tl.load(w + row) * 1.001")),
    ("square_grad", "Square.apply", ["call 1", "call 1, redrawn"], ("return 2 * x", "return 2.001 * x")),
    ("square_alias", "square", ["call 1", "call 1, redrawn"], ("value * value", "value * tl.abs(value)")),
])
def test_a_golden_passes_and_a_wrong_one_does_not(checker_host, candidate, tmp_path, name, entry, cases, wrong):
    judge = Judge(checker_host, tmp_path, name, entry)
    assert judge.opened["not_judged"] is None, judge.opened
    assert [call["case"] for call in judge.opened["calls"]] == cases and "metadata" not in judge.opened["tags"]
    right = candidate(judge.golden, entry)
    assert right.loaded["ok"]
    found = [judge.outcome(right, i) for i in range(len(cases))]
    assert [f["outcome"] for f in found] == ["passed"] * len(cases), found
    assert all("golden-only" in f["details"]["notes"][0] and f["reference_work"] > 0 for f in found)
    assert wrong[0] in judge.golden
    bad = judge.outcome(candidate(judge.golden.replace(*wrong), entry), 0)
    assert bad["outcome"] == "wrong_value", bad


def test_calls_of_a_kernel_itself_are_not_recorded(checker_host, tmp_path):
    judge = Judge(checker_host, tmp_path, "bare_kernel", "fill_kernel")
    assert not judge.opened["calls"] and judge.opened["not_judged"]


def test_a_golden_that_does_not_load_says_why(checker_host, tmp_path):
    judge = Judge(checker_host, tmp_path, "square_alias", "square", "import triton\nfrom triton.ops import matmul\n")
    assert "does not load: ModuleNotFoundError" in judge.opened["not_judged"]
