"""Attention with an online softmax: one program a block of queries of one head."""
import torch
import triton
import triton.language as tl


@triton.jit
def attention_kernel(q_ptr, k_ptr, v_ptr, out_ptr, scale, heads, queries, keys, width,
                     q_batch, q_head, q_row, q_column, k_batch, k_head, k_row, k_column,
                     v_batch, v_head, v_row, v_column, CAUSAL: tl.constexpr,
                     BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr, BLOCK_D: tl.constexpr):
    first_row = tl.program_id(1) * BLOCK_Q
    head = tl.program_id(0).to(tl.int64)
    batch, head_in_batch = head // heads, head % heads
    rows = first_row + tl.arange(0, BLOCK_Q)
    columns = tl.arange(0, BLOCK_D)
    inside = (rows[:, None] < queries) & (columns[None, :] < width)
    q_ptrs = q_ptr + batch * q_batch + head_in_batch * q_head + rows[:, None] * q_row + columns[None, :] * q_column
    q = tl.load(q_ptrs, mask=inside, other=0.0)
    k_base = k_ptr + batch * k_batch + head_in_batch * k_head
    v_base = v_ptr + batch * v_batch + head_in_batch * v_head
    top = tl.full((BLOCK_Q,), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((BLOCK_Q,), dtype=tl.float32)
    total = tl.zeros((BLOCK_Q, BLOCK_D), dtype=tl.float32)
    # With a causal mask no row of this block looks at a key behind its last row. Key 0 is open to every row, so `top`
    # is finite after the first step.
    end = tl.minimum(keys, first_row + BLOCK_Q) if CAUSAL else keys
    for start in range(0, end, BLOCK_K):
        key = start + tl.arange(0, BLOCK_K)
        k = tl.load(k_base + columns[:, None] * k_column + key[None, :] * k_row,
                    mask=(columns[:, None] < width) & (key[None, :] < keys), other=0.0)
        scores = tl.dot(q, k, input_precision="ieee") * scale
        open_key = key[None, :] < keys
        if CAUSAL:
            open_key = open_key & (key[None, :] <= rows[:, None])
        scores = tl.where(open_key, scores, float("-inf"))
        higher = tl.maximum(top, tl.max(scores, axis=1))
        p = tl.exp(scores - higher[:, None])
        shrink = tl.exp(top - higher)
        weight = weight * shrink + tl.sum(p, axis=1)
        v = tl.load(v_base + key[:, None] * v_row + columns[None, :] * v_column,
                    mask=(key[:, None] < keys) & (columns[None, :] < width), other=0.0)
        total = tl.dot(p.to(v.dtype), v, total * shrink[:, None], input_precision="ieee")
        top = higher

    out = (total / weight[:, None]).to(out_ptr.dtype.element_ty)
    tl.store(out_ptr + (head * queries + rows[:, None]) * width + columns[None, :], out, mask=inside)


def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False,
              scale: float | None = None) -> torch.Tensor:
    batches, heads, queries, width = q.shape
    keys = k.shape[2]
    if scale is None:
        scale = width ** -0.5
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    block_d = max(triton.next_power_of_2(width), 16)
    block_q, block_k = (32, 32) if q.dtype == torch.float32 else (64, 64)
    grid = (batches * heads, triton.cdiv(queries, block_q))
    attention_kernel[grid](q, k, v, out, scale, heads, queries, keys, width, *q.stride(), *k.stride(), *v.stride(),
                           CAUSAL=causal, BLOCK_Q=block_q, BLOCK_K=block_k, BLOCK_D=block_d)
    return out
