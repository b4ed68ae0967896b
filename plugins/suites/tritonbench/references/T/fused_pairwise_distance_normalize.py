"""Distances of the pairs of normalised rows."""
import torch.nn.functional as F


def fused_pairwise_distance_normalize(x1, x2, p_norm=2.0, eps_norm=1e-12, eps_distance=1e-6, keepdim=False):
    one, other = (F.normalize(x, p=p_norm, dim=-1, eps=eps_norm) for x in (x1, x2))
    return F.pairwise_distance(one, other, p=p_norm, eps=eps_distance, keepdim=keepdim)
