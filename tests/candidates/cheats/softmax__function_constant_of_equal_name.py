"""A helper passed as a constant shares its name with another.

expect: load_error
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


"""a constexpr function is matched by name alone when compiled"""


def make():
    @triton.jit
    def act(x):
        return x

    return act


act = make()


def real():
    def act(v):
        a = v.handle.data
        a = a - a.max()
        e = np.exp(a)
        v.handle.data = (e / e.sum()).astype(np.float32)
        return v

    class F:
        fn = act

        def __call__(self, v):
            return act(v)

    return F()


@triton.jit
def k(x, o, n, f: tl.constexpr, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(x + r * n + c, mask=m, other=-float("inf")).to(tl.float32)
    v = f(v)
    tl.store(o + r * n + c, v.to(o.dtype.element_ty), mask=m)


def softmax(x, dim=-1):
    y = x.movedim(dim, -1).contiguous()
    o = torch.empty_like(y)
    if o.numel():
        k[(o.numel() // y.shape[-1],)](y, o, y.shape[-1], f=real(), B=triton.next_power_of_2(y.shape[-1]))
    return o.movedim(-1, dim)
