"""Decoding attention over a paged cache: the pages are laid out side by side, then attention step by step."""
import torch


def paged_attention_decode(q: torch.Tensor, k_cache: torch.Tensor, v_cache: torch.Tensor, block_table: torch.Tensor,
                           lengths: torch.Tensor, scale: float | None = None,
                           window: int | None = None) -> torch.Tensor:
    work = torch.promote_types(q.dtype, torch.float32)
    batches, heads, width = q.shape
    groups = k_cache.shape[2]
    pages = block_table.to(torch.int64).clamp(min=0)  # entries that no token needs may hold -1
    k = k_cache.to(work)[pages].reshape(batches, -1, groups, width)
    v = v_cache.to(work)[pages].reshape(batches, -1, groups, width)
    if scale is None:
        scale = width ** -0.5
    grouped = q.to(work).reshape(batches, groups, heads // groups, width)
    scores = torch.matmul(grouped, k.permute(0, 2, 3, 1)) * scale
    weights = torch.softmax(scores.masked_fill(_hidden(k.shape[1], lengths, window), float("-inf")), dim=-1)
    weights = weights.masked_fill((lengths == 0)[:, None, None, None], 0.0)
    return torch.matmul(weights, v.permute(0, 2, 1, 3)).reshape(q.shape).to(q.dtype)


def paged_attention_decode_baseline(q: torch.Tensor, k_cache: torch.Tensor, v_cache: torch.Tensor,
                                    block_table: torch.Tensor, lengths: torch.Tensor, scale: float | None = None,
                                    window: int | None = None) -> torch.Tensor:
    k, v = (cache[block_table.clamp(min=0)].flatten(1, 2).transpose(1, 2) for cache in (k_cache, v_cache))
    return torch.nn.functional.scaled_dot_product_attention(
        q[:, :, None], k, v, attn_mask=~_hidden(k.shape[2], lengths, window), scale=scale, enable_gqa=True)[:, :, 0]


def _hidden(tokens: int, lengths: torch.Tensor, window: int | None) -> torch.Tensor:
    token = torch.arange(tokens, device=lengths.device)
    hidden = token >= lengths[:, None]
    if window is not None:
        hidden = hidden | (token < lengths[:, None] - window)
    return hidden[:, None, None, :]
