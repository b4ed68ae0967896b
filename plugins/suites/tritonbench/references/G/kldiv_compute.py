"""x * log(x / y), element by element."""
import torch


def kldivergence(x, y):
    return x * torch.log(x / y)
