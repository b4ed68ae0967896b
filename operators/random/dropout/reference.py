"""Dropout, judged by property: what is kept is scaled right; the mask is random, fair and a function of the seed."""
import math

import torch

SIGMAS = 6.5  # two-sided chance of a false alarm below 1e-10 a test


def dropout(x: torch.Tensor, p: float, seed: int) -> torch.Tensor:
    generator = torch.Generator(device=x.device).manual_seed(seed)
    keep = torch.rand(x.shape, generator=generator, device=x.device, dtype=torch.float64) >= p
    scale = 1.0 / (1.0 - p) if p < 1.0 else 0.0
    return torch.where(keep, x * scale, torch.zeros((), dtype=x.dtype, device=x.device))


def dropout_baseline(x: torch.Tensor, p: float, seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.native_dropout(x, p, True)[0]


def check(arguments, result, earlier):
    x, p, seed = arguments["x"], arguments["p"], arguments["seed"]
    if not isinstance(result, torch.Tensor) or result.shape != x.shape or result.dtype != x.dtype:
        return "the result is not a tensor of x's shape and dtype"
    return _values(x, p, result) or _fairness(x, p, result) or _seeds(x, p, seed, result, earlier)


def _values(x, p, result):
    """Every element is 0 or x / (1 - p), within two units in the last place and what a p in fp32, as which a kernel
    gets it, makes of 1 - p."""
    scale = 1.0 / (1.0 - p) if p < 1.0 else 0.0
    expected = x.double() * scale
    got = result.double()
    info = torch.finfo(x.dtype)
    coarse = 2.0 ** -24 * p * scale
    close = (got - expected).abs() <= (2 * info.eps + coarse) * expected.abs() + info.tiny * info.eps
    same = close | (got == expected) | (got.isnan() & expected.isnan())
    wrong = int((~(same | (got == 0))).sum())
    if wrong:
        return f"{wrong} of {x.numel()} elements are neither 0 nor x / (1 - p)"
    if p == 0.0 and not bool(same.all()):
        return "with p = 0 elements were dropped"
    if p == 1.0 and bool((got != 0).any()):
        return "with p = 1 elements were kept"
    return None


def _dropped(x, result):
    """The mask as far as it shows, and where it shows: an x of 0 does not tell."""
    return (result == 0).flatten(), (x != 0).flatten()


def _off(hits, n, chance):
    """How many standard deviations a count of n fair tries lies from its mean, or 0 for too few tries."""
    spread = math.sqrt(n * chance * (1.0 - chance))
    return abs(hits - n * chance) / spread if spread > 2.0 else 0.0


def _agreement(one, other, known, chance):
    return _off(int((one == other)[known].sum()), int(known.sum()), chance)


def _fairness(x, p, result):
    """A share p is dropped, and no element's fate follows another's a fixed distance away (a mask that repeats)."""
    dropped, known = _dropped(x, result)
    if _off(int((dropped & known).sum()), int(known.sum()), p) > SIGMAS:
        return f"{int((dropped & known).sum())} of {int(known.sum())} elements were dropped at p = {p}"
    lags = [1 << k for k in range(14)] + [size for size in x.shape if size > 1]
    for lag in lags:
        if 2 * lag < dropped.numel():
            # Pairs that share an element are not independent; agreement of a fair mask still has this spread or less at
            # p = 1/2, and at most sqrt(3) times it elsewhere.
            if _agreement(dropped[:-lag], dropped[lag:], known[:-lag] & known[lag:], p * p + (1 - p) ** 2) > 2 * SIGMAS:
                return f"elements that lie {lag} apart share their fate"
    return None


def _seeds(x, p, seed, result, earlier):
    """Equal seeds give equal masks whatever x holds; other seeds give unrelated ones."""
    dropped, known = _dropped(x, result)
    for before, answer in earlier:
        if before["p"] != p or before["x"].shape != x.shape or before["x"].dtype != x.dtype or 0.0 == p or p == 1.0:
            continue
        was_dropped, was_known = _dropped(before["x"], answer)
        both = known & was_known
        if before["seed"] == seed and bool((dropped != was_dropped)[both].any()):
            return f"seed {seed} gave two different masks"
        if before["seed"] != seed and _agreement(dropped, was_dropped, both, p * p + (1 - p) ** 2) > SIGMAS:
            return f"seeds {before['seed']} and {seed} gave related masks"
    return None
