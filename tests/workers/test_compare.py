"""Each outcome that comparison gives, and what its reason says."""
import collections

import pytest
import torch
from checking import Task

HEAD = "import torch\n"
X = {"x": {"tensor": [7, 1000]}}


def judged(reference, arguments, function, policy=None, tamper=None, **more):
    opened = Task(HEAD + reference, [{"name": "c", "arguments": arguments}], policy, **more)
    assert opened.opened["not_judged"] is None, opened.opened
    return opened.one(0, function, tamper=tamper)


def expect(verdict, outcome, *words):
    assert verdict["outcome"] == outcome, verdict
    for word in words:
        assert word in verdict["reason"], verdict
    assert "\n" not in verdict["reason"]
    return verdict["details"]


DOUBLE = "def f(x):\n    return x * 2\n"
PAIR = "def f(x):\n    return x * 2, x.argmax(-1)\n"


@pytest.mark.parametrize("function, outcome, words", [
    (lambda x: x + x, "passed", []),
    (lambda x: None, "wrong_structure", ["is None", "[7, 1000]"]),
    (lambda x: [x * 2], "wrong_structure", ["is a list"]),
    (lambda x: 2.0, "wrong_structure", ["of type float"]),
    (lambda x: iter(()), "wrong_structure", ["of type"]),
    (lambda x: (x * 2)[:, :-1], "wrong_shape", ["[7, 999]", "[7, 1000]"]),
    (lambda x: (x * 2).double(), "wrong_dtype", ["float64", "float32"]),
    (lambda x: (x * 2).int(), "wrong_dtype", ["int32"]),
    (lambda x: x.mul_(2), "mutated_input", ["argument x was changed", "7000 of 7000", "[0, 0]"]),
    (lambda x: x, "wrong_structure", ["memory of argument x"]),
    (lambda x: x.clone(), "wrong_value", ["equals argument x"]),
    (lambda x: torch.zeros_like(x), "wrong_value", ["all zeros"]),
    (lambda x: torch.ones_like(x), "wrong_value", ["every element is 1"]),
    (lambda x: torch.full_like(x, float("nan")), "wrong_value", ["all NaN"]),
    (lambda x: x * 3, "wrong_value", ["constant factor of 1.5"]),
    (lambda x: x * 2 + 1, "wrong_value", ["off by a constant 1"]),
    (lambda x: (x.half() * 2).float(), "wrong_value", ["rounding like TF32 or fp16"]),
    (lambda x: (x.bfloat16() * 2).float(), "wrong_value", ["rounding like bf16"]),
    (lambda x: torch.cat([x[:, :976] * 2, x[:, 976:]], 1), "wrong_value", ["the last 24 columns only", "tail mask",
        "7 of 7 rows"]),
    (lambda x: torch.cat([x[:6] * 2, x[6:]]), "wrong_value", ["the last row only", "1 of 7 rows"]),
    (lambda x: (x * 2).roll(1, -1), "wrong_value", ["one place later"]),
    (lambda x: 1 / 0, "call_error", ["ZeroDivisionError"]),
    (lambda x: (x * 2).t().contiguous().t(), "passed", []),
])
def test_outcomes(function, outcome, words):
    expect(judged(DOUBLE, X, function), outcome, *words)


def test_details_say_where_and_how_far():
    def wrong(x):
        y = x * 2
        y[3, 999] += 0.5
        return y
    verdict = judged(DOUBLE, X, wrong)
    details = expect(verdict, "wrong_value", "[3, 999]", "0.5", "times the bound",
        "1 of 7000 elements wrong in 1 of 7 rows")
    assert details["index"] == [3, 999] and details["wrong_count"] == 1 and details["n"] == 7000
    assert details["error"] == pytest.approx(0.5) and details["ratio"] > 1e5 and details["bound"] < 1e-5
    assert details["call"] == 0 and details["case"] == "c" and len(details["examples"]) <= 3


def test_transposed_is_told():
    reference = "def f(x):\n    return x @ x.T + x\n"
    expect(judged(reference, {"x": {"tensor": [6, 6]}}, lambda x: (x @ x.T + x).T), "wrong_value", "transposed")


def test_containers():
    expect(judged(PAIR, X, lambda x: (x * 2, x.argmax(-1))), "passed")
    expect(judged(PAIR, X, lambda x: (x * 2,)), "wrong_structure", "holds 1 items, expected 2")
    expect(judged(PAIR, X, lambda x: [x * 2, x.argmax(-1)]), "wrong_structure", "a list, expected a tuple")
    expect(judged(PAIR, X, lambda x: (x * 2, x.argmin(-1))), "wrong_value", "result[1]", "7 of 7 elements")
    expect(judged(PAIR, X, lambda x: (x * 2, x.argmax(-1).int())), "wrong_dtype", "int32")
    pair = collections.namedtuple("pair", "a b")
    expect(judged(PAIR, X, lambda x: pair(x * 2, x.argmax(-1))), "passed")
    named = "def f(x):\n    return {'a': x.sum(), 'b': [1, True, None, 'k', x.max().item()]}\n"
    good = lambda x: {"b": [1, True, None, "k", x.max().item()], "a": x.sum()}  # noqa: E731
    expect(judged(named, X, good), "passed")
    expect(judged(named, X, lambda x: good(x) | {"c": 1}), "wrong_structure", "'c'")
    expect(judged(named, X, lambda x: good(x) | {"b": [2, True, None, "k", x.max().item()]}), "wrong_value",
        "2, expected 1")
    expect(judged(named, X, lambda x: good(x) | {"b": [True, True, None, "k", x.max().item()]}), "wrong_structure",
        "bool")
    expect(judged(named, X, lambda x: good(x) | {"b": [1, True, None, "k", 0.0]}), "wrong_value")
    returned = "def f(x):\n    return torch.max(x, -1)\n"
    expect(judged(returned, X, lambda x: torch.max(x, -1)), "passed")
    expect(judged(returned, X, lambda x: tuple(torch.max(x, -1))), "passed")


def test_the_worst_finding_is_told():
    expect(judged(PAIR, X, lambda x: (x.mul_(2), x.argmin(-1))), "mutated_input")
    expect(judged(PAIR, X, lambda x: ((x * 2).half(), x.argmax(-1)[:3])), "wrong_shape")


ADD = "def f(x, y):\n    x.add_(y)\n"


def test_expected_mutation():
    arguments = {"x": {"tensor": [5, 9], "layout": "strided"}, "y": {"tensor": [5, 9]}}

    def adds(x, y):
        x.add_(y)

    def swapped(x, y):
        x.add_(y)
        y.zero_()

    def between(x, y):
        torch.as_strided(x, (5, 18), (18, 1))[...] += 1
        x.sub_(1).add_(y)

    expect(judged(ADD, arguments, adds), "passed")
    expect(judged(ADD, arguments, lambda x, y: None), "wrong_value", "argument x after the call")
    expect(judged(ADD, arguments, swapped), "mutated_input", "argument y was changed")
    expect(judged(ADD, arguments, between), "mutated_input", "strides were ignored")
    expect(judged(ADD, arguments, lambda x, y: x.add_(y)), "wrong_structure", "expected None")


def test_declared_mutation_is_judged_even_where_nothing_changes():
    arguments = {"x": {"tensor": [4]}, "y": {"tensor": [4], "draw": "constant", "value": 0}}
    expect(judged(ADD, arguments, lambda x, y: None, {"mutates": ["x"]}), "passed")
    expect(judged(ADD, arguments, lambda x, y: [x.mul_(1.0 + 1e-3), None][1], {"mutates": ["x"]}), "wrong_value")


def test_memory_beside_an_argument():
    def spill(blocks):
        blocks._memory[blocks.storages[0]["at"] + blocks.storages[0]["bytes"]] = 1
    expect(judged(DOUBLE, X, lambda x: x * 2, tamper=spill), "mutated_input", "wrote outside argument x")


def test_aliases():
    view = "def f(x):\n    return x.t()\n"
    expect(judged(view, X, lambda x: x.t()), "passed")
    expect(judged(view, X, lambda x: x.t().clone()), "passed")  # a fresh copy can be used wherever a view can
    expect(judged("def f(x, y):\n    return x.t()\n", {"x": {"tensor": [3, 3], "draw": "constant"},
                  "y": {"tensor": [3, 3], "draw": "constant"}}, lambda x, y: y.t()), "wrong_structure", "argument y")
    expect(judged("def f(x, y):\n    return x + y\n", {"x": {"tensor": [3]}, "y": {"same_as": "x"}},
        lambda x, y: x * 2), "passed")


def test_not_finite_numbers_must_stand_where_they_belong():
    reference, arguments = "def f(x):\n    return x * 2\n", {"x": {"tensor": [50], "sprinkle": {"nan": 3, "inf": 2,
        "-inf": 1}}}
    expect(judged(reference, arguments, lambda x: x * 2), "passed")
    expect(judged(reference, arguments, lambda x: torch.nan_to_num(x) * 2), "wrong_value")
    expect(judged(reference, arguments, lambda x: torch.where(x.isnan(), 0, x * 2)), "wrong_value",
        "NaN of the input is lost")
    expect(judged(reference, arguments, lambda x: torch.where(x.isinf(), -x, x * 2)), "wrong_value")
    expect(judged(reference, arguments, lambda x: torch.where(x > 1, torch.nan, x * 2)), "wrong_value",
        "NaN where none belongs")


def test_overflow_of_the_output_dtype():
    arguments = {"x": {"tensor": [64], "dtype": "float16", "draw": "uniform", "low": 100, "high": 700}}
    square = "def f(x):\n    return x * x\n"
    expect(judged(square, arguments, lambda x: (x.float() * x.float()).half()), "passed")
    expect(judged(square, arguments, lambda x: (x.float() * x.float()).clamp(max=65504).half()), "wrong_value")


def test_exact():
    reference, arguments = "def f(x):\n    return x.flip(-1)\n", {"x": {"tensor": [9], "sprinkle": {"nan": 1,
        "zero": 2}}}
    expect(judged(reference, arguments, lambda x: x.flip(-1), {"exact": True}), "passed")
    expect(judged(reference, arguments, lambda x: x.flip(-1) * (1 + 1.2e-7), {"exact": True}), "wrong_value",
        "bit by bit")
    expect(judged(reference, arguments, lambda x: torch.where(x == 0, -0.0, x).flip(-1), {"exact": True}),
        "wrong_value", "2 of 9")


def test_integers_that_rounding_decides():
    reference = "def f(a, b):\n    return (a @ b).argmax(-1)\n"
    arguments = {"a": {"tensor": [64, 300], "dtype": "float16"}, "b": {"tensor": [300, 64], "dtype": "float16"}}
    expect(judged(reference, arguments, lambda a, b: (a.float() @ b.float()).argmax(-1)), "passed")
    expect(judged(reference, arguments, lambda a, b: (a.float() @ b.float()).argmin(-1)), "wrong_value")
    ties = {"x": {"tensor": [4, 50], "draw": "constant", "value": 1}}
    expect(judged("def f(x):\n    return x.argmax(-1)\n", ties, lambda x: x.argmax(-1) + 1), "wrong_value")


def test_declared_ties():
    reference = "def f(x, k):\n    return torch.topk(x, k)\n"
    arguments = {"x": {"tensor": [4, 50], "draw": "integers", "high": 5}, "k": 8}

    def other(x, k):
        order = torch.sort(x.flip(-1), dim=-1, descending=True, stable=True)
        return order.values[:, :k].clone(), 49 - order.indices[:, :k]

    def twice(x, k):
        values, indices = torch.topk(x, k)
        same = bool((values == values[:, :1]).all())
        return values, indices[:, :1].expand_as(indices).clone() if same else indices * 0
    expect(judged(reference, arguments, other, {"ties": True}), "passed")
    expect(judged(reference, arguments, other), "wrong_value")
    expect(judged(reference, arguments, twice, {"ties": True}), "wrong_value")
    expect(judged(reference, arguments, lambda x, k: (torch.topk(x, k)[0], torch.topk(x, k)[1] + 50), {"ties": True}),
           "wrong_value", "no index")


QUANTISE = ("def f(x):\n    s = x.abs().amax(-1, keepdim=True) / 127\n"
            "    return torch.round(x / s).to(torch.int8), s\n")


def test_quantised_codes():
    arguments = {"x": {"tensor": [16, 2000]}}

    def away(x):  # rounds halves away from zero, multiplies by the reciprocal
        s = x.abs().amax(-1, keepdim=True) / 127
        v = x * (1 / s)
        return (torch.sign(v) * torch.floor(v.abs() + 0.5)).to(torch.int8), s

    def truncates(x):
        s = x.abs().amax(-1, keepdim=True) / 127
        return (x / s).to(torch.int8), s
    for seed in range(4):
        expect(judged(QUANTISE, arguments, away, {"quantised": True}, seed=bytes([seed]) * 32), "passed")
    expect(judged(QUANTISE, arguments, truncates, {"quantised": True}), "wrong_value", "result[0]")
    half = {"x": {"tensor": [16, 2000], "dtype": "float16"}}
    expect(judged(QUANTISE, half, lambda x: tuple(t if t.dtype == torch.int8 else t.half() for t in away(x.float())),
                  {"quantised": True}), "passed")


def test_class_of_precision():
    reference, arguments = "def f(a, b):\n    return a @ b\n", {"a": {"tensor": [32, 256]}, "b": {"tensor": [256, 32]}}
    tf32 = lambda x: ((x.view(torch.int32) + 0x1000) & -8192).view(torch.float32)  # noqa: E731
    assert judged(reference, arguments, lambda a, b: a @ b, {"tf32": True})["details"]["class"] == "ieee"
    assert judged(reference, arguments, lambda a, b: tf32(a) @ tf32(b), {"tf32": True})["details"]["class"] == "tf32"
    expect(judged(reference, arguments, lambda a, b: tf32(a) @ tf32(b)), "wrong_value", "TF32")


def test_complex_results():
    reference, arguments = "def f(x):\n    return torch.fft.fft(x)\n", {"x": {"tensor": [4, 64]}}
    expect(judged(reference, arguments, lambda x: torch.fft.fft(x)), "passed")
    expect(judged(reference, arguments, lambda x: torch.fft.fft(x).conj().resolve_conj()), "wrong_value")


def test_a_reference_that_is_off_itself_is_never_accused():
    arguments = {"x": {"tensor": [3], "draw": "values", "values": [0.2, 0.7, 1.0]}}
    reference, eps = "def f(x):\n    return torch.logit(x, eps=1e-6)\n", 1e-6
    details = expect(judged(reference, arguments, lambda x: torch.logit(x, eps=eps)), "passed")
    assert details["reference_off"] == 1
    expect(judged(reference, arguments, lambda x: torch.logit(x.double(), eps=eps).float()), "passed")
    expect(judged(reference, arguments, lambda x: torch.logit(x.double(), eps=2e-6).float()), "wrong_value", "1 of 3")
    expect(judged(reference, arguments, lambda x: torch.logit(x, eps=eps) * 1.001), "wrong_value")


def test_keys_that_only_compare_equal_are_not_the_same():
    reference = "def f(x):\n    return {1: x * 2}\n"
    expect(judged(reference, X, lambda x: {1: x * 2}), "passed")
    expect(judged(reference, X, lambda x: {True: x * 0}), "wrong_structure")


def test_an_overflow_of_the_reference_opens_no_half_line():
    # fp16 overflows inside: in that precision the reference says inf, in fp64 8.
    reference = "def f(x):\n    return (x * x) / x / x * 8\n"
    arguments = {"x": {"tensor": [64], "dtype": "float16", "draw": "constant", "value": 30000}}
    expect(judged(reference, arguments, lambda x: torch.full_like(x, 8)), "passed")
    expect(judged(reference, arguments, lambda x: torch.full_like(x, 9000)), "wrong_value")


def test_a_reference_that_rounding_drives_out_of_its_domain_accuses_and_excuses_nobody():
    reference = ("def f(x):\n    if x.dtype == torch.float64 and float(x.max()) > 1:\n"
                 "        raise ValueError('domain')\n    return x * 2\n")
    arguments = {"x": {"tensor": [64], "draw": "constant", "value": 1}}
    expect(judged(reference, arguments, lambda x: x * 2), "passed")
    assert judged(reference, arguments, lambda x: x * 3)["outcome"] in ("wrong_value", "not_judged")
