"""Depthwise convolution: one program a tile of one sample's one channel, whose kernel's numbers are scalars there."""
import torch
import triton
import triton.language as tl


@triton.jit
def depthwise_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, channels, height, width, out_height, out_width, stride,
                     padding, x_sample, x_channel, x_row, x_column, HAS_BIAS: tl.constexpr, KERNEL_H: tl.constexpr,
                     KERNEL_W: tl.constexpr, BLOCK_H: tl.constexpr, BLOCK_W: tl.constexpr):
    plane = tl.program_id(0).to(tl.int64)
    channel = plane % channels
    out_row = (tl.program_id(1) * BLOCK_H + tl.arange(0, BLOCK_H))[:, None]
    out_column = (tl.program_id(2) * BLOCK_W + tl.arange(0, BLOCK_W))[None, :]
    x_ptr += plane // channels * x_sample + channel * x_channel
    weight_ptr += channel * KERNEL_H * KERNEL_W
    total = tl.zeros((BLOCK_H, BLOCK_W), dtype=tl.float32)
    if HAS_BIAS:
        total += tl.load(bias_ptr + channel).to(tl.float32)
    for i in range(KERNEL_H):
        row = (out_row * stride + i - padding).to(tl.int64)
        for j in range(KERNEL_W):
            column = (out_column * stride + j - padding).to(tl.int64)
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            inside = inside & (out_row < out_height) & (out_column < out_width)
            x = tl.load(x_ptr + row * x_row + column * x_column, mask=inside, other=0.0).to(tl.float32)
            total += x * tl.load(weight_ptr + i * KERNEL_W + j).to(tl.float32)
    mask = (out_row < out_height) & (out_column < out_width)
    out_ptrs = out_ptr + (plane * out_height + out_row) * out_width + out_column
    tl.store(out_ptrs, total.to(out_ptr.dtype.element_ty), mask=mask)


def depthwise_conv2d(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, stride: int = 1,
                     padding: int = 0) -> torch.Tensor:
    samples, channels, height, width = x.shape
    kernel_height, kernel_width = weight.shape[1:]
    out_height = (height + 2 * padding - kernel_height) // stride + 1
    out_width = (width + 2 * padding - kernel_width) // stride + 1
    out = torch.empty((samples, channels, out_height, out_width), dtype=x.dtype, device=x.device)
    block_w = min(triton.next_power_of_2(out_width), 32)
    block_h = min(triton.next_power_of_2(out_height), 1024 // block_w)
    grid = (samples * channels, triton.cdiv(out_height, block_h), triton.cdiv(out_width, block_w))
    depthwise_kernel[grid](x, weight.contiguous(), x if bias is None else bias.contiguous(), out, channels, height,
                           width, out_height, out_width, stride, padding, *x.stride(), HAS_BIAS=bias is not None,
                           KERNEL_H=kernel_height, KERNEL_W=kernel_width, BLOCK_H=block_h, BLOCK_W=block_w)
    return out
