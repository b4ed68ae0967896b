"""Max pooling, forward and backward: one program a block of outputs, which also notes where each maximum stood.

Backward asks, for every input element, which of the windows over it chose it: nothing is scattered, so there are no
atomics and sums do not vary.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def forward_kernel(x_ptr, out_ptr, chosen_ptr, count, height, width, out_height, out_width, stride_y, stride_x, padding,
                   KERNEL_H: tl.constexpr, KERNEL_W: tl.constexpr, BLOCK: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = place < count
    plane = place // (out_height * out_width)
    top = (place // out_width % out_height) * stride_y - padding
    left = (place % out_width) * stride_x - padding
    x_ptr += plane * height * width
    best = tl.full((BLOCK,), float("-inf"), dtype=tl.float32)
    # Where all of a window is -inf, its first element is the one chosen.
    chosen = tl.maximum(top, 0) * width + tl.maximum(left, 0)
    for i in range(KERNEL_H):
        for j in range(KERNEL_W):
            row = top + i
            column = left + j
            inside = mask & (row >= 0) & (row < height) & (column >= 0) & (column < width)
            at = row * width + column
            x = tl.load(x_ptr + at, mask=inside, other=float("-inf")).to(tl.float32)
            better = (x > best) | (x != x)  # a NaN wins, and then nothing is larger than it
            best = tl.where(better, x, best)
            chosen = tl.where(better, at, chosen)
    tl.store(out_ptr + place, best.to(out_ptr.dtype.element_ty), mask=mask)
    tl.store(chosen_ptr + place, chosen.to(tl.int32), mask=mask)


@triton.jit
def backward_kernel(dout_ptr, chosen_ptr, dx_ptr, count, height, width, out_height, out_width, stride_y, stride_x,
                    padding, KERNEL_H: tl.constexpr, KERNEL_W: tl.constexpr, WINDOWS_H: tl.constexpr,
                    WINDOWS_W: tl.constexpr, BLOCK: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = place < count
    plane = place // (height * width)
    within = place % (height * width)
    row = within // width + padding
    column = within % width + padding
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for i in range(WINDOWS_H):
        out_row = row // stride_y - i
        over_row = mask & (out_row >= 0) & (out_row < out_height) & (row - out_row * stride_y < KERNEL_H)
        for j in range(WINDOWS_W):
            out_column = column // stride_x - j
            over = over_row & (out_column >= 0) & (out_column < out_width)
            over = over & (column - out_column * stride_x < KERNEL_W)
            window = (plane * out_height + out_row) * out_width + out_column
            chosen = tl.load(chosen_ptr + window, mask=over, other=-1)
            dout = tl.load(dout_ptr + window, mask=over, other=0.0).to(tl.float32)
            total += tl.where(chosen == within, dout, 0.0)
    tl.store(dx_ptr + place, total.to(dx_ptr.dtype.element_ty), mask=mask)


class MaxPool2d(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, kernel, stride, padding):
        x = x.contiguous()
        height, width = x.shape[-2:]
        out_height = (height + 2 * padding - kernel[0]) // stride[0] + 1
        out_width = (width + 2 * padding - kernel[1]) // stride[1] + 1
        out = torch.empty(x.shape[:-2] + (out_height, out_width), dtype=x.dtype, device=x.device)
        chosen = torch.empty(out.shape, dtype=torch.int32, device=x.device)
        block = 512
        forward_kernel[(triton.cdiv(out.numel(), block),)](
            x, out, chosen, out.numel(), height, width, out_height, out_width, *stride, padding,
            KERNEL_H=kernel[0], KERNEL_W=kernel[1], BLOCK=block)
        ctx.save_for_backward(chosen)
        ctx.shape, ctx.kernel, ctx.stride, ctx.padding = x.shape, kernel, stride, padding
        return out

    @staticmethod
    def backward(ctx, dout):
        chosen, = ctx.saved_tensors
        dout = dout.contiguous()
        dx = torch.empty(ctx.shape, dtype=dout.dtype, device=dout.device)
        kernel, stride = ctx.kernel, ctx.stride
        block = 512
        backward_kernel[(triton.cdiv(dx.numel(), block),)](
            dout, chosen, dx, dx.numel(), *ctx.shape[-2:], *dout.shape[-2:], *stride, ctx.padding,
            KERNEL_H=kernel[0], KERNEL_W=kernel[1], WINDOWS_H=triton.cdiv(kernel[0], stride[0]),
            WINDOWS_W=triton.cdiv(kernel[1], stride[1]), BLOCK=block)
        return dx, None, None, None


def max_pool2d(x: torch.Tensor, kernel_height: int, kernel_width: int, stride: int | None = None,
               padding: int = 0) -> torch.Tensor:
    kernel = (kernel_height, kernel_width)
    return MaxPool2d.apply(x, kernel, kernel if stride is None else (stride, stride), padding)
