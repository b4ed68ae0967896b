"""Mean and variance: one program a row; every block's own mean and squares are merged into those so far (Chan), so that
x is read once and a large mean costs no digits."""
import torch
import triton
import triton.language as tl


@triton.jit
def mean_variance_kernel(x_ptr, mean_ptr, variance_ptr, width, inner, x_outer, x_step, x_inner, divisor,
                         BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    x_ptr += (row // inner) * x_outer + (row % inner) * x_inner
    mean = tl.zeros((), dtype=tl.float32)
    squares = tl.zeros((), dtype=tl.float32)
    for start in range(0, width, BLOCK):
        place = start + tl.arange(0, BLOCK)
        mask = place < width
        x = tl.load(x_ptr + place.to(tl.int64) * x_step, mask=mask, other=0.0).to(tl.float32)
        count = tl.minimum(width - start, BLOCK).to(tl.float32)
        block_mean = tl.sum(x, axis=0) / count
        centred = tl.where(mask, x - block_mean, 0.0)
        away = block_mean - mean
        share = count / (start + count)
        mean += away * share
        squares += tl.sum(centred * centred, axis=0) + away * away * start * share
    tl.store(mean_ptr + row, mean.to(mean_ptr.dtype.element_ty))
    tl.store(variance_ptr + row, (squares / divisor).to(variance_ptr.dtype.element_ty))


def mean_variance(x: torch.Tensor, dim: int = -1, correction: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    dim = dim % x.dim()
    width = x.shape[dim]
    mean = torch.empty(x.shape[:dim] + x.shape[dim + 1:], dtype=x.dtype, device=x.device)
    variance = torch.empty_like(mean)
    # Dimensions before and behind as one each; where strides do not allow that, x is copied first.
    outer, inner = 1, 1
    for size in x.shape[:dim]:
        outer *= size
    for size in x.shape[dim + 1:]:
        inner *= size
    flat = x.reshape(outer, width, inner)
    block = min(triton.next_power_of_2(width), 2048)
    mean_variance_kernel[(outer * inner,)](flat, mean, variance, width, inner, *flat.stride(),
                                           float(max(width - correction, 0)), BLOCK=block)
    return mean, variance
