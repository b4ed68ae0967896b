"""Mean cross entropy of class indices, smoothed, differentiable."""
import torch


def label_smoothing_cross_entropy(logits: torch.Tensor, target: torch.Tensor, label_smoothing: float = 0.0,
                                  ignore_index: int = -100) -> torch.Tensor:
    wide = logits.to(torch.promote_types(logits.dtype, torch.float32))
    return torch.nn.functional.cross_entropy(wide, target, ignore_index=ignore_index,
                                             label_smoothing=label_smoothing).to(logits.dtype)


def label_smoothing_cross_entropy_baseline(logits: torch.Tensor, target: torch.Tensor, label_smoothing: float = 0.0,
                                           ignore_index: int = -100) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(logits, target, ignore_index=ignore_index, label_smoothing=label_smoothing)
