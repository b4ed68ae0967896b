"""Routing to experts: one program some tokens with all their experts; k rounds pick the best that is left."""
import torch
import triton
import triton.language as tl


@triton.jit
def clear_kernel(counts_ptr, experts, BLOCK: tl.constexpr):
    expert = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(counts_ptr + expert, tl.zeros((BLOCK,), dtype=tl.int64), mask=expert < experts)


@triton.jit
def moe_routing_kernel(logits_ptr, weights_ptr, chosen_ptr, counts_ptr, tokens, experts, k, logits_row, logits_column,
                       RENORMALISE: tl.constexpr, BLOCK_T: tl.constexpr, BLOCK_E: tl.constexpr, BLOCK_K: tl.constexpr):
    token = tl.program_id(0).to(tl.int64) * BLOCK_T + tl.arange(0, BLOCK_T)
    expert = tl.arange(0, BLOCK_E)
    ranks = tl.arange(0, BLOCK_K)
    inside = (token[:, None] < tokens) & (expert[None, :] < experts)
    x = tl.load(logits_ptr + token[:, None] * logits_row + expert[None, :].to(tl.int64) * logits_column, mask=inside,
                other=float("-inf")).to(tl.float32)
    shift = tl.where(token < tokens, tl.max(x, axis=1), 0.0)
    left = inside
    found = tl.full((BLOCK_T, BLOCK_K), float("-inf"), dtype=tl.float32)
    chosen = tl.zeros((BLOCK_T, BLOCK_K), dtype=tl.int32)
    for rank in range(0, k):
        best = tl.max(tl.where(left, x, float("-inf")), axis=1)
        first = tl.min(tl.where(left & (x == best[:, None]), expert[None, :], BLOCK_E), axis=1)
        left = left & (expert[None, :] != first[:, None])
        found = tl.where(ranks[None, :] == rank, best[:, None], found)
        chosen = tl.where(ranks[None, :] == rank, first[:, None], chosen)
    share = tl.exp(found - shift[:, None])
    total = tl.sum(share, axis=1) if RENORMALISE else tl.sum(tl.exp(x - shift[:, None]), axis=1)
    places = token[:, None] * k + ranks[None, :]
    mask = (token[:, None] < tokens) & (ranks[None, :] < k)
    tl.store(weights_ptr + places, (share / total[:, None]).to(weights_ptr.dtype.element_ty), mask=mask)
    tl.store(chosen_ptr + places, chosen.to(tl.int64), mask=mask)
    # One addition an expert and program: whole numbers, so their order does not matter.
    count = tl.sum((inside & (left == 0)).to(tl.int32), axis=0).to(tl.int64)
    tl.atomic_add(counts_ptr + expert, count, mask=(expert < experts) & (count > 0))


def moe_routing(logits: torch.Tensor, k: int,
                renormalise: bool = True) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    tokens, experts = logits.shape
    weights = torch.empty((tokens, k), dtype=logits.dtype, device=logits.device)
    chosen = torch.empty((tokens, k), dtype=torch.int64, device=logits.device)
    counts = torch.empty((experts,), dtype=torch.int64, device=logits.device)
    clear_kernel[(triton.cdiv(experts, 256),)](counts, experts, BLOCK=256)
    block_e = max(triton.next_power_of_2(experts), 16)
    block_t = max(1024 // block_e, 1)
    moe_routing_kernel[(triton.cdiv(tokens, block_t),)](
        logits, weights, chosen, counts, tokens, experts, k, *logits.stride(), RENORMALISE=renormalise,
        BLOCK_T=block_t, BLOCK_E=block_e, BLOCK_K=triton.next_power_of_2(k))
    return weights, chosen, counts
