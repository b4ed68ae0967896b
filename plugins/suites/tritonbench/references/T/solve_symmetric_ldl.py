"""The solution of A x = b in the wider dtype of the two."""
import torch


def solve_symmetric_ldl(A, b, hermitian=False, out=None):
    dtype = torch.promote_types(A.dtype, b.dtype)
    x = torch.linalg.solve(A.to(dtype), b.to(dtype))
    return x if out is None else out.copy_(x)
