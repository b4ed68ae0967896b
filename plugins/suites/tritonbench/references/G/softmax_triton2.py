"""Softmax of every row."""
import torch


def softmax(x):
    return torch.softmax(x.float(), -1).to(x.dtype)
