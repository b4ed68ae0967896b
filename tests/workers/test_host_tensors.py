"""What would lie on the host of a GPU machine is not for kernels, on the CPU either."""

import pytest
import torch

from texts import ADD


@pytest.mark.parametrize(
    "made, runs",
    [
        ("torch.empty(x.shape)", False),
        ("torch.zeros(100, dtype=torch.float32)", False),
        ("torch.tensor([0.0] * 100)", False),
        ("torch.empty(x.shape).requires_grad_()", False),
        ("torch.empty(100, dtype=torch.float64).to(torch.float32)", False),
        ("torch.empty_like(torch.empty(100))", False),
        ("torch.zeros(1).new_zeros(100)", False),
        ("torch.empty_like(x)", True),
        ("x.new_empty(100)", True),
        ("torch.empty(x.shape, device=x.device)", True),
        ("torch.empty(x.shape, device='cuda')", True),
        ("torch.empty(x.shape).cuda()", True),
        ("torch.empty(x.shape).to('cuda')", True),
        ("torch.empty(x.shape).to(x.device)", True),
        ("torch.empty(x.shape).to(x)", True),
        ("torch.empty(x.shape).to(device='cuda', dtype=torch.float32)", True),
        ("torch.zeros(100, out=torch.empty_like(x))", True),
        ("in_context(torch.device('cuda'))", True),
        ("by_default('cuda')", True),
    ],
)
def test_a_kernel_cannot_read_what_would_lie_on_the_host(candidate, made, runs):
    text = (
        ADD
        + f"""

def in_context(device):
    with device:
        return torch.empty(100)


def by_default(device):
    torch.set_default_device(device)
    return torch.empty(100)


def f(x):
    out = {made}
    add_kernel[(1,)](x, x, out, 100, BLOCK=128)
    return out
"""
    )
    reply = candidate(text, "f").call("f", torch.ones(100))
    assert reply["ok"] == runs, reply
    if not runs:
        assert "Pointer argument (at 2) cannot be accessed from Triton (cpu tensor?)" in reply["reason"]
