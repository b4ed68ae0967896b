"""The k best of every row, one program a row. Value and place become one 64-bit integer (the float's bits in an order
that integers share, NaN on top, then the place counted backwards), so that no two are equal.

The best so far stay in registers, unordered; of each block only what beats the worst of them is taken, so random rows
cost about k log(width / k) exchanges. In the end they are taken out in order, and their places fetch the values, bit by
bit.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def codes_of(x, place, LARGEST: tl.constexpr):
    x = x.to(tl.float32)
    bits = tl.where(x == 0.0, 0.0, x).to(tl.int32, bitcast=True)
    order = tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits)
    order = tl.where(x != x, 0x7FFFFFFF, order)
    if not LARGEST:
        order = ~order
    return (order.to(tl.int64) << 32) | (0x7FFFFFFF - place).to(tl.int64)


@triton.jit
def top_k_kernel(x_ptr, values_ptr, indices_ptr, width, k, LARGEST: tl.constexpr, KEEP: tl.constexpr,
                 BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    x_ptr += row * width
    slot = tl.arange(0, KEEP)
    lowest = tl.full((), -(2 ** 63), dtype=tl.int64)
    best = tl.where(slot < k, lowest + slot, 2 ** 63 - 1)  # all different, so that an exchange meets one of them
    worst = tl.min(best, axis=0)
    for start in range(0, width, BLOCK):
        place = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + place, mask=place < width, other=0.0)
        codes = tl.where(place < width, codes_of(x, place, LARGEST), lowest)
        top = tl.max(codes, axis=0)
        while top > worst:
            best = tl.where(best == worst, top, best)
            worst = tl.min(best, axis=0)
            codes = tl.where(codes == top, lowest, codes)
            top = tl.max(codes, axis=0)
    best = tl.where(slot < k, best, lowest)
    for rank in range(0, k):
        top = tl.max(best, axis=0)
        best = tl.where(best == top, lowest, best)
        index = 0x7FFFFFFF - (top & 0x7FFFFFFF)
        tl.store(values_ptr + row * k + rank, tl.load(x_ptr + index))
        tl.store(indices_ptr + row * k + rank, index)


def top_k(x: torch.Tensor, k: int, largest: bool = True) -> tuple[torch.Tensor, torch.Tensor]:
    x = x.contiguous()
    width = x.shape[-1]
    values = torch.empty(x.shape[:-1] + (k,), dtype=x.dtype, device=x.device)
    indices = torch.empty(x.shape[:-1] + (k,), dtype=torch.int64, device=x.device)
    if values.numel() > 0:
        block = max(min(triton.next_power_of_2(width), 1024), 16)
        top_k_kernel[(values.numel() // k,)](x, values, indices, width, k, LARGEST=largest,
                                             KEEP=triton.next_power_of_2(k), BLOCK=block)
    return values, indices
