"""Rows of a table by index."""
import torch


def gather_rows(table: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return table[index.to(torch.int64)]
