"""Symmetric quantisation of every row by its largest magnitude."""
import torch


def quantise_rows(x: torch.Tensor, bits: int = 8) -> tuple[torch.Tensor, torch.Tensor]:
    top = 2 ** (bits - 1) - 1
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    largest = wide.abs().amax(-1)
    scale = torch.where(largest == 0, torch.ones_like(largest), largest / top)
    codes = torch.round(wide / scale.unsqueeze(-1)).clamp(-top, top)
    return codes.to(torch.int8), scale
