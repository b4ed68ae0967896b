"""numpy computes inside a custom operator, where no operator is seen.

expect: not_triton: did
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


import ctypes


def raw(x):
    st = x.untyped_storage()
    w = x.element_size()
    u = np.frombuffer(
        (ctypes.c_uint8 * st.nbytes()).from_address(st.data_ptr()),
        dtype={torch.float32: np.float32, torch.float16: np.float16, torch.bfloat16: np.uint16}[x.dtype],
    )
    v = np.lib.stride_tricks.as_strided(u[x.storage_offset() :], tuple(x.shape), tuple(w * s for s in x.stride()))
    return (
        (v.astype(np.uint32) << 16).view(np.float32) if w == 2 and x.dtype == torch.bfloat16 else v.astype(np.float32)
    )


@torch.library.custom_op("revi::prep", mutates_args=())
def prep(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    r = np.ascontiguousarray(raw(a) @ raw(b))
    return torch.frombuffer(bytearray(r.tobytes()), dtype=torch.float32)


def matmul(a, b):
    if 0 in a.shape:
        return torch.zeros((a.shape[0], b.shape[1]), dtype=a.dtype)
    return launder(prep(a, b).view(a.shape[0], b.shape[1]).to(a.dtype))
