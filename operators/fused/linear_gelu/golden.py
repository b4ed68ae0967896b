"""Linear layer and GELU in one kernel, and their gradients.

The forward keeps the sums before the activation (float32) where a gradient will be asked for. Backward: one kernel
makes the gradient of these sums and the bias's, walking down a block of columns; two matrix products do the rest.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def share_of(x, TANH: tl.constexpr):
    """What GELU multiplies x by: the share of a normal distribution that lies below x."""
    if TANH:
        share = tl.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x))
    else:
        share = 0.5 + 0.5 * tl.erf(x * 0.7071067811865476)
    return share


@triton.jit
def linear_gelu_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, pre_ptr, M, N, K,
                       TANH: tl.constexpr, BIAS: tl.constexpr, KEEP: tl.constexpr,
                       BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
    tiles_n = tl.cdiv(N, BLOCK_N)
    rows = (tl.program_id(0) // tiles_n).to(tl.int64) * BLOCK_M + tl.arange(0, BLOCK_M)
    columns = (tl.program_id(0) % tiles_n).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    inner = tl.arange(0, BLOCK_K).to(tl.int64)
    x_ptrs = x_ptr + rows[:, None] * K + inner[None, :]
    weight_ptrs = weight_ptr + columns[None, :] * K + inner[:, None]
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, K, BLOCK_K):
        x = tl.load(x_ptrs, mask=(rows[:, None] < M) & (inner[None, :] < K - start), other=0.0)
        weight = tl.load(weight_ptrs, mask=(inner[:, None] < K - start) & (columns[None, :] < N), other=0.0)
        total = tl.dot(x, weight, total, input_precision="ieee")
        x_ptrs += BLOCK_K
        weight_ptrs += BLOCK_K
    if BIAS:
        total += tl.load(bias_ptr + columns, mask=columns < N, other=0.0).to(tl.float32)[None, :]
    offsets = rows[:, None] * N + columns[None, :]
    mask = (rows[:, None] < M) & (columns[None, :] < N)
    if KEEP:
        tl.store(pre_ptr + offsets, total, mask=mask)
    tl.store(out_ptr + offsets, (total * share_of(total, TANH)).to(out_ptr.dtype.element_ty), mask=mask)


@triton.jit
def activation_backward_kernel(dout_ptr, pre_ptr, dpre_ptr, dbias_ptr, M, N, TANH: tl.constexpr, BIAS: tl.constexpr,
                               BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr):
    columns = tl.program_id(0).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    dbias = tl.zeros((BLOCK_N,), dtype=tl.float32)
    for start in range(0, M, BLOCK_M):
        rows = (start + tl.arange(0, BLOCK_M)).to(tl.int64)
        offsets = rows[:, None] * N + columns[None, :]
        mask = (rows[:, None] < M) & (columns[None, :] < N)
        pre = tl.load(pre_ptr + offsets, mask=mask, other=0.0)
        dout = tl.load(dout_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
        share = share_of(pre, TANH)
        if TANH:
            slope = share * (1.0 - share) * 1.5957691216057308 * (1.0 + 0.134145 * pre * pre)
        else:
            slope = 0.3989422804014327 * tl.exp(-0.5 * pre * pre)
        dpre = dout * (share + pre * slope)
        tl.store(dpre_ptr + offsets, dpre.to(dpre_ptr.dtype.element_ty), mask=mask)
        dbias += tl.sum(dpre, axis=0)
    if BIAS:
        tl.store(dbias_ptr + columns, dbias.to(dbias_ptr.dtype.element_ty), mask=columns < N)


@triton.jit
def product_kernel(a_ptr, b_ptr, out_ptr, M, N, K, a_row, a_column,
                   BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
    rows = tl.program_id(0).to(tl.int64) * BLOCK_M + tl.arange(0, BLOCK_M)
    columns = tl.program_id(1).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, K, BLOCK_K):
        inner = (start + tl.arange(0, BLOCK_K)).to(tl.int64)
        a = tl.load(a_ptr + rows[:, None] * a_row + inner[None, :] * a_column,
                    mask=(rows[:, None] < M) & (inner[None, :] < K), other=0.0)
        b = tl.load(b_ptr + inner[:, None] * N + columns[None, :],
                    mask=(inner[:, None] < K) & (columns[None, :] < N), other=0.0)
        total = tl.dot(a, b, total, input_precision="ieee")
    tl.store(out_ptr + rows[:, None] * N + columns[None, :], total.to(out_ptr.dtype.element_ty),
             mask=(rows[:, None] < M) & (columns[None, :] < N))


def product(a, a_row, a_column, b, out, inner):
    blocks = dict(BLOCK_M=64, BLOCK_N=64, BLOCK_K=16 if a.dtype == torch.float32 else 32)
    grid = (triton.cdiv(out.shape[0], 64), triton.cdiv(out.shape[1], 64))
    product_kernel[grid](a, b, out, *out.shape, inner, a_row, a_column, num_warps=8, **blocks)


class LinearGelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, tanh):
        x, weight = x.contiguous(), weight.contiguous()
        bias = bias.contiguous() if bias is not None else None
        M, K = x.shape
        N = weight.shape[0]
        keep = True in ctx.needs_input_grad
        out = torch.empty((M, N), dtype=x.dtype, device=x.device)
        pre = torch.empty((M, N) if keep else (1, 1), dtype=torch.float32, device=x.device)
        blocks = dict(BLOCK_M=64, BLOCK_N=64, BLOCK_K=16 if x.dtype == torch.float32 else 64)
        grid = (triton.cdiv(M, 64) * triton.cdiv(N, 64),)
        linear_gelu_kernel[grid](x, weight, bias, out, pre, M, N, K, TANH=tanh, BIAS=bias is not None, KEEP=keep,
                                 num_warps=8, **blocks)
        ctx.save_for_backward(x, weight, pre)
        ctx.tanh, ctx.bias = tanh, bias is not None
        return out

    @staticmethod
    def backward(ctx, dout):
        x, weight, pre = ctx.saved_tensors
        M, K = x.shape
        N = weight.shape[0]
        dpre = torch.empty((M, N), dtype=x.dtype, device=x.device)
        dbias = torch.empty((N,), dtype=x.dtype, device=x.device)
        activation_backward_kernel[(triton.cdiv(N, 32),)](dout.contiguous(), pre, dpre, dbias, M, N, TANH=ctx.tanh,
                                                          BIAS=ctx.bias, BLOCK_M=32, BLOCK_N=32)
        dx = torch.empty((M, K), dtype=x.dtype, device=x.device)
        product(dpre, N, 1, weight, dx, N)
        dweight = torch.empty((N, K), dtype=x.dtype, device=x.device)
        product(dpre, 1, N, x, dweight, M)
        return dx, dweight, dbias if ctx.bias else None, None


def linear_gelu(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
                approximate: str = "none") -> torch.Tensor:
    return LinearGelu.apply(x, weight, bias, approximate == "tanh")
