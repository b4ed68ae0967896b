"""Rotary embedding of neighbours in pairs, from a position on; frequencies start over after 128 dimensions."""
import torch


def rbe_triton_wrapper(x, pos):
    tokens, size = x.shape[1:]
    dims = torch.arange(0, size, 2, device=x.device) % 128
    at = torch.arange(tokens, device=x.device) + pos
    angle = at[:, None].float() / 10000.0 ** (dims.float() / 128)
    c, s, wide = torch.cos(angle), torch.sin(angle), x.float()
    even, odd = wide[..., 0::2], wide[..., 1::2]
    return torch.stack([even * c - odd * s, even * s + odd * c], -1).view(x.shape).to(x.dtype)
