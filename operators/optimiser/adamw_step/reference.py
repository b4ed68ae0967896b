"""One AdamW step in place."""
import torch


def adamw_step(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor, lr: float,
               beta1: float, beta2: float, eps: float, weight_decay: float, step: int) -> None:
    work = torch.promote_types(param.dtype, torch.float32)
    g = grad.to(work)
    avg = beta1 * exp_avg + (1 - beta1) * g
    sq = beta2 * exp_avg_sq + (1 - beta2) * g * g
    denominator = (sq / (1 - beta2 ** step)).sqrt() + eps
    param.copy_(param.to(work) * (1 - lr * weight_decay) - lr / (1 - beta1 ** step) * avg / denominator)
    exp_avg.copy_(avg)
    exp_avg_sq.copy_(sq)
