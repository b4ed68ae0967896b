"""One step of gradient descent in place, with or without momentum."""
import torch


def sgd_step(param: torch.Tensor, grad: torch.Tensor, momentum_buffer: torch.Tensor | None, lr: float,
             momentum: float = 0.0, dampening: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False) -> None:
    work = torch.promote_types(param.dtype, torch.float32)
    p = param.to(work)
    direction = grad.to(work).add(p, alpha=weight_decay)
    if momentum_buffer is not None:
        buffer = (momentum * momentum_buffer.to(work)).add_(direction, alpha=1 - dampening)
        direction = direction.add(buffer, alpha=momentum) if nesterov else buffer
        momentum_buffer.copy_(buffer)
    param.copy_(p.add(direction, alpha=-lr))


def sgd_step_baseline(param: torch.Tensor, grad: torch.Tensor, momentum_buffer: torch.Tensor | None, lr: float,
                      momentum: float = 0.0, dampening: float = 0.0, weight_decay: float = 0.0,
                      nesterov: bool = False) -> None:
    tensors = [t for t in (param, grad, momentum_buffer) if t is not None]
    coarse = param.dtype != torch.float32 and not param.is_cuda  # the fused step's buffer is wrong there (torch 2.11)
    if momentum == 0.0 or momentum_buffer is None or coarse or not all(t.is_contiguous() for t in tensors):
        return sgd_step(param, grad, momentum_buffer, lr, momentum, dampening, weight_decay, nesterov)
    torch._fused_sgd_([param], [grad], [momentum_buffer], weight_decay=weight_decay, momentum=momentum, lr=lr,
                      dampening=dampening, nesterov=nesterov, maximize=False, is_first_step=False)
