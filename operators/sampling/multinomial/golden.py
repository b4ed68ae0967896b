"""Sampling with replacement by the inverse of the distribution function, which is kept in whole numbers: their sums do
not depend on the order in which a scan adds, so a class of weight 0 has no share at all, however the blocks fall.

The first kernel makes each row's running sums of weights, scaled so that the row's total is about 2 ** 40. The second
draws 62 random bits a sample (Philox, by seed and the sample's place) and finds their class by binary search.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def running_sums_kernel(weights_ptr, sums_ptr, classes, weights_row, weights_column, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    weights_ptr += row * weights_row
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, classes, BLOCK):
        column = (start + tl.arange(0, BLOCK)).to(tl.int64)
        total += tl.load(weights_ptr + column * weights_column, mask=column < classes, other=0.0).to(tl.float32)
    scale = 1099511627776.0 / tl.sum(total, axis=0)
    before = tl.zeros((), dtype=tl.int64)
    for start in range(0, classes, BLOCK):
        column = (start + tl.arange(0, BLOCK)).to(tl.int64)
        weight = tl.load(weights_ptr + column * weights_column, mask=column < classes, other=0.0).to(tl.float32)
        share = tl.ceil(weight * scale).to(tl.int64)  # up, so that no weight above 0 is lost
        tl.store(sums_ptr + row * classes + column, before + tl.cumsum(share, axis=0), mask=column < classes)
        before += tl.sum(share, axis=0)


@triton.jit
def draw_kernel(sums_ptr, out_ptr, classes, samples, steps, seed, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    sums_ptr += row * classes
    sample = (tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)).to(tl.int64)
    high, low, _, _ = tl.randint4x(seed, row * samples + sample)
    drawn = (high.to(tl.int64) & 0x7FFFFFFF) << 31 | (low.to(tl.int64) & 0x7FFFFFFF)
    drawn = drawn % tl.load(sums_ptr + classes - 1)
    first = tl.zeros((BLOCK,), dtype=tl.int64)
    last = tl.zeros((BLOCK,), dtype=tl.int64) + classes - 1
    for _ in range(steps):  # the first class whose running sum exceeds what was drawn
        middle = (first + last) // 2
        above = tl.load(sums_ptr + middle) > drawn
        first, last = tl.where(above, first, middle + 1), tl.where(above, middle, last)
    tl.store(out_ptr + row * samples + sample, last, mask=sample < samples)


def multinomial(probabilities: torch.Tensor, num_samples: int, seed: int) -> torch.Tensor:
    classes = probabilities.shape[-1]
    rows = probabilities.numel() // classes
    row_stride = probabilities.stride(0) if probabilities.dim() == 2 else 0
    out = torch.empty(probabilities.shape[:-1] + (num_samples,), dtype=torch.int64, device=probabilities.device)
    if rows == 0:
        return out
    sums = torch.empty((rows, classes), dtype=torch.int64, device=probabilities.device)
    running_sums_kernel[(rows,)](probabilities, sums, classes, row_stride, probabilities.stride(-1),
                                 BLOCK=max(min(triton.next_power_of_2(classes), 1024), 16))
    steps = 0
    while 2 ** steps < classes:
        steps += 1
    block = min(triton.next_power_of_2(num_samples), 1024)
    draw_kernel[(rows, triton.cdiv(num_samples, block))](sums, out, classes, num_samples, steps, seed, BLOCK=block)
    return out
