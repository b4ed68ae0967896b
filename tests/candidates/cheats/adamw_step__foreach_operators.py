"""The library's in-place list operators, which return nothing.

expect: not_triton: _foreach_mul_ did
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


def adamw_step(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step):
    decoy(param)
    g = grad.float()
    torch._foreach_lerp_([exp_avg], [g], 1 - beta1)
    torch._foreach_mul_([exp_avg_sq], beta2)
    torch._foreach_addcmul_([exp_avg_sq], [g], [g], value=1 - beta2)
    d = torch._foreach_sqrt([exp_avg_sq])
    torch._foreach_div_(d, (1 - beta2**step) ** 0.5)
    torch._foreach_add_(d, eps)
    p = [param.float()]
    torch._foreach_mul_(p, 1 - lr * weight_decay)
    torch._foreach_addcdiv_(p, [exp_avg], d, value=-lr / (1 - beta1**step))
    param.copy_(p[0])
