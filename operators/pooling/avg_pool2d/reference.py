"""Mean of every window."""
import torch


def avg_pool2d(x: torch.Tensor, kernel_height: int, kernel_width: int, stride: int | None = None, padding: int = 0,
               count_include_pad: bool = True) -> torch.Tensor:
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return torch.nn.functional.avg_pool2d(wide, (kernel_height, kernel_width), stride, padding,
                                          count_include_pad=count_include_pad).to(x.dtype)


def avg_pool2d_baseline(x: torch.Tensor, kernel_height: int, kernel_width: int, stride: int | None = None,
                        padding: int = 0, count_include_pad: bool = True) -> torch.Tensor:
    return torch.nn.functional.avg_pool2d(x, (kernel_height, kernel_width), stride, padding,
                                          count_include_pad=count_include_pad)
