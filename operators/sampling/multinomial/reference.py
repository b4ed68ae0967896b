"""Sampling with replacement, judged by distribution: every count below is of independent tries, so that Chernoff's
bound says how likely an honest sampler shows it."""
import math

import torch

UNLIKELY = 25.0  # natural logarithm of the odds against a false alarm: below 1e-10 a count


def multinomial(probabilities: torch.Tensor, num_samples: int, seed: int) -> torch.Tensor:
    generator = torch.Generator(device=probabilities.device).manual_seed(seed)
    work = torch.promote_types(probabilities.dtype, torch.float32)
    return torch.multinomial(probabilities.to(work), num_samples, replacement=True, generator=generator)


def multinomial_baseline(probabilities: torch.Tensor, num_samples: int, seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.multinomial(probabilities, num_samples, replacement=True)


def check(arguments, result, earlier):
    weights, samples = arguments["probabilities"].double(), arguments["num_samples"]
    shape = weights.shape[:-1] + (samples,)
    if not isinstance(result, torch.Tensor) or result.shape != shape or result.dtype != torch.int64:
        return f"the result is not an int64 tensor of shape {list(shape)}"
    if not result.numel():
        return None
    classes = weights.shape[-1]
    if bool(((result < 0) | (result >= classes)).any()):
        return f"the result holds indices outside of [0, {classes})"
    shares = (weights / weights.sum(-1, keepdim=True)).reshape(-1, classes)
    drawn = result.reshape(-1, samples)
    if bool((shares.gather(1, drawn) == 0).any()):
        return "a class of probability 0 was drawn"
    return _distribution(shares, drawn) or _independence(shares, drawn) or _seeds(arguments, shares, drawn, earlier)


def _surprise(hits, tries, chance):
    """Chernoff's exponent: n times the divergence of the share that was seen from the chance; 0 where they agree."""
    seen, tiny = hits / tries, 1e-300
    hit = seen * torch.log(seen.clamp(min=tiny) / chance.clamp(min=tiny))
    miss = (1 - seen) * torch.log((1 - seen).clamp(min=tiny) / (1 - chance).clamp(min=tiny))
    return tries * (hit + miss)


def _agree(one, other, chance):
    """How surprising it is how often two blocks of draws agree; `chance` is the mean over the pairs."""
    hits = (one == other).sum().double()
    return float(_surprise(hits, one.numel(), torch.as_tensor(chance, dtype=torch.float64, device=one.device)))


def _distribution(shares, drawn):
    """Classes come as often as they should, in each row and over all rows, and not too evenly."""
    rows, samples = drawn.shape
    counts = torch.zeros_like(shares).scatter_add_(1, drawn, torch.ones_like(drawn, dtype=torch.float64))
    surprise = _surprise(counts, samples, shares)
    if bool((surprise > UNLIKELY).any()):
        row, column = (int(i) for i in (surprise == surprise.max()).nonzero()[0])
        return (f"row {row} drew class {column} {int(counts[row, column])} times of {samples}, expected "
                f"{float(shares[row, column]) * samples:.1f}")
    pooled = _surprise(counts.sum(0), rows * samples, shares.mean(0))
    if bool((pooled > UNLIKELY).any()):
        column = int(pooled.argmax())
        return f"class {column} was drawn {int(counts[:, column].sum())} times in {rows * samples} draws of all rows"
    return _evenness(shares * samples, counts)


def _evenness(expected, counts):
    """Pearson's statistic over the classes that are expected often enough: neither too large nor too small."""
    often = expected >= 20
    freedom = float((often.sum(1) - 1).clamp(min=0).sum())
    if freedom < 20:
        return None
    statistic = float(torch.where(often, (counts - expected) ** 2 / expected.clamp(min=1e-300), 0.0).sum())
    ratio = max(statistic, 1e-9) / freedom
    if freedom / 2 * (ratio - 1 - math.log(ratio)) > 2 * UNLIKELY:
        return f"the counts of classes lie too {'far from' if ratio > 1 else 'close to'} what is expected for chance"
    return None


def _independence(shares, drawn):
    """No draw follows another a fixed distance away in its row, and no row follows another. Pairs do not overlap."""
    rows, samples = drawn.shape
    alike = float((shares * shares).sum(1).mean())
    lag = 1
    while 2 * lag <= samples:
        pairs = drawn[:, :samples // (2 * lag) * (2 * lag)].reshape(rows, -1, 2, lag)
        if _agree(pairs[:, :, 0], pairs[:, :, 1], alike) > UNLIKELY:
            return f"draws that lie {lag} apart in a row depend on each other"
        lag *= 2
    lag = 1
    while 2 * lag <= rows:
        whole = rows // (2 * lag) * (2 * lag)
        pairs, chances = drawn[:whole].reshape(-1, 2, lag, samples), shares[:whole].reshape(-1, 2, lag, shares.shape[1])
        if _agree(pairs[:, 0], pairs[:, 1], float((chances[:, 0] * chances[:, 1]).sum(-1).mean())) > UNLIKELY:
            return f"rows that lie {lag} apart depend on each other"
        lag *= 2
    return None


def _seeds(arguments, shares, drawn, earlier):
    """Equal calls give equal draws; another seed gives unrelated ones."""
    for before, answer in earlier:
        same_form = before["probabilities"].shape == arguments["probabilities"].shape
        if not same_form or before["num_samples"] != arguments["num_samples"]:
            continue
        was = answer.reshape(drawn.shape)
        if before["seed"] == arguments["seed"]:
            one, other = before["probabilities"], arguments["probabilities"]
            if one.dtype == other.dtype and torch.equal(one, other) and not torch.equal(was, drawn):
                return f"seed {arguments['seed']} gave two different results for the same probabilities"
            continue
        others = before["probabilities"].double().reshape(shares.shape)
        chance = float((shares * others / others.sum(-1, keepdim=True)).sum(-1).mean())
        if _agree(drawn, was, chance) > UNLIKELY:
            return f"seeds {before['seed']} and {arguments['seed']} gave related results"
    return None
