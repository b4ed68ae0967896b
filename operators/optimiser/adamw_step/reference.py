"""One AdamW step in place."""
import torch


def adamw_step(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor, lr: float,
               beta1: float, beta2: float, eps: float, weight_decay: float, step: int) -> None:
    work = torch.promote_types(param.dtype, torch.float32)
    g = grad.to(work)
    avg = torch.lerp(exp_avg, g.to(exp_avg.dtype), 1 - beta1)
    sq = (beta2 * exp_avg_sq).addcmul_(g, g, value=1 - beta2)
    denominator = (sq.sqrt() / (1 - beta2 ** step) ** 0.5).add_(eps)
    param.copy_((param.to(work) * (1 - lr * weight_decay)).addcdiv_(avg, denominator, value=-lr / (1 - beta1 ** step)))
    exp_avg.copy_(avg)
    exp_avg_sq.copy_(sq)
