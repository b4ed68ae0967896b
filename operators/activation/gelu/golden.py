"""GELU and its derivative, elementwise. The tanh form is written with a sigmoid: (1 + tanh u) / 2 = sigmoid(2 u)."""
import torch
import triton
import triton.language as tl


@triton.jit
def gelu_kernel(x_ptr, out_ptr, count, TANH: tl.constexpr, BLOCK: tl.constexpr):
    offsets = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < count
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    if TANH:
        share = tl.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x))
    else:
        share = 0.5 + 0.5 * tl.erf(x * 0.7071067811865476)
    tl.store(out_ptr + offsets, (x * share).to(out_ptr.dtype.element_ty), mask=mask)


@triton.jit
def gelu_backward_kernel(dout_ptr, x_ptr, dx_ptr, count, TANH: tl.constexpr, BLOCK: tl.constexpr):
    offsets = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < count
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    dout = tl.load(dout_ptr + offsets, mask=mask).to(tl.float32)
    if TANH:
        share = tl.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x))
        slope = share * (1.0 - share) * 1.5957691216057308 * (1.0 + 0.134145 * x * x)
    else:
        share = 0.5 + 0.5 * tl.erf(x * 0.7071067811865476)
        slope = 0.3989422804014327 * tl.exp(-0.5 * x * x)
    tl.store(dx_ptr + offsets, (dout * (share + x * slope)).to(dx_ptr.dtype.element_ty), mask=mask)


class Gelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, tanh):
        x = x.contiguous()
        out = torch.empty_like(x)
        gelu_kernel[(triton.cdiv(x.numel(), 1024),)](x, out, x.numel(), TANH=tanh, BLOCK=1024)
        ctx.save_for_backward(x)
        ctx.tanh = tanh
        return out

    @staticmethod
    def backward(ctx, dout):
        x, = ctx.saved_tensors
        dout = dout.contiguous()
        dx = torch.empty_like(x)
        gelu_backward_kernel[(triton.cdiv(x.numel(), 1024),)](dout, x, dx, x.numel(), TANH=ctx.tanh, BLOCK=1024)
        return dx, None


def gelu(x: torch.Tensor, approximate: str = "none") -> torch.Tensor:
    return Gelu.apply(x, approximate == "tanh")
