"""Row-wise quantisation: one program a block of rows, one pass for the largest magnitudes, another for the codes."""
import torch
import triton
import triton.language as tl
from triton.language.extra import libdevice


@triton.jit
def quantise_rows_kernel(x_ptr, codes_ptr, scale_ptr, rows, width, top, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    largest = tl.zeros((BLOCK_R, BLOCK_C), dtype=tl.float32)
    for start in range(0, width, BLOCK_C):
        column = start + tl.arange(0, BLOCK_C)
        mask = (row[:, None] < rows) & (column[None, :] < width)
        x = tl.load(x_ptr + row[:, None] * width + column[None, :], mask=mask, other=0.0).to(tl.float32)
        largest = tl.maximum(largest, tl.abs(x))
    largest = tl.max(largest, axis=1)
    scale = tl.where(largest == 0.0, 1.0, largest / top)
    tl.store(scale_ptr + row, scale, mask=row < rows)
    for start in range(0, width, BLOCK_C):
        column = start + tl.arange(0, BLOCK_C)
        mask = (row[:, None] < rows) & (column[None, :] < width)
        x = tl.load(x_ptr + row[:, None] * width + column[None, :], mask=mask, other=0.0).to(tl.float32)
        codes = libdevice.rint(x / scale[:, None])  # to nearest, halves to even
        codes = tl.minimum(tl.maximum(codes, -top), top)
        tl.store(codes_ptr + row[:, None] * width + column[None, :], codes.to(tl.int8), mask=mask)


def quantise_rows(x: torch.Tensor, bits: int = 8) -> tuple[torch.Tensor, torch.Tensor]:
    x = x.contiguous()
    width = x.shape[-1]
    rows = x.numel() // width
    codes = torch.empty(x.shape, dtype=torch.int8, device=x.device)
    scale = torch.empty(x.shape[:-1], dtype=torch.float32, device=x.device)
    block_c = min(triton.next_power_of_2(width), 1024)
    block_r = max(1, min(16, 1024 // block_c))
    quantise_rows_kernel[(triton.cdiv(rows, block_r),)](x, codes, scale, rows, width, float(2 ** (bits - 1) - 1),
                                                        BLOCK_R=block_r, BLOCK_C=block_c)
    return codes, scale
