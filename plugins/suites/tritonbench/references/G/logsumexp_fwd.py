"""Log of the sum of exponentials of rows that are scaled first; fp32, or what dtype says."""
import torch


def logsumexp_fwd(x, scale=None, dtype=None):
    x = x.float() if scale is None else x.float() * scale
    return torch.logsumexp(x, -1).to(dtype or torch.float32)
