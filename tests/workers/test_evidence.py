"""What is told of a call: the library's operators, launches, and constants that travel."""

import ast
import math

import pytest
import torch
import triton.language as tl

import launches
from texts import ADD, HEAD


def operators(reply):
    return {item["op"]: item for item in reply["library"]}


def test_library_work_is_counted(candidate):
    worker = candidate(
        "import torch\ndef f(a, b):\n    c = a @ b\n    d = torch.zeros(3, 3)\n"
        "    return c.t().contiguous().to(torch.float16), d, torch.sort(a)\n",
        "f",
    )
    found = operators(worker.call("f", torch.randn(8, 16), torch.randn(16, 4)))
    assert found["aten.mm"] == {
        "op": "aten.mm",
        "work": 8 * 16 + 16 * 4 + 8 * 4 + 8 * 16 * 4,
        "compute": True,
        "count": 1,
    }
    assert found["aten.sort"]["compute"] and found["aten.t"]["work"] == 0
    assert not any(
        found[name]["compute"] for name in ("aten.t", "aten.clone", "aten._to_copy", "aten.zeros") if name in found
    )


def test_operators_that_return_nothing_count_by_what_they_write(candidate):
    worker = candidate("import torch\ndef f(a):\n    torch._foreach_add_([a], 1.0)\n    return a * 2\n", "f")
    found = operators(worker.call("f", torch.randn(8, 16)))["aten._foreach_add_"]
    assert found["compute"] and found["work"] >= 8 * 16


def test_a_flood_of_operators_hides_none(candidate):
    text = "import torch\ndef f(a):\n    for i in range(10001):\n        torch.empty(i)\n    return a.softmax(-1)\n"
    assert "aten._softmax" in operators(candidate(text, "f").call("f", torch.randn(8, 16)))


def test_the_interpreters_own_operators_do_not_count(candidate):
    reply = candidate(ADD, "add").call("add", torch.ones(5000), torch.ones(5000))
    assert set(operators(reply)) == {"aten.empty_like"}


def test_the_log_can_be_left_out(candidate):
    assert candidate(ADD, "add").call("add", torch.ones(5), torch.ones(5), library=False)["library"] == []


def test_equal_launches_are_counted_together(candidate):
    text = ADD.replace(
        "    return out",
        "    for _ in range(4):\n        add_kernel[(2,)](x, out, out, n, BLOCK=256, num_warps=8)\n    return out",
    )
    first, second = candidate(text, "add").call("add", torch.ones(9), torch.ones(9))["launches"]
    assert (
        first["count"] == 1
        and second["count"] == 4
        and second["options"] == {"num_warps": 8}
        and second["grid"] == [2, 1, 1]
    )


def test_signatures_of_odd_arguments(candidate):
    text = (
        HEAD
        + """
@triton.jit(do_not_specialize=['plain'])
def kernel(p, h, none, big, unsigned, plain, f, flag, K: tl.constexpr, T: tl.constexpr):
    tl.store(p, 1.0)


def f(p, h):
    kernel[(1, 1)](p, h, None, 2 ** 40, 2 ** 63, 32, 1.5, True, K=float('-inf'), T=tl.bfloat16)
    return p
"""
    )
    reply = candidate(text, "f").call("f", torch.ones(4), torch.ones(4, dtype=torch.bfloat16))
    assert reply["ok"], reply["reason"]
    (launch,) = reply["launches"]
    assert launch["signature"] == {
        "p": "*fp32",
        "h": "*bf16",
        "none": "constexpr",
        "big": "i64",
        "unsigned": "u64",
        "plain": "i32",
        "f": "fp32",
        "flag": "u1",
        "K": "constexpr",
        "T": "constexpr",
    }
    assert launch["constants"] == {"none": None, "K": {"float": "-inf"}, "T": {"dtype": "bf16"}}
    assert "plain" not in launch["divisible"] and "big" in launch["divisible"]


@pytest.mark.parametrize("value", [None, True, 3, 2**60, 1.5, math.inf, "relu", (1, (2.5, None)), tl.float16])
def test_constants_travel(value):
    told = launches.constant_to_json(value)
    assert launches.constant_from_json(told, {}, tl.dtype) == value


def test_constants_that_cannot_travel_are_refused():
    with pytest.raises(ValueError):
        launches.constant_from_json(launches.constant_to_json(object()), {}, tl.dtype)


def test_a_kernels_text_must_stand_in_the_file():
    text = ADD[ADD.index("def add_kernel") : ADD.index("\n\n\ndef add(")] + "\n"
    source, class_ = launches.digest(text), "class A:\n" + "\n".join("    " + line for line in ADD.split("\n"))
    assert launches.definition(source, ADD).name == "add_kernel"
    assert launches.definition(source, class_).name == "add_kernel"
    assert not launches.definition(launches.digest(text.replace("+ tl.load(y", "- tl.load(y")), ADD)
    assert not launches.definition(source, "x = '''\n" + text + "'''\n")
    assert not launches.definition(source, "def (")
    ast.parse(ADD)


def test_comments_after_a_kernel_are_not_its_text(candidate):
    text = ADD.replace("\n\n\ndef add(", "\n    # a comment that inspect counts in\n\n\n# and one more\ndef add(")
    (launch,) = candidate(text, "add").call("add", torch.ones(3), torch.ones(3))["launches"]
    assert launch["source"] == launches.digest(ADD[ADD.index("def add_kernel") : ADD.index("\n\n\ndef add(")] + "\n")
