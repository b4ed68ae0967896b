"""KL divergence, forward and backward. Forward: each program sums a share of the elements, one more adds the shares up,
so the result does not vary. Backward: one program a block writes the gradients that are wanted."""
import torch
import triton
import triton.language as tl


@triton.jit
def share_kernel(input_ptr, target_ptr, shares_ptr, count, LOG_TARGET: tl.constexpr, BLOCK: tl.constexpr):
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(tl.program_id(0).to(tl.int64) * BLOCK, count, tl.num_programs(0) * BLOCK):
        place = start + tl.arange(0, BLOCK)
        mask = place < count
        x = tl.load(input_ptr + place, mask=mask, other=0.0).to(tl.float32)
        target = tl.load(target_ptr + place, mask=mask, other=1.0).to(tl.float32)
        if LOG_TARGET:
            term = tl.exp(target) * (target - x)
        else:
            term = tl.where(target > 0.0, target * (tl.log(tl.where(target > 0.0, target, 1.0)) - x), 0.0)
        total += tl.where(mask, term, 0.0)
    tl.store(shares_ptr + tl.program_id(0), tl.sum(total, axis=0))


@triton.jit
def join_kernel(shares_ptr, out_ptr, shares, batch, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    total = tl.sum(tl.load(shares_ptr + place, mask=place < shares, other=0.0), axis=0)
    tl.store(out_ptr, (total / batch).to(out_ptr.dtype.element_ty))


@triton.jit
def gradient_kernel(dloss_ptr, input_ptr, target_ptr, dinput_ptr, dtarget_ptr, count, batch, LOG_TARGET: tl.constexpr,
                    WITH_TARGET: tl.constexpr, BLOCK: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = place < count
    scale = tl.load(dloss_ptr).to(tl.float32) / batch
    target = tl.load(target_ptr + place, mask=mask, other=1.0).to(tl.float32)
    probability = tl.exp(target) if LOG_TARGET else target
    tl.store(dinput_ptr + place, (-probability * scale).to(dinput_ptr.dtype.element_ty), mask=mask)
    if WITH_TARGET:
        x = tl.load(input_ptr + place, mask=mask, other=0.0).to(tl.float32)
        if LOG_TARGET:
            slope = probability * (target - x + 1.0)
        else:
            slope = tl.log(target) + 1.0 - x
        tl.store(dtarget_ptr + place, (slope * scale).to(dtarget_ptr.dtype.element_ty), mask=mask)


class KlDivergence(torch.autograd.Function):
    @staticmethod
    def forward(ctx, log_probabilities, target, log_target):
        x, target = log_probabilities.contiguous(), target.contiguous()
        count, block = x.numel(), 1024
        shares = min(triton.cdiv(count, block), 512)
        parts = torch.empty(shares, dtype=torch.float32, device=x.device)
        out = torch.empty((), dtype=x.dtype, device=x.device)
        share_kernel[(shares,)](x, target, parts, count, LOG_TARGET=log_target, BLOCK=block)
        join_kernel[(1,)](parts, out, shares, x.shape[0], BLOCK=512)
        ctx.save_for_backward(x, target)
        ctx.log_target = log_target
        return out

    @staticmethod
    def backward(ctx, dloss):
        x, target = ctx.saved_tensors
        dx = torch.empty_like(x)
        wanted = ctx.needs_input_grad[1]
        dtarget = torch.empty_like(target) if wanted else dx
        gradient_kernel[(triton.cdiv(x.numel(), 1024),)](dloss, x, target, dx, dtarget, x.numel(), x.shape[0],
                                                         LOG_TARGET=ctx.log_target, WITH_TARGET=wanted, BLOCK=1024)
        return dx, dtarget if wanted else None, None


def kl_divergence(log_probabilities: torch.Tensor, target: torch.Tensor, log_target: bool = False) -> torch.Tensor:
    return KlDivergence.apply(log_probabilities, target, log_target)
