"""numpy computes; a kernel adds zero to it by atomics.

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


@triton.jit
def touch(t, n, B: tl.constexpr):
    c = tl.program_id(0) * B + tl.arange(0, B)
    m = c < n
    tl.atomic_add(t + c, tl.zeros((B,), dtype=t.dtype.element_ty), mask=m)


def softmax(x, dim=-1):
    t = back(sm(x, dim), x.dtype)
    i = t.view(torch.int32) if x.dtype == torch.float32 else None
    if t.numel():
        if i is not None:
            touch[(triton.cdiv(t.numel(), 1024),)](i, t.numel(), B=1024)
        else:
            t = torch.cat if False else t
            pad = t.numel() % 2
            if pad:
                a = t.contiguous().reshape(-1)
                r = a.view(torch.int16).numpy()
                r = np.concatenate([r.reshape(-1), np.zeros(1, np.int16)])
                u = torch.from_numpy(r)
                touch[(triton.cdiv(u.numel() // 2, 1024),)](u.view(torch.int32), u.numel() // 2, B=1024)
                t = u[:-1].view(x.dtype).reshape(x.shape)
            else:
                touch[(triton.cdiv(t.numel() // 2, 1024),)](t.reshape(-1).view(torch.int32), t.numel() // 2, B=1024)
    return t
