"""SwiGLU: gate and value lie side by side in the last dimension; one program handles a block of one row's outputs."""
import torch
import triton
import triton.language as tl


@triton.jit
def swiglu_kernel(x_ptr, out_ptr, width, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = columns < width
    gate = tl.load(x_ptr + row * 2 * width + columns, mask=mask).to(tl.float32)
    value = tl.load(x_ptr + row * 2 * width + width + columns, mask=mask).to(tl.float32)
    result = gate * tl.sigmoid(gate) * value
    tl.store(out_ptr + row * width + columns, result.to(out_ptr.dtype.element_ty), mask=mask)


def swiglu(x: torch.Tensor) -> torch.Tensor:
    x = x.contiguous()
    width = x.shape[-1] // 2
    out = torch.empty(x.shape[:-1] + (width,), dtype=x.dtype, device=x.device)
    if out.numel() == 0:
        return out
    block = min(triton.next_power_of_2(width), 1024)
    swiglu_kernel[(out.numel() // width, triton.cdiv(width, block))](x, out, width, BLOCK=block)
    return out
