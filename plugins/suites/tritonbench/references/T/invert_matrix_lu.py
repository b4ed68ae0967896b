"""The inverse of a matrix; whether rows change places on the way does not change it."""
import torch


def invert_matrix_lu(A, *, pivot=True, out=None):
    x = torch.linalg.inv(A)
    return x if out is None else out.copy_(x)
