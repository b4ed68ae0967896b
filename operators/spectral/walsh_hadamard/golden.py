"""Walsh-Hadamard transform: log2(N) stages of sums and differences in registers, several short rows a program."""
import torch
import triton
import triton.language as tl


@triton.jit
def walsh_hadamard_kernel(x_ptr, out_ptr, count, scale, WIDTH: tl.constexpr, STAGES: tl.constexpr,
                          BLOCK: tl.constexpr):
    offsets = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    y = tl.load(x_ptr + offsets, mask=offsets < count, other=0.0).to(tl.float32)
    for stage in tl.static_range(STAGES):
        # Elements that lie WIDTH / 2 apart meet first, then those half as far, and so on: any order will do.
        pairs = tl.reshape(y, (BLOCK >> (STAGES - stage), 2, (WIDTH // 2) >> stage))
        one, other = tl.split(tl.permute(pairs, (0, 2, 1)))
        y = tl.reshape(tl.permute(tl.join(one + other, one - other), (0, 2, 1)), (BLOCK,))
    tl.store(out_ptr + offsets, (y * scale).to(out_ptr.dtype.element_ty), mask=offsets < count)


def walsh_hadamard(x: torch.Tensor, scale: float | None = None) -> torch.Tensor:
    x = x.contiguous()
    width = x.shape[-1]
    out = torch.empty_like(x)
    block = max(width, 1024)
    if scale is None:
        scale = width ** -0.5
    walsh_hadamard_kernel[(triton.cdiv(x.numel(), block),)](x, out, x.numel(), scale, WIDTH=width,
                                                            STAGES=width.bit_length() - 1, BLOCK=block)
    return out
