"""Adds alpha * p to grad, in place, where the mask does not stand."""
import torch


def masked_add(grad, p_data, p_mask, alpha=0):
    grad.add_(torch.where(p_mask.bool(), torch.zeros_like(p_data), p_data * alpha))
