"""Block pointers, heuristics, autotuning.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.autotune(
    configs=[triton.Config({"BM": 32, "BN": 32, "BK": 32}, num_stages=3, num_warps=4)], key=["M", "N", "K"]
)
@triton.heuristics({"EVEN": lambda a: a["K"] % a["BK"] == 0})
@triton.jit
def k(a, b, o, M, N, K, am, ak, bk, bn, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, EVEN: tl.constexpr):
    pm = tl.num_programs(0) - 1 - tl.program_id(0)
    pn = tl.program_id(1)
    pa = tl.make_block_ptr(a, (M, K), (am, ak), (pm * BM, 0), (BM, BK), (1, 0))
    pb = tl.make_block_ptr(b, (K, N), (bk, bn), (0, pn * BN), (BK, BN), (1, 0))
    acc = tl.zeros((BM, BN), tl.float32)
    for _ in range(0, tl.cdiv(K, BK)):
        x = tl.load(pa, boundary_check=(0, 1), padding_option="zero")
        y = tl.load(pb, boundary_check=(0, 1), padding_option="zero")
        acc = tl.dot(x, y, acc, input_precision="ieee")
        pa = tl.advance(pa, (0, BK))
        pb = tl.advance(pb, (BK, 0))
    po = tl.make_block_ptr(o, (M, N), (N, 1), (pm * BM, pn * BN), (BM, BN), (1, 0))
    tl.store(po, acc.to(o.dtype.element_ty), boundary_check=(0, 1))


def matmul(a, b):
    M, K = a.shape
    N = b.shape[1]
    o = torch.empty((M, N), device=a.device, dtype=a.dtype)
    if M and N:
        k[lambda m: (triton.cdiv(M, m["BM"]), triton.cdiv(N, m["BN"]))](a, b, o, M, N, K, *a.stride(), *b.stride())
    return o
