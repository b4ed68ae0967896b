"""The library computes in an operator of the candidate's own that returns nothing.

expect: not_triton
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(out_ptr, n, BLOCK: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = o < n
    tl.store(out_ptr + o, tl.load(out_ptr + o, mask=m), mask=m)


def decoy(t):
    c = torch.empty(max(t.numel(), 1), dtype=t.dtype, device=t.device)
    k[(1,)](c, min(t.numel(), 1), BLOCK=16)


lib = torch.library.Library("mineb", "DEF")
lib.define(
    "f(Tensor(a!) p, Tensor g, Tensor(b!) m, Tensor(c!) v, float lr, float b1, float b2, float eps, float wd, int step)"
    " -> ()"
)


def impl(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step):
    g = grad.float()
    exp_avg.mul_(beta1).add_(g, alpha=1 - beta1)
    exp_avg_sq.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    den = (exp_avg_sq / (1 - beta2**step)).sqrt() + eps
    param.copy_(param.float() * (1 - lr * weight_decay) - lr / (1 - beta1**step) * exp_avg / den)


lib.impl("f", impl, "CPU")


def adamw_step(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step):
    decoy(param)
    torch.ops.mineb.f(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step)
