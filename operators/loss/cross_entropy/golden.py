"""Cross entropy: one program a row for that row's loss, then one program that takes the mean of those that count."""
import torch
import triton
import triton.language as tl


@triton.jit
def row_loss_kernel(logits_ptr, target_ptr, loss_ptr, classes, logits_row, logits_column, ignore_index,
                    BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    logits_ptr += row * logits_row
    target = tl.load(target_ptr + row)
    if target == ignore_index:
        tl.store(loss_ptr + row, 0.0)
    else:
        top = tl.full((), float("-inf"), dtype=tl.float32)
        total = tl.zeros((), dtype=tl.float32)
        for start in range(0, classes, BLOCK):
            columns = (start + tl.arange(0, BLOCK)).to(tl.int64)
            x = tl.load(logits_ptr + columns * logits_column, mask=columns < classes, other=float("-inf"))
            x = x.to(tl.float32)
            higher = tl.maximum(top, tl.max(x, axis=0))
            # Nothing but -inf so far: shift by 0, or -inf - -inf would make NaN of a row that has finite logits later.
            shift = tl.where(higher == float("-inf"), 0.0, higher)
            total = total * tl.exp(top - shift) + tl.sum(tl.exp(x - shift), axis=0)
            top = higher
        chosen = tl.load(logits_ptr + target * logits_column).to(tl.float32)
        tl.store(loss_ptr + row, top - chosen + tl.log(total))


@triton.jit
def mean_kernel(loss_ptr, target_ptr, out_ptr, rows, ignore_index, BLOCK: tl.constexpr):
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    counted = tl.zeros((BLOCK,), dtype=tl.int32)
    for start in range(0, rows, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        mask = offsets < rows
        total += tl.load(loss_ptr + offsets, mask=mask, other=0.0)
        target = tl.load(target_ptr + offsets, mask=mask, other=ignore_index)
        counted += (target != ignore_index).to(tl.int32)
    mean = tl.sum(total, axis=0) / tl.sum(counted, axis=0).to(tl.float32)
    tl.store(out_ptr, mean.to(out_ptr.dtype.element_ty))


def cross_entropy(logits: torch.Tensor, target: torch.Tensor, ignore_index: int = -100) -> torch.Tensor:
    rows, classes = logits.shape
    target = target.contiguous()
    loss = torch.empty(rows, dtype=torch.float32, device=logits.device)
    out = torch.empty((), dtype=logits.dtype, device=logits.device)
    block = max(min(triton.next_power_of_2(classes), 4096), 16)
    row_loss_kernel[(rows,)](logits, target, loss, classes, *logits.stride(), ignore_index, BLOCK=block)
    mean_kernel[(1,)](loss, target, out, rows, ignore_index, BLOCK=1024)
    return out
