"""Cross entropy with label smoothing, forward and backward. Forward: one program a row for its loss, and for its
maximum and sum of exponentials, which the backward pass needs apart (large logits would swallow the logarithm); one
more adds the rows up and counts those that are in. Backward: one program a tile."""
import torch
import triton
import triton.language as tl


@triton.jit
def row_kernel(logits_ptr, target_ptr, loss_ptr, top_ptr, weight_ptr, classes, smoothing, ignore_index,
               BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    logits_ptr += row * classes
    target = tl.load(target_ptr + row)
    top = tl.full((), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((), dtype=tl.float32)
    total = tl.zeros((), dtype=tl.float32)  # of logits less the row's first one, so that large ones do not cancel
    first = tl.load(logits_ptr).to(tl.float32)
    for start in range(0, classes, BLOCK):
        column = start + tl.arange(0, BLOCK)
        x = tl.load(logits_ptr + column, mask=column < classes, other=float("-inf")).to(tl.float32)
        higher = tl.maximum(top, tl.max(x, axis=0))
        weight = weight * tl.exp(top - higher) + tl.sum(tl.exp(x - higher), axis=0)
        total += tl.sum(tl.where(column < classes, x - first, 0.0), axis=0)
        top = higher
    counts = target != ignore_index
    chosen = tl.load(logits_ptr + target, mask=counts, other=0.0).to(tl.float32)
    mean = total / classes
    # (1 - s) (L - chosen) + s (L - mean of the logits), L = top + log(weight); differences are taken first.
    loss = (1.0 - smoothing) * (top - chosen + tl.log(weight)) + smoothing * (top - first - mean + tl.log(weight))
    tl.store(loss_ptr + row, tl.where(counts, loss, 0.0))
    tl.store(top_ptr + row, top)
    tl.store(weight_ptr + row, weight)


@triton.jit
def mean_kernel(loss_ptr, target_ptr, out_ptr, count_ptr, rows, ignore_index, BLOCK: tl.constexpr):
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    counted = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, rows, BLOCK):
        row = start + tl.arange(0, BLOCK)
        total += tl.load(loss_ptr + row, mask=row < rows, other=0.0)
        target = tl.load(target_ptr + row, mask=row < rows, other=ignore_index)
        counted += tl.where(target != ignore_index, 1.0, 0.0)
    count = tl.sum(counted, axis=0)
    tl.store(count_ptr, count)
    tl.store(out_ptr, (tl.sum(total, axis=0) / count).to(out_ptr.dtype.element_ty))


@triton.jit
def backward_kernel(dloss_ptr, logits_ptr, target_ptr, top_ptr, weight_ptr, count_ptr, dlogits_ptr, classes, smoothing,
                    ignore_index, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = column < classes
    target = tl.load(target_ptr + row)
    scale = tl.load(dloss_ptr).to(tl.float32) / tl.load(count_ptr)
    scale = tl.where(target == ignore_index, 0.0, scale)
    x = tl.load(logits_ptr + row * classes + column, mask=mask, other=0.0).to(tl.float32)
    wanted = tl.where(column == target, 1.0 - smoothing, 0.0) + smoothing / classes
    gradient = (tl.exp(x - tl.load(top_ptr + row)) / tl.load(weight_ptr + row) - wanted) * scale
    tl.store(dlogits_ptr + row * classes + column, gradient.to(dlogits_ptr.dtype.element_ty), mask=mask)


class SmoothedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, target, smoothing, ignore_index):
        logits, target = logits.contiguous(), target.contiguous()
        rows, classes = logits.shape
        loss = torch.empty(rows, dtype=torch.float32, device=logits.device)
        top = torch.empty(rows, dtype=torch.float32, device=logits.device)
        weight = torch.empty(rows, dtype=torch.float32, device=logits.device)
        count = torch.empty((), dtype=torch.float32, device=logits.device)
        out = torch.empty((), dtype=logits.dtype, device=logits.device)
        block = max(min(triton.next_power_of_2(classes), 4096), 16)
        row_kernel[(rows,)](logits, target, loss, top, weight, classes, smoothing, ignore_index, BLOCK=block)
        mean_kernel[(1,)](loss, target, out, count, rows, ignore_index, BLOCK=1024)
        ctx.save_for_backward(logits, target, top, weight, count)
        ctx.smoothing, ctx.ignore_index = smoothing, ignore_index
        return out

    @staticmethod
    def backward(ctx, dloss):
        logits, target, top, weight, count = ctx.saved_tensors
        rows, classes = logits.shape
        dlogits = torch.empty_like(logits)
        block = max(min(triton.next_power_of_2(classes), 1024), 16)
        backward_kernel[(rows, triton.cdiv(classes, block))](
            dloss, logits, target, top, weight, count, dlogits, classes, ctx.smoothing, ctx.ignore_index, BLOCK=block)
        return dlogits, None, None, None


def label_smoothing_cross_entropy(logits: torch.Tensor, target: torch.Tensor, label_smoothing: float = 0.0,
                                  ignore_index: int = -100) -> torch.Tensor:
    return SmoothedCrossEntropy.apply(logits, target, label_smoothing, ignore_index)
