"""One AdamW step in place: one program a tile; every tensor is read and written by its own strides."""
import torch
import triton
import triton.language as tl


@triton.jit
def adamw_step_kernel(param_ptr, grad_ptr, avg_ptr, sq_ptr, rows, columns, column_tiles,
                      param_row, param_column, grad_row, grad_column, avg_row, avg_column, sq_row, sq_column,
                      decay, step_size, beta1, one_less_beta1, beta2, one_less_beta2, root_correction2, eps,
                      BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    program = tl.program_id(0).to(tl.int64)
    row = ((program // column_tiles) * BLOCK_R + tl.arange(0, BLOCK_R))[:, None]
    column = ((program % column_tiles) * BLOCK_C + tl.arange(0, BLOCK_C))[None, :]
    mask = (row < rows) & (column < columns)
    param_ptrs = param_ptr + row * param_row + column * param_column
    avg_ptrs = avg_ptr + row * avg_row + column * avg_column
    sq_ptrs = sq_ptr + row * sq_row + column * sq_column

    param = tl.load(param_ptrs, mask=mask).to(tl.float32)
    grad = tl.load(grad_ptr + row * grad_row + column * grad_column, mask=mask).to(tl.float32)
    avg = beta1 * tl.load(avg_ptrs, mask=mask) + one_less_beta1 * grad
    sq = beta2 * tl.load(sq_ptrs, mask=mask) + one_less_beta2 * grad * grad
    param = param * decay - step_size * avg / (tl.sqrt(sq) / root_correction2 + eps)
    tl.store(param_ptrs, param.to(param_ptr.dtype.element_ty), mask=mask)
    tl.store(avg_ptrs, avg, mask=mask)
    tl.store(sq_ptrs, sq, mask=mask)


def adamw_step(param: torch.Tensor, grad: torch.Tensor, exp_avg: torch.Tensor, exp_avg_sq: torch.Tensor, lr: float,
               beta1: float, beta2: float, eps: float, weight_decay: float, step: int) -> None:
    tensors = (param, grad, exp_avg, exp_avg_sq)
    if param.dim() == 2 and not all(tensor.is_contiguous() for tensor in tensors):
        rows, columns = param.shape
        strides = [stride for tensor in tensors for stride in tensor.stride()]
    elif param.dim() == 2:
        rows, columns, strides = 1, param.numel(), [0, 1] * 4
    else:
        rows, columns = 1, param.numel()
        strides = [stride for tensor in tensors for stride in (0, tensor.stride(0))]
    block_c = min(triton.next_power_of_2(max(columns, 1)), 1024)
    block_r = 1024 // block_c
    column_tiles = triton.cdiv(columns, block_c)
    grid = (triton.cdiv(rows, block_r) * column_tiles,)
    # 1 - beta and the corrections are taken in double here: in float32, 1 - 0.999f is off by 1e-5 of itself.
    adamw_step_kernel[grid](
        *tensors, rows, columns, column_tiles, *strides, 1 - lr * weight_decay, lr / (1 - beta1 ** step),
        beta1, 1 - beta1, beta2, 1 - beta2, (1 - beta2 ** step) ** 0.5, eps, BLOCK_R=block_r, BLOCK_C=block_c)
