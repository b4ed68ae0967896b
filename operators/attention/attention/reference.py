"""Scaled dot-product attention, step by step, so that the error bound sees the product of the rounded weights."""
import torch


def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False,
              scale: float | None = None) -> torch.Tensor:
    work = torch.promote_types(q.dtype, torch.float32)
    if scale is None:
        scale = q.shape[-1] ** -0.5
    scores = torch.matmul(q.to(work), k.to(work).transpose(-2, -1)) * scale
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(later, float("-inf"))
    return torch.matmul(torch.softmax(scores, dim=-1), v.to(work)).to(q.dtype)


def attention_baseline(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False,
                       scale: float | None = None) -> torch.Tensor:
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal, scale=scale)
