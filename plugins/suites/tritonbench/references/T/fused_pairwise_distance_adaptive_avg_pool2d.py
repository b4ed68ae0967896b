"""Average pooling to a size, then distances along the last dimension, as torch.nn.functional has them."""
import torch.nn.functional as F


def fused_pairwise_distance_adaptive_avg_pool2d(x1, x2, output_size, p=2.0, eps=1e-6, keepdim=False):
    one, other = (F.adaptive_avg_pool2d(x, output_size) for x in (x1, x2))
    return F.pairwise_distance(one, other, p=p, eps=eps, keepdim=keepdim)
