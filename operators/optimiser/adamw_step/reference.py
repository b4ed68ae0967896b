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


def adamw_step_baseline(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor,
                        lr: float, beta1: float, beta2: float, eps: float, weight_decay: float, step: int) -> None:
    tensors = (param, grad, exp_avg, exp_avg_sq)
    if any(t.dtype != param.dtype or not t.is_contiguous() for t in tensors):  # the fused step takes one form for all
        return adamw_step(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step)
    steps = torch.full((), float(step), device=param.device)
    torch._fused_adamw_([param], [grad], [exp_avg], [exp_avg_sq], [], [steps], lr=lr, beta1=beta1, beta2=beta2,
                        weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
