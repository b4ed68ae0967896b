"""Convolution along one dimension: one program a tile of places and output channels, tap by tap a matrix product."""
import torch
import triton
import triton.language as tl


@triton.jit
def conv1d_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, channels, length, outputs, out_length, taps, dilation, left,
                  x_sample, x_channel, x_place, weight_output, weight_channel, weight_tap, HAS_BIAS: tl.constexpr,
                  BLOCK_L: tl.constexpr, BLOCK_O: tl.constexpr, BLOCK_C: tl.constexpr):
    sample = tl.program_id(1).to(tl.int64)
    tiles_o = tl.cdiv(outputs, BLOCK_O)
    place = (tl.program_id(0) // tiles_o) * BLOCK_L + tl.arange(0, BLOCK_L)
    output = ((tl.program_id(0) % tiles_o) * BLOCK_O + tl.arange(0, BLOCK_O)).to(tl.int64)
    total = tl.zeros((BLOCK_L, BLOCK_O), dtype=tl.float32)
    for tap in range(0, taps):
        at = (place + tap * dilation - left).to(tl.int64)
        inside = (at >= 0) & (at < length) & (place < out_length)
        for start in range(0, channels, BLOCK_C):
            channel = (start + tl.arange(0, BLOCK_C)).to(tl.int64)
            x = tl.load(x_ptr + sample * x_sample + at[:, None] * x_place + channel[None, :] * x_channel,
                        mask=inside[:, None] & (channel[None, :] < channels), other=0.0)
            weight = tl.load(weight_ptr + tap * weight_tap + channel[:, None] * weight_channel
                             + output[None, :] * weight_output,
                             mask=(channel[:, None] < channels) & (output[None, :] < outputs), other=0.0)
            total = tl.dot(x, weight, total, input_precision="ieee")
    if HAS_BIAS:
        total += tl.load(bias_ptr + output, mask=output < outputs, other=0.0).to(tl.float32)[None, :]
    out_ptrs = out_ptr + (sample * outputs + output[None, :]) * out_length + place[:, None]
    mask = (place[:, None] < out_length) & (output[None, :] < outputs)
    tl.store(out_ptrs, total.to(out_ptr.dtype.element_ty), mask=mask)


def conv1d(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, padding: int = 0,
           dilation: int = 1, causal: bool = False) -> torch.Tensor:
    samples, channels, length = x.shape
    outputs, _, taps = weight.shape
    reach = (taps - 1) * dilation
    left = reach if causal else padding
    out_length = length if causal else length + 2 * padding - reach
    out = torch.empty((samples, outputs, out_length), dtype=x.dtype, device=x.device)
    blocks = dict(BLOCK_L=64, BLOCK_O=32 if outputs <= 32 else 64, BLOCK_C=16 if channels <= 16 else 32)
    grid = (triton.cdiv(out_length, blocks["BLOCK_L"]) * triton.cdiv(outputs, blocks["BLOCK_O"]), samples)
    conv1d_kernel[grid](x, weight, x if bias is None else bias.contiguous(), out, channels, length, outputs, out_length,
                        taps, dilation, left, *x.stride(), *weight.stride(), HAS_BIAS=bias is not None, **blocks)
    return out
