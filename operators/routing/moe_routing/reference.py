"""Routing of tokens to experts: the k best of each token, their weights, and how many tokens each expert gets."""
import torch


def moe_routing(logits: torch.Tensor, k: int,
                renormalise: bool = True) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    # A stable sort, so that of equal logits the lower expert comes first; it chooses among the logits as they came.
    best, expert = torch.sort(logits, dim=-1, descending=True, stable=True)
    best, expert = best[:, :k], expert[:, :k]
    work = torch.promote_types(logits.dtype, torch.float32)
    top = best[:, :1].to(work)
    share = torch.exp(best.to(work) - top)
    total = share if renormalise else torch.exp(logits.to(work) - top)
    weights = (share / total.sum(dim=-1, keepdim=True)).to(logits.dtype)
    experts = torch.arange(logits.shape[1], device=logits.device)
    counts = (expert.reshape(-1, 1) == experts).sum(dim=0)
    return weights, expert.contiguous(), counts


def moe_routing_baseline(logits: torch.Tensor, k: int,
                         renormalise: bool = True) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    best, expert = torch.topk(logits, k, dim=-1)
    if renormalise:
        weights = torch.softmax(best, dim=-1)
    else:
        weights = torch.softmax(logits, dim=-1).gather(1, expert)
    return weights, expert, torch.bincount(expert.flatten(), minlength=logits.shape[1])
