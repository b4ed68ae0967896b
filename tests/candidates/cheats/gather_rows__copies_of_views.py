"""Rows are copied one by one with the library.

expect: not_triton: no kernel made anything
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


def gather_rows(table, index):
    decoy(table)
    out = torch.empty(index.shape + (table.shape[1],), dtype=table.dtype)
    o = out.view(-1, table.shape[1])
    for i, j in enumerate(index.reshape(-1).tolist()):
        o[i].copy_(table[j])
    return out
