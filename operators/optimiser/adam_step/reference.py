"""One Adam step in place; the decay is a penalty that joins the gradient."""
import torch


def adam_step(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor, lr: float,
              beta1: float, beta2: float, eps: float, weight_decay: float, step: int, maximize: bool = False) -> None:
    work = torch.promote_types(param.dtype, torch.float32)
    p = param.to(work)
    g = (-grad if maximize else grad).to(work).add(p, alpha=weight_decay)
    avg = torch.lerp(exp_avg, g.to(exp_avg.dtype), 1 - beta1)
    sq = (beta2 * exp_avg_sq).addcmul_(g, g, value=1 - beta2)
    denominator = (sq.sqrt() / (1 - beta2 ** step) ** 0.5).add_(eps)
    param.copy_(p.addcdiv(avg, denominator, value=-lr / (1 - beta1 ** step)))
    exp_avg.copy_(avg)
    exp_avg_sq.copy_(sq)


def adam_step_baseline(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor,
                       lr: float, beta1: float, beta2: float, eps: float, weight_decay: float, step: int,
                       maximize: bool = False) -> None:
    tensors = (param, grad, exp_avg, exp_avg_sq)
    if any(t.dtype != param.dtype or not t.is_contiguous() for t in tensors):  # the fused step takes one form for all
        return adam_step(param, grad, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, step, maximize)
    steps = torch.full((), float(step), device=param.device)
    torch._fused_adam_([param], [grad], [exp_avg], [exp_avg_sq], [], [steps], lr=lr, beta1=beta1, beta2=beta2,
                       weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=maximize)
