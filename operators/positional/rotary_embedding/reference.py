"""Rotary position embedding of queries and keys."""
import torch


def turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, interleaved: bool) -> torch.Tensor:
    half = cos.shape[1]
    pairs, rest = x[..., :2 * half], x[..., 2 * half:]
    if interleaved:
        first, second = pairs[..., 0::2], pairs[..., 1::2]
    else:
        first, second = pairs[..., :half], pairs[..., half:]
    # cos and sin are float32, so these products are too.
    new_first, new_second = first * cos - second * sin, second * cos + first * sin
    if interleaved:
        new = torch.stack((new_first, new_second), dim=-1).flatten(-2)
    else:
        new = torch.cat((new_first, new_second), dim=-1)
    return torch.cat((new.to(x.dtype), rest), dim=-1)


def rotary_embedding(q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor,
                     interleaved: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    return turned(q, cos, sin, interleaved), turned(k, cos, sin, interleaved)
