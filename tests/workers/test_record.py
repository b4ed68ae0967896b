"""Test programs become plans of calls, on a checkout of our own in upstream's layout and on small texts."""
from pathlib import Path

import pytest
import torch

import record
from record_program import cannot_travel, fingerprint

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures/tritonbench/data/TritonBench_T_v1"
SEED = b"\x07" * 32


def plan_of(name, seed=SEED, limit=1 << 28):
    reference, program = (FIXTURE / f"{name}.py").read_text().split("#" * 146)
    return plan_of_text(reference, program, name, seed, limit)


def plan_of_text(reference, program, name="f", seed=SEED, limit=1 << 28):
    oracle = {"reference": reference, "golden": "", "program": program, "cases": None, "policy": {"tf32": True}}
    task = {"id": name, "entries": [name], "facts": {}, "oracle": oracle, "limits": {"bytes": limit}}
    return record.record(task, "cpu", seed)


def marks(plan):
    return [fingerprint(call.build()) for call in plan.calls]


def test_calls_are_recorded_once_however_the_entry_was_reached():
    plan = plan_of("affine_relu")
    assert plan.not_judged is None and plan.policy == {"tf32": True} and plan.fp64
    assert [c.case for c in plan.calls if c.phase == "check"] == ["call 1", "call 2", "call 3"]  # the same again is one
    assert [c.index for c in plan.calls] == list(range(len(plan.calls)))
    args, kwargs = plan.calls[1].build()
    assert args[0].stride() == (1, 6) and args[2] == 0.5 and not kwargs
    out = plan.calls[2].build()[1]["out"]
    assert len(out.unique()) == 1  # unwritten memory holds a known number


def test_equal_seeds_give_equal_plans_and_each_build_is_its_own():
    first, second, other = plan_of("affine_relu"), plan_of("affine_relu"), plan_of("affine_relu", b"\x08" * 32)
    assert marks(first) == marks(second) == marks(first)
    assert not set(marks(first)) & set(marks(other))
    call = first.calls[0]
    call.build()[0][0].zero_()
    assert call.build()[0][0].any()


def test_an_exception_that_the_program_catches_must_be_raised():
    plan = plan_of("take_rows")
    assert [(c.raises, c.phase) for c in plan.calls] == [(None, "check"), ("ValueError", "check"), (None, "redrawn")]
    table, rows = plan.calls[2].build()[0]
    assert rows.dtype == torch.int64 and 0 <= rows.min() and rows.max() <= 4
    plan.reference["take_rows"](table, rows)


def test_random_results_are_not_judged():
    plan = plan_of("noisy_add")
    assert not plan.calls and "random" in plan.not_judged and plan.tags == ["random"]


def test_arguments_that_cannot_travel_are_named():
    plan = plan_of("apply_layer")
    assert not plan.calls and "a Linear cannot travel" in plan.not_judged


def test_views_are_tagged():
    assert plan_of("swap_axes").tags == ["metadata"]


@pytest.mark.parametrize("program, reason", [
    ("x = 1", "never calls an entry"),
    ("def f(x):\n    return x\nf(1)", "defines f itself"),
    ("f(torch.ones(2)", "SyntaxError"),
    ("f(torch.ones(3, 2), torch.ones(3))", "RuntimeError"),
    ("import sys\nsys.exit(3)", "SystemExit"),
])
def test_a_program_that_records_nothing_says_why(program, reason):
    plan = plan_of_text("import torch\ndef f(x, y=None):\n    return x @ y", program)
    assert not plan.calls and reason in plan.not_judged


def test_calls_before_the_program_stops_are_kept():
    plan = plan_of_text("import torch\ndef f(x):\n    return torch.linalg.cholesky(x)",
                        "f(2 * torch.eye(2))\nf(-torch.eye(2))\nf(3 * torch.eye(2))")
    assert [c.case for c in plan.calls if c.phase == "check"] == ["call 1"]
    assert not any(c.raises for c in plan.calls) and "stops with" in plan.notes[0]


def test_only_the_program_is_recorded_not_what_an_entry_calls():
    text = "import torch\ndef f(x, n=2):\n    return x if n == 0 else f(x * x, n - 1)"
    plan = plan_of_text(text, "f(torch.tensor([3.0, 2.0]))")
    assert [c.case for c in plan.calls if c.phase == "check"] == ["call 1"]


def test_a_limit_of_bytes_and_backward():
    text = "import torch\ndef f(x):\n    return (x * x).sum()"
    program = ("x = torch.ones(4, requires_grad=True)\nf(x).backward()\nf(torch.ones(2))\nf(torch.ones(1000))")
    plan = plan_of_text(text, program, limit=64)
    checks = [c for c in plan.calls if c.phase == "check"]
    assert [c.backward for c in checks] == [True, False]
    assert any("limit of 64 bytes" in note for note in plan.notes)


def test_generators_travel_with_their_state():
    text = "import torch\ndef f(n, generator):\n    return torch.rand(n, generator=generator)"
    plan = plan_of_text(text, "g = torch.Generator()\ng.manual_seed(3)\nf(4, generator=g)\nf(4, generator=g)")
    assert plan.not_judged is None and "fixed inputs" in plan.tags
    results = []
    for call in plan.calls:
        runs = [plan.reference["f"](*args, **kwargs) for args, kwargs in (call.build(), call.build())]
        assert torch.equal(*runs)
        results.append(runs[0])
    assert not torch.equal(*results)  # the second call starts where the first one left the generator


def test_the_surroundings_are_put_back():
    before = torch.get_rng_state(), torch.get_default_dtype(), torch.autograd.backward
    plan_of_text("import torch\ndef f(x):\n    return x + 1",
                 "torch.set_default_dtype(torch.float64)\ntorch.manual_seed(1)\nprint(f(torch.ones(2)))")
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_default_dtype(), torch.autograd.backward)


@pytest.mark.parametrize("value, why", [
    ([torch.ones(2), {"a": (1, "b", None, torch.float16, slice(1, 2))}], None),
    ([torch.nn.Linear(1, 1)], "a Linear"),
    ([len], "a builtin_function_or_method"),
    ([torch.ones(2).to_sparse()], "layout"),
    ([torch.Generator()], None),
    ([[torch.Generator()]], "a Generator"),
])
def test_what_can_travel(value, why):
    found = cannot_travel(value)
    assert found is None if why is None else why in found


def test_a_task_whose_every_call_must_raise_is_not_judged():
    program = "def t():\n    try:\n        f(torch.ones(2))\n    except ValueError:\n        return 1\nt()\n"
    plan = plan_of_text("import torch\ndef f(x):\n    raise ValueError('no')\n", program)
    assert plan.not_judged == "every recorded call must raise: whatever fails would be right"


def test_a_test_finds_what_the_golden_imports_and_a_reference_does_not():
    golden = "import math as m\nfrom torch.nn import functional as F\nimport not_here\n"
    oracle = {"reference": "def f(x):\n    return x + 1\n", "golden": golden, "cases": None, "policy": {},
              "program": "f(F.relu(torch.full((3,), m.pi)))\n"}
    task = {"id": "f", "entries": ["f"], "facts": {}, "oracle": oracle, "limits": {"bytes": 1 << 28}}
    plan = record.record(task, "cpu", SEED)
    assert plan.not_judged is None and plan.calls[0].build()[0][0][0] == torch.tensor(3.1415927)
