"""KL divergence of a batch, differentiable."""
import torch


def kl_divergence(log_probabilities: torch.Tensor, target: torch.Tensor, log_target: bool = False) -> torch.Tensor:
    work = torch.promote_types(log_probabilities.dtype, torch.float32)
    return torch.nn.functional.kl_div(log_probabilities.to(work), target.to(work), reduction="batchmean",
                                      log_target=log_target).to(log_probabilities.dtype)


def kl_divergence_baseline(log_probabilities: torch.Tensor, target: torch.Tensor,
                           log_target: bool = False) -> torch.Tensor:
    return torch.nn.functional.kl_div(log_probabilities, target, reduction="batchmean", log_target=log_target)
