"""Decoding attention over grouped heads, step by step, so that the error bound sees the rounded weights."""
import torch


def grouped_attention_decode(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: torch.Tensor,
                             scale: float | None = None) -> torch.Tensor:
    work = torch.promote_types(q.dtype, torch.float32)
    batches, heads, width = q.shape
    tokens, groups = k.shape[1], k.shape[2]
    if scale is None:
        scale = width ** -0.5
    grouped = q.to(work).reshape(batches, groups, heads // groups, width)
    scores = torch.matmul(grouped, k.to(work).permute(0, 2, 3, 1)) * scale
    beyond = torch.arange(tokens, device=q.device) >= lengths[:, None]
    weights = torch.softmax(scores.masked_fill(beyond[:, None, None, :], float("-inf")), dim=-1)
    weights = weights.masked_fill((lengths == 0)[:, None, None, None], 0.0)
    return torch.matmul(weights, v.to(work).permute(0, 2, 1, 3)).reshape(q.shape).to(q.dtype)


def grouped_attention_decode_baseline(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: torch.Tensor,
                                      scale: float | None = None) -> torch.Tensor:
    inside = torch.arange(k.shape[1], device=q.device) < lengths[:, None]
    return torch.nn.functional.scaled_dot_product_attention(
        q[:, :, None], k.transpose(1, 2), v.transpose(1, 2), attn_mask=inside[:, None, None, :], scale=scale,
        enable_gqa=True)[:, :, 0]
