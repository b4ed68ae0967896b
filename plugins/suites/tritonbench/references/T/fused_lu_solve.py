"""The solution of A x = b."""
import torch


def fused_lu_solve(A, b):
    return torch.linalg.solve(A, b)
