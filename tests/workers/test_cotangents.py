"""Gradients that come in with gaps: a backward that reads them in storage order is told."""
import torch

from checking import Task, outcomes

TRIPLE = "import torch\ndef f(x):\n    return x * 3\n"
CASE = {"name": "c", "arguments": {"x": {"tensor": [6, 50], "grad": True}}}


class Triple(torch.autograd.Function):
    """Three times x; its backward as a kernel does it that reads `count` elements from where the gradient starts."""

    @staticmethod
    def forward(ctx, x, contiguous):
        ctx.contiguous = contiguous
        return x * 3

    @staticmethod
    def backward(ctx, gradient):
        dense = gradient.contiguous() if ctx.contiguous else gradient
        return dense.as_strided(gradient.shape, (gradient.shape[-1], 1)) * 3, None


def judged(contiguous):
    task = Task(TRIPLE, [CASE], {"backward": True})
    return task.try_out(lambda x: Triple.apply(x, contiguous))


def test_every_other_gradient_comes_in_with_gaps():
    assert outcomes(judged(True)) == ["passed", "passed"]
    found = judged(False)
    assert outcomes(found) == ["passed", "wrong_value"] and "gradient of x" in found[1]["reason"]


def test_a_call_whose_result_has_no_gradient_is_not_run_backward():
    case = {"name": "c", "arguments": {"x": {"tensor": [3, 4], "grad": True}}}
    opened = Task("def f(x):\n    return (x * 2).detach()\n", [case], {"backward": True})
    reply = opened.ask({"do": "arguments", "index": 0}, b"")
    assert reply["ok"] and reply["backward"] is None
    assert outcomes(opened.try_out(lambda x: (x * 2).detach())) == ["passed"]
