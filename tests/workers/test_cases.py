"""Declared cases to plans."""
import cases
import pytest
import torch
from cases import plan
from copies import storage_key
from draw import draw

REFERENCE = "import torch\ndef f(x, y=None, *, dim=-1):\n    return x.sum(dim)\n"


def task(check, reference=REFERENCE, bench=(), limit=1 << 30, **oracle):
    return {"id": "t", "entries": ["f"], "oracle": {"reference": reference, "golden": "", "program": "",
            "cases": {"check": check, "bench": list(bench)}, "policy": {}} | oracle, "limits": {"bytes": limit}}


def made(check, **more):
    return plan(task(check, **more), "cpu", b"seed")


def one(arguments, **more):
    found = made([{"name": "one", "arguments": arguments}], **more)
    assert found.not_judged is None, found.not_judged
    return found.calls[0]


def test_a_task_that_computes_nothing_is_tagged():
    case = [{"name": "one", "arguments": {"x": {"tensor": [2]}}}]
    assert made(case).tags == [] and made(case, policy={"work": "none"}).tags == ["metadata"]


def test_by_position_as_far_as_it_goes_then_by_name():
    args, kwargs = one({"x": {"tensor": [2, 3]}, "dim": 0, "y": {"dtype": "float16"}}).build()
    assert args[0].shape == (2, 3) and args[1] is torch.float16 and kwargs == {"dim": 0}
    args, kwargs = one({"x": {"tensor": [2]}, "other": 1}).build()
    assert len(args) == 1 and kwargs == {"other": 1}


def test_build_gives_equal_but_fresh_arguments():
    call = one({"x": {"tensor": [2, 3]}})
    first, second = call.build()[0][0], call.build()[0][0]
    assert torch.equal(first, second) and storage_key(first) != storage_key(second)


@pytest.mark.parametrize(("device", "draws"), [("cpu", 4), ("meta", 2)])
def test_what_bench_calls_take_is_drawn_once_for_a_device(monkeypatch, device, draws):
    drawn = []
    monkeypatch.setattr(cases, "draw", lambda *how: drawn.append(how[2:]) or draw(*how))
    case = {"name": "large", "arguments": {"x": {"tensor": [600, 600]}, "y": {"tensor": [600, 600]}}}
    _, bench = plan(task([], bench=[case, case | {"name": "other"}]), device, b"seed").calls
    first, second = bench.build()[0], bench.build()[0]
    assert len(drawn) == draws and {path[1:3] for path in drawn} == {("bench", 1)}
    for one_tensor, other in zip(first, second):
        assert one_tensor is not other and one_tensor.device.type == device and one_tensor.shape == (600, 600)


def test_same_as_is_the_very_same_tensor():
    args, _ = one({"y": {"same_as": "x"}, "x": {"tensor": [2]}}).build()
    assert args[0] is args[1]


def test_lists_of_tensors_and_infinite_scalars():
    args, _ = one({"x": [{"tensor": [2]}, {"tensor": [2]}, 3], "y": {"float": "-inf"}}).build()
    assert not torch.equal(args[0][0], args[0][1]) and args[0][2] == 3 and args[1] == float("-inf")


def test_phases_names_and_backward():
    found = made([{"arguments": {"x": {"tensor": [2], "grad": True}}}], policy={"backward": True},
                 bench=[{"name": "b", "arguments": {"x": {"tensor": [2]}}}])
    assert [(c.index, c.case, c.phase, c.backward) for c in found.calls] == [
        (0, "check 0", "check", True), (1, "b", "bench", False)]


def test_cases_beyond_the_limit_are_left_out_and_told():
    found = made([{"name": "small", "arguments": {"x": {"tensor": [2]}}},
                  {"name": "huge", "arguments": {"x": {"tensor": [1 << 20, 1 << 20]}}}])
    assert [c.case for c in found.calls] == ["small"] and "huge" in found.notes[0]


@pytest.mark.parametrize("case, words", [
    ({"name": "odd", "arguments": {"x": {"tensor": [2], "drow": 1}}}, ["odd", "x", "drow", "did you mean draw"]),
    ({"name": "odd", "argument": {}}, ["odd", "argument", "did you mean arguments"]),
    ({"name": "odd", "arguments": [1]}, ["odd", "arguments"]),
    ({"name": "odd", "arguments": {"x": {"same_as": "z"}}}, ["odd", "x", "same_as"]),
    ({"name": "odd", "arguments": {"x": {"shape": [2]}}}, ["odd", "x", "shape"]),
    ({"name": "odd", "entry": "g", "arguments": {}}, ["odd", "entry", "g"]),
])
def test_faults_name_case_and_key(case, words):
    found = made([case])
    assert found.calls == [] and all(word in found.not_judged for word in words), found.not_judged


def test_faults_of_the_reference():
    assert "does not load: SyntaxError" in made([], reference="def f(").not_judged
    assert "does not define the entry f" in made([], reference="x = 1").not_judged
    assert "neither" in made([], reference="").not_judged
    assert "check(" in made([], policy={"property": True}).not_judged
    assert "none that can be judged" in made([]).not_judged


def test_a_golden_stands_in_for_a_reference_but_not_in_fp64():
    found = made([{"arguments": {"x": {"tensor": [2]}}}], reference="", golden=REFERENCE)
    assert found.not_judged is None and found.fp64 is False
