"""Product with an int8 weight: codes less their zero point are whole numbers of at most 255, which every floating
dtype holds, so that the dot product takes them in the activations' dtype; the scale comes last, once a column."""
import torch
import triton
import triton.language as tl


@triton.jit
def dequantise_matmul_kernel(x_ptr, weight_ptr, scale_ptr, zero_ptr, out_ptr, M, N, K, x_row, x_column, weight_row,
                             weight_column, HAS_ZERO: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr,
                             BLOCK_K: tl.constexpr):
    rows = (tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)).to(tl.int64)
    columns = (tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)).to(tl.int64)
    if HAS_ZERO:
        zero = tl.load(zero_ptr + columns, mask=columns < N, other=0).to(tl.int16)
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, K, BLOCK_K):
        inner = (start + tl.arange(0, BLOCK_K)).to(tl.int64)
        x = tl.load(x_ptr + rows[:, None] * x_row + inner[None, :] * x_column,
                    mask=(rows[:, None] < M) & (inner[None, :] < K), other=0.0)
        codes = tl.load(weight_ptr + inner[:, None] * weight_row + columns[None, :] * weight_column,
                        mask=(inner[:, None] < K) & (columns[None, :] < N), other=0).to(tl.int16)
        if HAS_ZERO:
            codes = codes - zero[None, :]
        total = tl.dot(x, codes.to(tl.float32).to(x.dtype), total, input_precision="ieee")
    out = total * tl.load(scale_ptr + columns, mask=columns < N, other=0.0)[None, :]
    mask = (rows[:, None] < M) & (columns[None, :] < N)
    tl.store(out_ptr + rows[:, None] * N + columns[None, :], out.to(out_ptr.dtype.element_ty), mask=mask)


def dequantise_matmul(x: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor,
                      zero: torch.Tensor | None = None) -> torch.Tensor:
    M, K = x.shape
    N = weight.shape[1]
    out = torch.empty((M, N), dtype=x.dtype, device=x.device)
    blocks = dict(BLOCK_M=16 if M <= 16 else 64, BLOCK_N=64, BLOCK_K=32 if x.dtype == torch.float32 else 64)
    grid = (triton.cdiv(M, blocks["BLOCK_M"]), triton.cdiv(N, blocks["BLOCK_N"]))
    dequantise_matmul_kernel[grid](x, weight, scale.contiguous(), weight if zero is None else zero.contiguous(), out,
                                   M, N, K, *x.stride(), *weight.stride(), HAS_ZERO=zero is not None, **blocks)
    return out
