"""One step of gradient descent in place: one program a tile of rows and columns; the buffer may be missing."""
import torch
import triton
import triton.language as tl


@triton.jit
def sgd_step_kernel(param_ptr, grad_ptr, buffer_ptr, rows, columns, param_row, param_column, grad_row, grad_column,
                    buffer_row, buffer_column, lr, momentum, kept, decay,
                    BUFFER: tl.constexpr, NESTEROV: tl.constexpr, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    row_tiles = tl.cdiv(rows, BLOCK_R)
    row = ((tl.program_id(0) % row_tiles).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R))[:, None]
    column = ((tl.program_id(0) // row_tiles).to(tl.int64) * BLOCK_C + tl.arange(0, BLOCK_C))[None, :]
    mask = (row < rows) & (column < columns)
    param_ptrs = param_ptr + row * param_row + column * param_column
    param = tl.load(param_ptrs, mask=mask).to(tl.float32)
    direction = tl.load(grad_ptr + row * grad_row + column * grad_column, mask=mask).to(tl.float32) + decay * param
    if BUFFER:
        buffer_ptrs = buffer_ptr + row * buffer_row + column * buffer_column
        buffer = momentum * tl.load(buffer_ptrs, mask=mask).to(tl.float32) + kept * direction
        tl.store(buffer_ptrs, buffer.to(buffer_ptr.dtype.element_ty), mask=mask)
        if NESTEROV:
            direction += momentum * buffer
        else:
            direction = buffer
    tl.store(param_ptrs, (param - lr * direction).to(param_ptr.dtype.element_ty), mask=mask)


def sgd_step(param: torch.Tensor, grad: torch.Tensor, momentum_buffer: torch.Tensor | None, lr: float,
             momentum: float = 0.0, dampening: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False) -> None:
    tensors = (param, grad, param if momentum_buffer is None else momentum_buffer)
    if param.dim() == 2 and not all(tensor.is_contiguous() for tensor in tensors):
        rows, columns = param.shape
        strides = [stride for tensor in tensors for stride in tensor.stride()]
    else:
        rows, columns = 1, param.numel()
        strides = [stride for tensor in tensors for stride in (0, 1 if param.dim() == 2 else tensor.stride(0))]
    block_c = min(triton.next_power_of_2(max(columns, 1)), 1024)
    block_r = 1024 // block_c
    grid = (triton.cdiv(rows, block_r) * triton.cdiv(columns, block_c),)
    sgd_step_kernel[grid](*tensors, rows, columns, *strides, lr, momentum, 1 - dampening, weight_decay,
                          BUFFER=momentum_buffer is not None, NESTEROV=nesterov, BLOCK_R=block_r, BLOCK_C=block_c)
