"""One Adam step in place: flat blocks; where a tensor has gaps, a flat index becomes a place by its row and column."""
import torch
import triton
import triton.language as tl


@triton.jit
def adam_step_kernel(param_ptr, grad_ptr, avg_ptr, sq_ptr, count, width, param_row, param_column, grad_row, grad_column,
                     avg_row, avg_column, sq_row, sq_column, penalty, step_size, beta1, one_less_beta1, beta2,
                     one_less_beta2, root_correction2, eps, MAXIMIZE: tl.constexpr, DENSE: tl.constexpr,
                     BLOCK: tl.constexpr):
    flat = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = flat < count
    if DENSE:
        param_ptrs, grad_ptrs, avg_ptrs, sq_ptrs = param_ptr + flat, grad_ptr + flat, avg_ptr + flat, sq_ptr + flat
    else:
        row = flat // width
        column = flat - row * width
        param_ptrs = param_ptr + row * param_row + column * param_column
        grad_ptrs = grad_ptr + row * grad_row + column * grad_column
        avg_ptrs = avg_ptr + row * avg_row + column * avg_column
        sq_ptrs = sq_ptr + row * sq_row + column * sq_column
    param = tl.load(param_ptrs, mask=mask).to(tl.float32)
    grad = tl.load(grad_ptrs, mask=mask).to(tl.float32)
    if MAXIMIZE:
        grad = -grad
    grad += penalty * param
    avg = beta1 * tl.load(avg_ptrs, mask=mask) + one_less_beta1 * grad
    sq = beta2 * tl.load(sq_ptrs, mask=mask) + one_less_beta2 * (grad * grad)
    param -= step_size * (avg / (tl.sqrt(sq) / root_correction2 + eps))
    tl.store(avg_ptrs, avg, mask=mask)
    tl.store(sq_ptrs, sq, mask=mask)
    tl.store(param_ptrs, param.to(param_ptr.dtype.element_ty), mask=mask)


def adam_step(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor, lr: float,
              beta1: float, beta2: float, eps: float, weight_decay: float, step: int, maximize: bool = False) -> None:
    tensors = (param, grad, exp_avg, exp_avg_sq)
    dense = all(tensor.is_contiguous() for tensor in tensors)
    flat = param.dim() == 1
    strides = [stride for tensor in tensors for stride in ((0, tensor.stride(0)) if flat else tensor.stride())]
    width = max(param.shape[-1], 1)
    # 1 - beta and the corrections are taken in double here: in float32, 1 - 0.999f is off by 1e-5 of itself.
    adam_step_kernel[(triton.cdiv(param.numel(), 1024),)](
        *tensors, param.numel(), width, *strides, weight_decay, lr / (1 - beta1 ** step), beta1, 1 - beta1, beta2,
        1 - beta2, (1 - beta2 ** step) ** 0.5, eps, MAXIMIZE=maximize, DENSE=dense, BLOCK=1024)
