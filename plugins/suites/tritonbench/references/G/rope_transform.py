"""Rotary embedding of q and k (batch, heads, tokens, dim) by halves; in place where heads lie inside already."""
import torch


def _rotate(x, cos, sin):
    half = x.shape[-1] // 2
    c, s = (t.reshape(-1, t.shape[-1])[:x.shape[1], None, :half] for t in (cos, sin))
    one, other = x[..., :half].to(sin.dtype), x[..., half:].to(sin.dtype)
    return x.copy_(torch.cat([one * c - other * s, other * c + one * s], -1)).transpose(1, 2)


def rope_forward(q, k, cos, sin):
    rows = q.transpose(1, 2).contiguous(), k.transpose(1, 2).contiguous()
    return _rotate(rows[0], cos, sin), _rotate(rows[1], cos, sin), cos.contiguous(), sin.contiguous()
