"""Masked fill in place: only elements that the mask names are stored to, and x is never read."""
import torch
import triton
import triton.language as tl


@triton.jit
def masked_fill_kernel(x_ptr, mask_ptr, value, count, middle, width, x_0, x_1, x_2, mask_0, mask_1, mask_2,
                       BLOCK: tl.constexpr):
    flat = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    column = flat % width
    row = (flat // width) % middle
    plane = flat // width // middle
    inside = flat < count
    named = tl.load(mask_ptr + plane * mask_0 + row * mask_1 + column * mask_2, mask=inside, other=0)
    filling = tl.full((BLOCK,), value, dtype=x_ptr.dtype.element_ty)
    tl.store(x_ptr + plane * x_0 + row * x_1 + column * x_2, filling, mask=inside & (named != 0))


def masked_fill(x: torch.Tensor, mask: torch.Tensor, value: float) -> None:
    mask = mask.expand(x.shape)
    missing = 3 - x.dim()
    sizes = (1,) * missing + tuple(x.shape)
    x_strides, mask_strides = ((0,) * missing + tensor.stride() for tensor in (x, mask))
    masked_fill_kernel[(triton.cdiv(x.numel(), 1024),)](x, mask, value, x.numel(), max(sizes[1], 1), max(sizes[2], 1),
                                                        *x_strides, *mask_strides, BLOCK=1024)
