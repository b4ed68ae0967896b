"""Decoding attention over a paged cache: one program a sequence and head walks over its tokens, finds each one's page
in the block table and keeps an online softmax. One query is too little for tensor cores, so products are summed as they
are; memory sets the pace."""
import torch
import triton
import triton.language as tl


@triton.jit
def paged_kernel(q_ptr, k_ptr, v_ptr, table_ptr, lengths_ptr, out_ptr, scale, window, heads, shared, page_size, width,
                 q_batch, q_head, q_column, k_page, k_slot, k_group, k_column, v_page, v_slot, v_group, v_column,
                 table_batch, table_entry, lengths_stride, BLOCK_T: tl.constexpr, BLOCK_D: tl.constexpr):
    program = tl.program_id(0).to(tl.int64)
    batch, head = program // heads, program % heads
    column = tl.arange(0, BLOCK_D)
    q = tl.load(q_ptr + batch * q_batch + head * q_head + column * q_column, mask=column < width, other=0.0)
    q = q.to(tl.float32) * scale
    length = tl.load(lengths_ptr + batch * lengths_stride).to(tl.int32)
    first = tl.maximum(length - window, 0)
    k_ptrs = k_ptr + head // shared * k_group + column[None, :] * k_column
    v_ptrs = v_ptr + head // shared * v_group + column[None, :] * v_column
    top = tl.full((), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((), dtype=tl.float32)
    total = tl.zeros((BLOCK_D,), dtype=tl.float32)
    for start in range(first, length, BLOCK_T):
        token = start + tl.arange(0, BLOCK_T)
        page = tl.load(table_ptr + batch * table_batch + token // page_size * table_entry, mask=token < length, other=0)
        page, slot = page.to(tl.int64)[:, None], (token % page_size)[:, None]
        inside = (token < length)[:, None] & (column < width)[None, :]
        k = tl.load(k_ptrs + page * k_page + slot * k_slot, mask=inside, other=0.0).to(tl.float32)
        scores = tl.where(token < length, tl.sum(q[None, :] * k, axis=1), float("-inf"))
        higher = tl.maximum(top, tl.max(scores, axis=0))
        shrink = tl.exp(top - higher)
        p = tl.exp(scores - higher)
        v = tl.load(v_ptrs + page * v_page + slot * v_slot, mask=inside, other=0.0).to(tl.float32)
        total = total * shrink + tl.sum(p[:, None] * v, axis=0)
        weight = weight * shrink + tl.sum(p, axis=0)
        top = higher
    out = tl.where(weight > 0.0, total / weight, 0.0)
    tl.store(out_ptr + program * width + column, out.to(out_ptr.dtype.element_ty), mask=column < width)


def paged_attention_decode(q: torch.Tensor, k_cache: torch.Tensor, v_cache: torch.Tensor, block_table: torch.Tensor,
                           lengths: torch.Tensor, scale: float | None = None,
                           window: int | None = None) -> torch.Tensor:
    batches, heads, width = q.shape
    page_size, groups = k_cache.shape[1], k_cache.shape[2]
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    reach = block_table.shape[1] * page_size
    paged_kernel[(batches * heads,)](
        q, k_cache, v_cache, block_table, lengths, out, width ** -0.5 if scale is None else scale,
        reach if window is None else window, heads, heads // groups, page_size, width, *q.stride(), *k_cache.stride(),
        *v_cache.stride(), *block_table.stride(), lengths.stride(0), BLOCK_T=32, BLOCK_D=triton.next_power_of_2(width))
    return out
