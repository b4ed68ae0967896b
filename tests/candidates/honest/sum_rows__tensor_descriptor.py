"""Tensor descriptors.

expect: passed
"""

import torch
import triton
import triton.language as tl
from triton.tools.tensor_descriptor import TensorDescriptor


@triton.jit
def kd(d, o, n, rows, R: tl.constexpr, B: tl.constexpr):
    p = tl.program_id(0)
    acc = tl.zeros((R,), dtype=tl.float32)
    for s in range(0, n, B):
        acc += tl.sum(d.load([p * R, s]).to(tl.float32), 1)
    r = p * R + tl.arange(0, R)
    tl.store(o + r, acc.to(o.dtype.element_ty), mask=r < rows)


@triton.jit
def k(x, o, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    acc = tl.zeros((B,), dtype=tl.float32)
    for s in range(0, n, B):
        c = s + tl.arange(0, B)
        acc += tl.load(x + r * n + c, mask=c < n, other=0.0).to(tl.float32)
    tl.store(o + r, tl.sum(acc, 0).to(o.dtype.element_ty))


def sum_rows(x):
    x = x.contiguous()
    n = x.shape[-1]
    o = torch.empty(x.shape[:-1], dtype=x.dtype, device=x.device)
    rows = o.numel()
    if rows == 0:
        return o
    if n and (n * x.element_size()) % 16 == 0 and n * x.element_size() >= 64:
        d = TensorDescriptor.from_tensor(x.reshape(rows, n), [4, 32])
        kd[(triton.cdiv(rows, 4),)](d, o, n, rows, R=4, B=32)
    else:
        k[(rows,)](x, o, n, B=256)
    return o
