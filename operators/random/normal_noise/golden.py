"""Normal noise by Philox: one counter gives four numbers, which go to four neighbouring blocks; what is added is a
function of the seed and an element's place alone."""
import torch
import triton
import triton.language as tl


@triton.jit
def add_part(x_ptr, out_ptr, first, count, std, normal, BLOCK: tl.constexpr):
    offsets = first + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets, mask=offsets < count).to(tl.float32)
    # std = 0 adds nothing at all, and whatever is added to a NaN or an infinity leaves it what it is.
    tl.store(out_ptr + offsets, (x + std * normal).to(out_ptr.dtype.element_ty), mask=offsets < count)


@triton.jit
def normal_noise_kernel(x_ptr, out_ptr, count, std, seed, BLOCK: tl.constexpr):
    counter = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    one, two, three, four = tl.randn4x(seed, counter)
    first = tl.program_id(0).to(tl.int64) * (4 * BLOCK)
    add_part(x_ptr, out_ptr, first, count, std, one, BLOCK)
    add_part(x_ptr, out_ptr, first + BLOCK, count, std, two, BLOCK)
    add_part(x_ptr, out_ptr, first + 2 * BLOCK, count, std, three, BLOCK)
    add_part(x_ptr, out_ptr, first + 3 * BLOCK, count, std, four, BLOCK)


def normal_noise(x: torch.Tensor, std: float, seed: int) -> torch.Tensor:
    x = x.contiguous()
    out = torch.empty_like(x)
    normal_noise_kernel[(triton.cdiv(x.numel(), 2048),)](x, out, x.numel(), std, seed, BLOCK=512)
    return out
