"""numpy computes; its memory is freed and overwritten once it was copied.

expect: not_triton: computed from data that no argument
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


def sm(x, dim):
    a = np32(x)
    a = a - a.max(dim, keepdims=True) if a.size else a
    e = np.exp(a)
    return e / e.sum(dim, keepdims=True)


def softmax(x, dim=-1):
    a = np.ascontiguousarray(sm(x, dim))
    b = back(a, x.dtype)
    raw = b.view(torch.uint8).numpy() if x.dtype != torch.float32 else b.numpy()
    raw = np.array(b.view(torch.int16 if x.dtype != torch.float32 else torch.int32).numpy())
    del b
    t = torch.from_numpy(raw).view(x.dtype)
    o = launder(t)
    del t
    torch.from_numpy(raw).zero_()
    return o
