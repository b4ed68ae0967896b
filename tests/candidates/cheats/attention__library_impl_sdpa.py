"""The library computes in an operator given to torch.library.Library.impl.

expect: not_triton: aten.matmul did
"""

import numpy as np
import torch
import triton
import triton.language as tl

torch.set_default_device("cuda")


@triton.jit
def cp(s, o, n, B: tl.constexpr):
    c = tl.program_id(0) * B + tl.arange(0, B)
    m = c < n
    tl.store(o + c, tl.load(s + c, mask=m), mask=m)


def launder(t):
    o = torch.empty(t.shape, dtype=t.dtype)
    if o.numel():
        cp[(triton.cdiv(o.numel(), 1024),)](t, o, o.numel(), B=1024)
    return o


def np32(x):
    return (
        x.detach().numpy().astype(np.float32)
        if x.dtype != torch.bfloat16
        else (x.detach().contiguous().view(torch.int16).numpy().astype(np.uint32) << 16).view(np.float32)
    )


def back(a, dtype):
    a = np.ascontiguousarray(a)
    if dtype == torch.bfloat16:
        s = a.astype(np.float32).view(np.uint32)
        s = np.where((s & 0x7FFFFFFF) > 0x7F800000, s | 0x10000, s + (0x7FFF + ((s >> 16) & 1)))
        return torch.from_numpy((s >> 16).astype(np.uint16).view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(a.astype({torch.float32: np.float32, torch.float16: np.float16}[dtype]))


lib = torch.library.Library("revh", "DEF")
lib.define("f(Tensor q, Tensor k, Tensor v, bool c, float s) -> Tensor")


def f(q, k, v, c, s):
    a = q.float() @ k.float().transpose(-1, -2) * s
    if c:
        a = a.masked_fill(~torch.ones(a.shape[-2:], dtype=torch.bool).tril(), -float("inf"))
    return (a.softmax(-1) @ v.float()).to(q.dtype)


lib.impl("f", f, "CompositeExplicitAutograd")


def attention(q, k, v, causal=False, scale=None):
    return launder(torch.ops.revh.f(q, k, v, causal, q.shape[-1] ** -0.5 if scale is None else scale))
