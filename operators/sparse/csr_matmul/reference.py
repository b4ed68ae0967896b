"""Sparse times dense: the sparse matrix is spread out, equal places added up, and multiplied as a dense one."""
import torch


def _dense(crow: torch.Tensor, col: torch.Tensor, values: torch.Tensor, columns: int) -> torch.Tensor:
    places = torch.arange(col.shape[0], device=col.device)
    row = torch.searchsorted(crow.to(torch.int64).contiguous(), places, right=True) - 1
    ours = (row >= 0) & (row < crow.shape[0] - 1)  # what lies before the first row or behind the last is no row's
    spread = torch.zeros((crow.shape[0] - 1, columns), dtype=values.dtype, device=values.device)
    return spread.index_put((row[ours], col.to(torch.int64)[ours]), values[ours], accumulate=True)


def csr_matmul(crow: torch.Tensor, col: torch.Tensor, values: torch.Tensor, dense: torch.Tensor) -> torch.Tensor:
    work = torch.promote_types(values.dtype, torch.float32)
    return torch.mm(_dense(crow, col, values.to(work), dense.shape[0]), dense.to(work)).to(values.dtype)


def csr_matmul_baseline(crow: torch.Tensor, col: torch.Tensor, values: torch.Tensor,
                        dense: torch.Tensor) -> torch.Tensor:
    if int(crow[0]) != 0 or int(crow[-1]) != col.shape[0] or values.dtype != torch.float32:
        return csr_matmul(crow, col, values, dense)  # torch's sparse tensors hold no slices
    sparse = torch.sparse_csr_tensor(crow, col, values, (crow.shape[0] - 1, dense.shape[0]))
    return torch.mm(sparse, dense)
