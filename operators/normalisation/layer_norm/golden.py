"""Layer norm over the last dimension, forward and backward.

Backward: every program walks over some of the rows, writes their input gradients and keeps its share of the weight's
and the bias's gradients in registers; a second kernel adds the shares up. No atomics, so the result does not vary.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def forward_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, mean_ptr, rstd_ptr, width, eps, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    mask = columns < width
    x = tl.load(x_ptr + row * width + columns, mask=mask, other=0.0).to(tl.float32)
    mean = tl.sum(x, axis=0) / width
    centred = tl.where(mask, x - mean, 0.0)
    rstd = 1.0 / tl.sqrt(tl.sum(centred * centred, axis=0) / width + eps)
    weight = tl.load(weight_ptr + columns, mask=mask).to(tl.float32)
    bias = tl.load(bias_ptr + columns, mask=mask).to(tl.float32)
    out = centred * rstd * weight + bias
    tl.store(out_ptr + row * width + columns, out.to(out_ptr.dtype.element_ty), mask=mask)
    tl.store(mean_ptr + row, mean)
    tl.store(rstd_ptr + row, rstd)


@triton.jit
def backward_kernel(dout_ptr, x_ptr, weight_ptr, mean_ptr, rstd_ptr, dx_ptr, dweight_ptr, dbias_ptr,
                    rows, width, BLOCK: tl.constexpr):
    share = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    mask = columns < width
    weight = tl.load(weight_ptr + columns, mask=mask, other=0.0).to(tl.float32)
    dweight = tl.zeros((BLOCK,), dtype=tl.float32)
    dbias = tl.zeros((BLOCK,), dtype=tl.float32)
    for row in range(share, rows, tl.num_programs(0)):
        offsets = row * width + columns
        x = tl.load(x_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
        dout = tl.load(dout_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
        rstd = tl.load(rstd_ptr + row)
        normal = tl.where(mask, (x - tl.load(mean_ptr + row)) * rstd, 0.0)
        weighted = dout * weight
        along_normal = tl.sum(weighted * normal, axis=0) / width
        along_ones = tl.sum(weighted, axis=0) / width
        dx = (weighted - normal * along_normal - along_ones) * rstd
        tl.store(dx_ptr + offsets, dx.to(dx_ptr.dtype.element_ty), mask=mask)
        dweight += dout * normal
        dbias += dout
    tl.store(dweight_ptr + share * width + columns, dweight, mask=mask)
    tl.store(dbias_ptr + share * width + columns, dbias, mask=mask)


@triton.jit
def add_shares_kernel(shares_ptr, out_ptr, shares, width, BLOCK: tl.constexpr):
    columns = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = columns < width
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for share in range(0, shares):
        total += tl.load(shares_ptr + share * width + columns, mask=mask, other=0.0)
    tl.store(out_ptr + columns, total.to(out_ptr.dtype.element_ty), mask=mask)


class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        x, weight, bias = x.contiguous(), weight.contiguous(), bias.contiguous()
        width = x.shape[-1]
        rows = x.numel() // width
        out = torch.empty_like(x)
        mean = torch.empty(rows, dtype=torch.float32, device=x.device)
        rstd = torch.empty(rows, dtype=torch.float32, device=x.device)
        block = triton.next_power_of_2(width)
        forward_kernel[(rows,)](x, weight, bias, out, mean, rstd, width, eps, BLOCK=block)
        ctx.save_for_backward(x, weight, bias, mean, rstd)
        return out

    @staticmethod
    def backward(ctx, dout):
        x, weight, bias, mean, rstd = ctx.saved_tensors
        dout = dout.contiguous()
        width = x.shape[-1]
        rows = x.numel() // width
        shares = min(rows, 256)
        dx = torch.empty_like(x)
        dweight, dbias = torch.empty_like(weight), torch.empty_like(bias)
        dweight_shares = torch.empty((shares, width), dtype=torch.float32, device=x.device)
        dbias_shares = torch.empty((shares, width), dtype=torch.float32, device=x.device)
        backward_kernel[(shares,)](dout, x, weight, mean, rstd, dx, dweight_shares, dbias_shares, rows, width,
                                   BLOCK=triton.next_power_of_2(width))
        grid = (triton.cdiv(width, 128),)
        add_shares_kernel[grid](dweight_shares, dweight, shares, width, BLOCK=128)
        add_shares_kernel[grid](dbias_shares, dbias, shares, width, BLOCK=128)
        return dx, dweight, dbias, None


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float = 1e-5) -> torch.Tensor:
    return LayerNorm.apply(x, weight, bias, eps)
