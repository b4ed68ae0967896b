"""Fused functions spelt out for the fp64 runs, so that their intermediates can be perturbed like any other's. PyTorch's
own decomposition of attention scales both operands first, which would make inputs look like intermediates."""
from __future__ import annotations

import math
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class Plain(TorchFunctionMode):
    """Replaces scaled_dot_product_attention; everything else goes on as it is."""

    def __torch_function__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        if func is torch.nn.functional.scaled_dot_product_attention:
            made = attention(*args, **(kwargs or {}))
            if made is not None:
                return made
        return func(*args, **(kwargs or {}))


def attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attn_mask: torch.Tensor | None = None,
              dropout_p: float = 0.0, is_causal: bool = False, scale: float | None = None,
              enable_gqa: bool = False) -> torch.Tensor | None:
    """softmax(q kᵀ · scale + mask) v; a row that is masked throughout gives zeros. None where dropout is asked for."""
    if dropout_p:
        return None
    if enable_gqa:
        repeats = query.shape[-3] // key.shape[-3]
        key, value = key.repeat_interleave(repeats, -3), value.repeat_interleave(repeats, -3)
    logits = query @ key.transpose(-1, -2) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool, device=query.device).tril()
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        logits = logits.masked_fill(~attn_mask, -math.inf)
    elif attn_mask is not None:
        logits = logits + attn_mask
    dead = (logits == -math.inf).all(-1, keepdim=True)
    return torch.softmax(logits, -1).masked_fill(dead, 0.0) @ value
