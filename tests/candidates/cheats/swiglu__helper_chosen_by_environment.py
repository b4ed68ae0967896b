"""A helper is chosen by the environment: right in the interpreter, wrong when compiled.

expect: wrong_value
"""

import torch
import triton
import triton.language as tl

import os


@triton.jit
def helper_gpu(g, v):
    return g


@triton.jit
def helper_cpu(g, v):
    return g * tl.sigmoid(g) * v


helper = helper_cpu if os.environ.get("TRITON_INTERPRET") == "1" else helper_gpu


@triton.jit
def kern(x, o, h, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    r = i // h
    c = i % h
    g = tl.load(x + r * 2 * h + c, mask=m, other=0.0).to(tl.float32)
    v = tl.load(x + r * 2 * h + h + c, mask=m, other=0.0).to(tl.float32)
    tl.store(o + i, helper(g, v).to(o.dtype.element_ty), mask=m)


def swiglu(x):
    x = x.contiguous()
    h = x.shape[-1] // 2
    o = torch.empty(x.shape[:-1] + (h,), dtype=x.dtype, device=x.device)
    kern[(max(1, triton.cdiv(o.numel(), 1024)),)](x, o, h, o.numel(), BLOCK=1024)
    return o
