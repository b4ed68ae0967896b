"""Decoding attention over grouped heads: the query heads that share a key head are the rows of one tile. The cache is
cut into spans, one program each; a second kernel joins the spans' softmaxes."""
import torch
import triton
import triton.language as tl


@triton.jit
def span_kernel(q_ptr, k_ptr, v_ptr, lengths_ptr, part_ptr, top_ptr, sum_ptr, scale, groups, shared, width, spans,
                q_batch, q_head, q_column, k_batch, k_token, k_group, k_column,
                v_batch, v_token, v_group, v_column, lengths_stride, SPAN: tl.constexpr,
                BLOCK_H: tl.constexpr, BLOCK_T: tl.constexpr, BLOCK_D: tl.constexpr):
    batch, group = tl.program_id(0).to(tl.int64) // groups, tl.program_id(0).to(tl.int64) % groups
    span = tl.program_id(1)
    length = tl.load(lengths_ptr + batch * lengths_stride).to(tl.int32)
    member = tl.arange(0, BLOCK_H)
    column = tl.arange(0, BLOCK_D)
    ahead = tl.arange(0, BLOCK_T)
    head = group * shared + member
    inside = (member[:, None] < shared) & (column[None, :] < width)
    q = tl.load(q_ptr + batch * q_batch + head[:, None] * q_head + column[None, :] * q_column, mask=inside, other=0.0)
    top = tl.full((BLOCK_H,), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((BLOCK_H,), dtype=tl.float32)
    total = tl.zeros((BLOCK_H, BLOCK_D), dtype=tl.float32)
    k_ptrs = k_ptr + batch * k_batch + group * k_group + ahead[None, :] * k_token + column[:, None] * k_column
    v_ptrs = v_ptr + batch * v_batch + group * v_group + ahead[:, None] * v_token + column[None, :] * v_column
    for start in range(span * SPAN, tl.minimum(span * SPAN + SPAN, length), BLOCK_T):
        left = length - start
        k = tl.load(k_ptrs + tl.cast(start, tl.int64) * k_token,
                    mask=(ahead[None, :] < left) & (column[:, None] < width), other=0.0)
        scores = tl.where(ahead[None, :] < left, tl.dot(q, k, input_precision="ieee") * scale, float("-inf"))
        higher = tl.maximum(top, tl.max(scores, axis=1))  # finite: the block's first token is below the length
        shrink = tl.exp(top - higher)
        p = tl.exp(scores - higher[:, None])
        v = tl.load(v_ptrs + tl.cast(start, tl.int64) * v_token,
                    mask=(ahead[:, None] < left) & (column[None, :] < width), other=0.0)
        total = tl.dot(p.to(v.dtype), v, total * shrink[:, None], input_precision="ieee")
        weight = weight * shrink + tl.sum(p, axis=1)
        top = higher
    place = (batch * groups * shared + head) * spans + span
    tl.store(part_ptr + place[:, None] * width + column[None, :], total, mask=inside)
    tl.store(top_ptr + place, top, mask=member < shared)
    tl.store(sum_ptr + place, weight, mask=member < shared)


@triton.jit
def join_kernel(part_ptr, top_ptr, sum_ptr, out_ptr, spans, width, BLOCK_S: tl.constexpr, BLOCK_D: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, BLOCK_D)
    top = tl.full((), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((), dtype=tl.float32)
    total = tl.zeros((BLOCK_D,), dtype=tl.float32)
    for start in range(0, spans, BLOCK_S):
        span = start + tl.arange(0, BLOCK_S)
        tops = tl.load(top_ptr + row * spans + span, mask=span < spans, other=float("-inf"))
        sums = tl.load(sum_ptr + row * spans + span, mask=span < spans, other=0.0)
        higher = tl.maximum(top, tl.max(tops, axis=0))
        shift = tl.where(higher == float("-inf"), 0.0, higher)  # no token at all
        shrink, shares = tl.exp(top - shift), tl.exp(tops - shift)
        parts = tl.load(part_ptr + (row * spans + span[:, None]) * width + column[None, :],
                        mask=(span[:, None] < spans) & (column[None, :] < width), other=0.0)
        total = total * shrink + tl.sum(parts * shares[:, None], axis=0)
        weight = weight * shrink + tl.sum(sums * shares, axis=0)
        top = higher
    out = tl.where(weight > 0.0, total / weight, 0.0)
    tl.store(out_ptr + row * width + column, out.to(out_ptr.dtype.element_ty), mask=column < width)


def grouped_attention_decode(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: torch.Tensor,
                             scale: float | None = None) -> torch.Tensor:
    batches, heads, width = q.shape
    tokens, groups = k.shape[1], k.shape[2]
    span = 256
    spans = triton.cdiv(tokens, span)
    rows = batches * heads
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    part = torch.empty((rows, spans, width), dtype=torch.float32, device=q.device)
    top = torch.empty((rows, spans), dtype=torch.float32, device=q.device)
    weight = torch.empty((rows, spans), dtype=torch.float32, device=q.device)
    block_d = max(triton.next_power_of_2(width), 16)
    block_h = max(triton.next_power_of_2(heads // groups), 16)
    span_kernel[(batches * groups, spans)](
        q, k, v, lengths, part, top, weight, width ** -0.5 if scale is None else scale, groups, heads // groups, width,
        spans, *q.stride(), *k.stride(), *v.stride(), lengths.stride(0), SPAN=span, BLOCK_H=block_h,
        BLOCK_T=32 if q.dtype == torch.float32 else 64, BLOCK_D=block_d, num_stages=2)
    join_kernel[(rows,)](part, top, weight, out, spans, width, BLOCK_S=16, BLOCK_D=block_d)
    return out
