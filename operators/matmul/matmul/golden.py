"""Matrix product: one program a tile of the result; tiles in groups of rows, so that operands stay in the L2 cache."""
import torch
import triton
import triton.language as tl


@triton.jit
def matmul_kernel(a_ptr, b_ptr, out_ptr, M, N, K, a_row, a_column, b_row, b_column,
                  BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr, GROUP: tl.constexpr):
    program = tl.program_id(0)
    tiles_n = tl.cdiv(N, BLOCK_N)
    group = program // (GROUP * tiles_n)
    first_m = group * GROUP
    group_rows = tl.minimum(tl.cdiv(M, BLOCK_M) - first_m, GROUP)
    tile_m = first_m + (program % (GROUP * tiles_n)) % group_rows
    tile_n = (program % (GROUP * tiles_n)) // group_rows

    rows = (tile_m * BLOCK_M + tl.arange(0, BLOCK_M)).to(tl.int64)
    columns = (tile_n * BLOCK_N + tl.arange(0, BLOCK_N)).to(tl.int64)
    inner = tl.arange(0, BLOCK_K).to(tl.int64)
    a_ptrs = a_ptr + rows[:, None] * a_row + inner[None, :] * a_column
    b_ptrs = b_ptr + inner[:, None] * b_row + columns[None, :] * b_column
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, K, BLOCK_K):
        left = K - start
        a = tl.load(a_ptrs, mask=(rows[:, None] < M) & (inner[None, :] < left), other=0.0)
        b = tl.load(b_ptrs, mask=(inner[:, None] < left) & (columns[None, :] < N), other=0.0)
        total = tl.dot(a, b, total, input_precision="ieee")
        a_ptrs += BLOCK_K * a_column
        b_ptrs += BLOCK_K * b_row
    out_ptrs = out_ptr + rows[:, None] * N + columns[None, :]
    tl.store(out_ptrs, total.to(out_ptr.dtype.element_ty), mask=(rows[:, None] < M) & (columns[None, :] < N))


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    M, K = a.shape
    N = b.shape[1]
    out = torch.empty((M, N), dtype=a.dtype, device=a.device)
    if a.dtype == torch.float32:
        blocks = dict(BLOCK_M=64, BLOCK_N=64, BLOCK_K=32, num_warps=4)
    else:
        blocks = dict(BLOCK_M=128, BLOCK_N=128, BLOCK_K=64, num_warps=8)
    tiles = triton.cdiv(M, blocks["BLOCK_M"]) * triton.cdiv(N, blocks["BLOCK_N"])
    matmul_kernel[(tiles,)](a, b, out, M, N, K, a.stride(0), a.stride(1), b.stride(0), b.stride(1), GROUP=8, **blocks)
    return out
