"""Scatter-add in place by atomics in float32. A float32 destination takes them directly; a half-precision one is
widened into scratch memory first and narrowed afterwards, so that it is rounded once, however many values meet.

Tensors are seen as four-dimensional, with sizes of 1 in front, each read and written by its own strides.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def offsets_of(row, column, size1, size2, stride0, stride1, stride2, stride3):
    return row // (size1 * size2) * stride0 + row // size2 % size1 * stride1 + row % size2 * stride2 + column * stride3


@triton.jit
def copy_kernel(from_ptr, to_ptr, rows, columns, size1, size2, f0, f1, f2, f3, t0, t1, t2, t3,
                BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)[:, None]
    column = (tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)).to(tl.int64)[None, :]
    mask = (row < rows) & (column < columns)
    value = tl.load(from_ptr + offsets_of(row, column, size1, size2, f0, f1, f2, f3), mask=mask)
    to_ptrs = to_ptr + offsets_of(row, column, size1, size2, t0, t1, t2, t3)
    tl.store(to_ptrs, value.to(to_ptr.dtype.element_ty), mask=mask)


@triton.jit
def add_kernel(total_ptr, index_ptr, src_ptr, rows, columns, size1, size2, t0, t1, t2, t3, along,
               i0, i1, i2, i3, s0, s1, s2, s3, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)[:, None]
    column = (tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)).to(tl.int64)[None, :]
    mask = (row < rows) & (column < columns)
    index = tl.load(index_ptr + offsets_of(row, column, size1, size2, i0, i1, i2, i3), mask=mask, other=0)
    src = tl.load(src_ptr + offsets_of(row, column, size1, size2, s0, s1, s2, s3), mask=mask, other=0.0)
    # t has a stride of 0 along the dimension that the index names.
    total_ptrs = total_ptr + offsets_of(row, column, size1, size2, t0, t1, t2, t3) + index * along
    tl.atomic_add(total_ptrs, src.to(tl.float32), mask=mask, sem="relaxed")


def tiles(sizes: list[int]) -> tuple[tuple[int, int], list[int], dict]:
    size0, size1, size2, columns = sizes
    rows = size0 * size1 * size2
    block_c = min(triton.next_power_of_2(columns), 512)
    block_r = 512 // block_c
    grid = (triton.cdiv(rows, block_r), triton.cdiv(columns, block_c))
    return grid, [rows, columns, size1, size2], dict(BLOCK_R=block_r, BLOCK_C=block_c)


def scatter_add(out: torch.Tensor, dim: int, index: torch.Tensor, src: torch.Tensor) -> None:
    if index.numel() == 0:
        return
    front = 4 - out.dim()
    total = out
    if out.dtype != torch.float32:
        total = torch.empty(out.shape, dtype=torch.float32, device=out.device)
    out_strides, total_strides, index_strides, src_strides = (
        [0] * front + list(tensor.stride()) for tensor in (out, total, index, src))
    grid, sizes, blocks = tiles([1] * front + list(out.shape))
    if total is not out:
        copy_kernel[grid](out, total, *sizes, *out_strides, *total_strides, **blocks)
    along = front + dim % out.dim()
    cut = total_strides[:along] + [0] + total_strides[along + 1:]
    add_grid, add_sizes, add_blocks = tiles([1] * front + list(index.shape))
    add_kernel[add_grid](total, index, src, *add_sizes, *cut, total_strides[along], *index_strides, *src_strides,
                         **add_blocks)
    if total is not out:
        copy_kernel[grid](total, out, *sizes, *total_strides, *out_strides, **blocks)
