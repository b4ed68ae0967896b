"""Rotary embedding in place of q and k (tokens, heads, dim): neighbours in pairs, of the first dimensions."""
import torch


def _rotate(x, cos, sin, size):
    even, odd = x[..., 0:size:2].clone(), x[..., 1:size:2].clone()
    c, s = cos[:x.shape[0], None], sin[:x.shape[0], None]
    x[..., 0:size:2] = even * c[..., 0:size:2] - odd * s[..., 0:size:2]
    x[..., 1:size:2] = even * s[..., 1:size:2] + odd * c[..., 1:size:2]


def rotary_emb_fwd(q, k, cos, sin, partial_rotary_factor=1.0):
    size = int(q.shape[2] * partial_rotary_factor)
    _rotate(q, cos, sin, size)
    _rotate(k, cos, sin, size)
