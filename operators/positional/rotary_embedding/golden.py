"""Rotary embedding: one program a block of places of one sample; it loads their angles once and turns the queries'
heads with them, then the keys'."""
import torch
import triton
import triton.language as tl


@triton.jit
def turn_heads(x_ptr, out_ptr, heads, length, width, half, x_head, x_place, x_column, cos, sin, place,
               INTERLEAVED: tl.constexpr, HAS_REST: tl.constexpr, BLOCK_H: tl.constexpr, BLOCK_R: tl.constexpr):
    pair = tl.arange(0, BLOCK_H)[None, :]
    first = 2 * pair if INTERLEAVED else pair
    second = first + 1 if INTERLEAVED else first + half
    mask = (place < length) & (pair < half)
    for head in range(0, heads):
        x_ptrs = x_ptr + place * x_place
        out_ptrs = out_ptr + place * width
        a = tl.load(x_ptrs + first * x_column, mask=mask, other=0.0).to(tl.float32)
        b = tl.load(x_ptrs + second * x_column, mask=mask, other=0.0).to(tl.float32)
        tl.store(out_ptrs + first, (a * cos - b * sin).to(out_ptr.dtype.element_ty), mask=mask)
        tl.store(out_ptrs + second, (b * cos + a * sin).to(out_ptr.dtype.element_ty), mask=mask)
        if HAS_REST:
            column = 2 * half + tl.arange(0, BLOCK_R)[None, :]
            kept = (place < length) & (column < width)
            tl.store(out_ptrs + column, tl.load(x_ptrs + column * x_column, mask=kept), mask=kept)
        x_ptr += x_head
        out_ptr += length * width


@triton.jit
def rotary_kernel(q_ptr, k_ptr, cos_ptr, sin_ptr, q_out_ptr, k_out_ptr, q_heads, k_heads, length, width, half,
                  q_sample, q_head, q_place, q_column, k_sample, k_head, k_place, k_column,
                  INTERLEAVED: tl.constexpr, HAS_REST: tl.constexpr, BLOCK_S: tl.constexpr, BLOCK_H: tl.constexpr,
                  BLOCK_R: tl.constexpr):
    sample = tl.program_id(1).to(tl.int64)
    place = (tl.program_id(0).to(tl.int64) * BLOCK_S + tl.arange(0, BLOCK_S))[:, None]
    pair = tl.arange(0, BLOCK_H)[None, :]
    mask = (place < length) & (pair < half)
    cos = tl.load(cos_ptr + place * half + pair, mask=mask, other=0.0)
    sin = tl.load(sin_ptr + place * half + pair, mask=mask, other=0.0)
    turn_heads(q_ptr + sample * q_sample, q_out_ptr + sample * q_heads * length * width, q_heads, length, width, half,
               q_head, q_place, q_column, cos, sin, place, INTERLEAVED, HAS_REST, BLOCK_H, BLOCK_R)
    turn_heads(k_ptr + sample * k_sample, k_out_ptr + sample * k_heads * length * width, k_heads, length, width, half,
               k_head, k_place, k_column, cos, sin, place, INTERLEAVED, HAS_REST, BLOCK_H, BLOCK_R)


def rotary_embedding(q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor,
                     interleaved: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    samples, q_heads, length, width = q.shape
    half = cos.shape[1]
    rest = width - 2 * half
    q_out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    k_out = torch.empty(k.shape, dtype=k.dtype, device=k.device)
    block_h = triton.next_power_of_2(half)
    block_s = max(1, min(32, 1024 // block_h))
    rotary_kernel[(triton.cdiv(length, block_s), samples)](
        q, k, cos.contiguous(), sin.contiguous(), q_out, k_out, q_heads, k.shape[1], length, width, half,
        *q.stride(), *k.stride(), INTERLEAVED=interleaved, HAS_REST=rest > 0, BLOCK_S=block_s, BLOCK_H=block_h,
        BLOCK_R=triton.next_power_of_2(max(rest, 1)))
    return q_out, k_out
