"""Cosine embedding loss of rows that are normalised first."""
import torch.nn.functional as F


def fused_cosine_embedding_loss_with_normalization(input1, input2, target, margin=0, reduction="mean"):
    one, other = (F.normalize(x, dim=1) for x in (input1, input2))
    return F.cosine_embedding_loss(one, other, target, margin=margin, reduction=reduction)
