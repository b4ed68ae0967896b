"""Average pooling: one program a tile of one plane's outputs; x is read where it lies, by its own strides."""
import torch
import triton
import triton.language as tl


@triton.jit
def avg_pool2d_kernel(x_ptr, out_ptr, channels, height, width, out_height, out_width, x_sample, x_channel, x_row,
                      x_column, stride_y, stride_x, padding, KERNEL_H: tl.constexpr, KERNEL_W: tl.constexpr,
                      COUNT_PADDING: tl.constexpr, BLOCK_H: tl.constexpr, BLOCK_W: tl.constexpr):
    plane = tl.program_id(0).to(tl.int64)
    tiles_w = tl.cdiv(out_width, BLOCK_W)
    out_row = (tl.program_id(1) // tiles_w) * BLOCK_H + tl.arange(0, BLOCK_H)
    out_column = (tl.program_id(1) % tiles_w) * BLOCK_W + tl.arange(0, BLOCK_W)
    top = out_row * stride_y - padding
    left = out_column * stride_x - padding
    x_ptr += plane // channels * x_sample + plane % channels * x_channel
    total = tl.zeros((BLOCK_H, BLOCK_W), dtype=tl.float32)
    for i in range(KERNEL_H):
        row = top + i
        row_inside = (row >= 0) & (row < height) & (out_row < out_height)
        row_ptrs = x_ptr + row.to(tl.int64)[:, None] * x_row
        for j in range(KERNEL_W):
            column = left + j
            column_inside = (column >= 0) & (column < width) & (out_column < out_width)
            inside = row_inside[:, None] & column_inside[None, :]
            x = tl.load(row_ptrs + column.to(tl.int64)[None, :] * x_column, mask=inside, other=0.0)
            total += x.to(tl.float32)
    if COUNT_PADDING:
        mean = total / (KERNEL_H * KERNEL_W)
    else:
        rows = tl.minimum(top + KERNEL_H, height) - tl.maximum(top, 0)
        columns = tl.minimum(left + KERNEL_W, width) - tl.maximum(left, 0)
        mean = total / (rows[:, None] * columns[None, :]).to(tl.float32)
    out_ptrs = out_ptr + (plane * out_height + out_row[:, None]) * out_width + out_column[None, :]
    mask = (out_row[:, None] < out_height) & (out_column[None, :] < out_width)
    tl.store(out_ptrs, mean.to(out_ptr.dtype.element_ty), mask=mask)


def avg_pool2d(x: torch.Tensor, kernel_height: int, kernel_width: int, stride: int | None = None, padding: int = 0,
               count_include_pad: bool = True) -> torch.Tensor:
    samples, channels, height, width = x.shape
    stride_y, stride_x = (kernel_height, kernel_width) if stride is None else (stride, stride)
    out_height = (height + 2 * padding - kernel_height) // stride_y + 1
    out_width = (width + 2 * padding - kernel_width) // stride_x + 1
    out = torch.empty((samples, channels, out_height, out_width), dtype=x.dtype, device=x.device)
    block_w = min(triton.next_power_of_2(out_width), 64)
    block_h = min(triton.next_power_of_2(out_height), 512 // block_w)
    grid = (samples * channels, triton.cdiv(out_height, block_h) * triton.cdiv(out_width, block_w))
    avg_pool2d_kernel[grid](x, out, channels, height, width, out_height, out_width, *x.stride(), stride_y, stride_x,
                            padding, KERNEL_H=kernel_height, KERNEL_W=kernel_width, COUNT_PADDING=count_include_pad,
                            BLOCK_H=block_h, BLOCK_W=block_w)
    return out
