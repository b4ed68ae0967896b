"""Honest and mutated kernels, emulated in PyTorch: what the bound must accept and what it must not."""
import math

import torch
import torch.nn.functional as F

H, B, S = torch.float16, torch.bfloat16, torch.float32


def lanes(x, width):
    """Sums as a kernel makes them: one accumulator a lane, over blocks of `width`, then a tree."""
    z = F.pad(x, (0, (-x.shape[-1]) % width)).reshape(*x.shape[:-1], -1, width)
    total = torch.zeros_like(z[..., 0, :])
    for i in range(z.shape[-2]):
        total = total + z[..., i, :]
    while total.shape[-1] > 1:
        total = total[..., ::2] + total[..., 1::2]
    return total[..., 0]


def half_sum(x, step=64):
    total = torch.zeros(x.shape[:-1], dtype=H)
    for i in range(0, x.shape[-1], step):
        total = total + x[..., i:i + step].sum(-1).to(H)
    return total.float()


def softmax(x, exp=torch.exp, low=None):
    e = exp(x - x.amax(-1, keepdim=True))
    e = e.to(low).to(x.dtype) if low else e
    return e / e.sum(-1, keepdim=True)


def exp2_approx(z):
    e = torch.exp2(z * torch.tensor(math.log2(math.e), dtype=z.dtype))
    return e * (1 + 2.0 ** -22 * (torch.rand_like(z) * 2 - 1))


def norm(x, w, b, eps=1e-5, fewer=0, one_pass=False, low=None):
    mean = x.mean(-1, keepdim=True)
    var = (x * x).mean(-1, keepdim=True) - mean * mean if one_pass else \
        ((x - mean) ** 2).sum(-1, keepdim=True) / (x.shape[-1] - fewer)
    scale = torch.rsqrt(var + eps)
    return (x - mean) * (scale.to(low).to(x.dtype) if low else scale) * w + b


def mm(a, b, step=32, acc=S, out=None):
    total = torch.zeros(a.shape[0], b.shape[1], dtype=acc)
    for k in range(0, a.shape[1], step):
        total = (total + a[:, k:k + step].float() @ b[k:k + step].float()).to(acc)
    return total.to(out or a.dtype)


def tf32(x):
    return ((x.view(torch.int32) + 0x1000) & -8192).view(S)


def truncated(x):
    return (x.float().contiguous().view(torch.int32) & -65536).view(S).to(B)


def as_low(x, low):
    return x.to(low).to(x.dtype)


def masked(t, off=0):
    return torch.ones(t, t, dtype=torch.bool).triu(1 + off)


def eager(q, k, v, scale=None, off=0):
    s = q @ k.T * (scale or q.shape[-1] ** -0.5)
    return torch.softmax(s.masked_fill(masked(len(q), off), -math.inf), -1) @ v


def flash(q, k, v, p_dtype=None, norm_first=False, block=64, logits=None, drop_last_block=False):
    """Attention block by block with a running maximum; P is rounded to `p_dtype` before it meets V."""
    q32, k32, v32 = q.float(), k.float(), v.float()
    p_dtype = p_dtype or q.dtype
    s = (q32 @ k32.T) * (q.shape[-1] ** -0.5)
    s = s.to(logits).float() if logits else s
    s = s.masked_fill(masked(len(q)), -math.inf)
    if norm_first:
        return (torch.softmax(s, -1).to(p_dtype).float() @ v32).to(q.dtype)
    top = torch.full((len(q), 1), -math.inf)
    total, out = torch.zeros(len(q), 1), torch.zeros(len(q), v.shape[1])
    for at in range(0, s.shape[1] - (block if drop_last_block else 0), block):
        part = s[:, at:at + block]
        new = torch.maximum(top, part.amax(-1, keepdim=True))
        p, shrink = torch.exp(part - new), torch.exp(top - new)
        total = total * shrink + p.sum(-1, keepdim=True)
        out = out * shrink + p.to(p_dtype).float() @ v32[at:at + block]
        top = new
    return (out / total).to(q.dtype)


def block_cumsum(x, block=128):
    parts, carry = [], torch.zeros(*x.shape[:-1], 1)
    for at in range(0, x.shape[-1], block):
        part = x[..., at:at + block].cumsum(-1) + carry
        parts.append(part)
        carry = part[..., -1:]
    return torch.cat(parts, -1)


def scattered(index, source, size, order):
    """index_add in another order, as atomics give it."""
    return torch.zeros(size, source.shape[1]).index_add_(0, index[order], source[order])
