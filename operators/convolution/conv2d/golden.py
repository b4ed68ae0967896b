"""Convolution as an implicit matrix product: rows are output places of all samples, columns output channels, and the
inner dimension runs over (channel, kernel row, kernel column); the patches are never written down."""
import torch
import triton
import triton.language as tl


@triton.jit
def conv2d_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, places, inner, outputs, height, width, out_height, out_width,
                  stride, padding, x_sample, x_channel, x_row, x_column, HAS_BIAS: tl.constexpr, KERNEL_H: tl.constexpr,
                  KERNEL_W: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK_M + tl.arange(0, BLOCK_M)
    output = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    sample = place // (out_height * out_width)
    top = (place // out_width % out_height) * stride - padding
    left = (place % out_width) * stride - padding
    corner_ptrs = x_ptr + sample * x_sample + top * x_row + left * x_column
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, inner, BLOCK_K):
        k = start + tl.arange(0, BLOCK_K)
        channel = (k // (KERNEL_H * KERNEL_W)).to(tl.int64)
        i = k // KERNEL_W % KERNEL_H
        j = k % KERNEL_W
        row = top[:, None] + i[None, :]
        column = left[:, None] + j[None, :]
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        patch = tl.load(corner_ptrs[:, None] + (channel * x_channel + i * x_row + j * x_column)[None, :],
                        mask=inside & (place[:, None] < places) & (k[None, :] < inner), other=0.0)
        weight = tl.load(weight_ptr + output[None, :].to(tl.int64) * inner + k[:, None],
                         mask=(k[:, None] < inner) & (output[None, :] < outputs), other=0.0)
        total = tl.dot(patch, weight, total, input_precision="ieee")
    if HAS_BIAS:
        total += tl.load(bias_ptr + output, mask=output < outputs, other=0.0).to(tl.float32)[None, :]
    within = place % (out_height * out_width)
    out_ptrs = out_ptr + (sample[:, None] * outputs + output[None, :]) * (out_height * out_width) + within[:, None]
    mask = (place[:, None] < places) & (output[None, :] < outputs)
    tl.store(out_ptrs, total.to(out_ptr.dtype.element_ty), mask=mask)


def conv2d(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, stride: int = 1,
           padding: int = 0) -> torch.Tensor:
    samples, channels, height, width = x.shape
    outputs, _, kernel_height, kernel_width = weight.shape
    out_height = (height + 2 * padding - kernel_height) // stride + 1
    out_width = (width + 2 * padding - kernel_width) // stride + 1
    out = torch.empty((samples, outputs, out_height, out_width), dtype=x.dtype, device=x.device)
    places = samples * out_height * out_width
    blocks = dict(BLOCK_M=64, BLOCK_N=32 if outputs <= 32 else 64, BLOCK_K=32)
    grid = (triton.cdiv(places, blocks["BLOCK_M"]), triton.cdiv(outputs, blocks["BLOCK_N"]))
    conv2d_kernel[grid](x, weight.contiguous(), x if bias is None else bias.contiguous(), out, places,
                        channels * kernel_height * kernel_width, outputs, height, width, out_height, out_width, stride,
                        padding, *x.stride(), HAS_BIAS=bias is not None, KERNEL_H=kernel_height, KERNEL_W=kernel_width,
                        **blocks)
    return out
