"""Normal noise, judged by property: what was added has the distribution, is independent, and is a function of the seed.

Counts are judged by Chernoff's bound, which holds for every sample size: a share h of n fair tries of chance p has
n * KL(h, p) above 26 with a probability below 2 * exp(-26), about 1e-11 a test.
"""
import math

import torch

RARE = 26.0
FARTHEST = 8.0  # standard deviations; beyond lies 1 number in 1e15


def normal_noise(x: torch.Tensor, std: float, seed: int) -> torch.Tensor:
    generator = torch.Generator(device=x.device).manual_seed(seed)
    noise = torch.randn(x.shape, generator=generator, device=x.device, dtype=torch.float64)
    return (x + std * noise).to(x.dtype)


def normal_noise_baseline(x: torch.Tensor, std: float, seed: int) -> torch.Tensor:
    torch.manual_seed(seed)
    return x + std * torch.randn(x.shape, dtype=x.dtype, device=x.device)


def check(arguments, result, earlier):
    x, std, seed = arguments["x"], arguments["std"], arguments["seed"]
    if not isinstance(result, torch.Tensor) or result.shape != x.shape or result.dtype != x.dtype:
        return "the result is not a tensor of x's shape and dtype"
    kept = torch.isfinite(x) if std else torch.zeros_like(x, dtype=torch.bool)
    same = (result == x) | (result.isnan() & x.isnan())
    if bool((~(kept | same)).any()):
        return f"{int((~(kept | same)).sum())} elements that must stay (NaN, infinities, std = 0) were changed"
    if bool((~torch.isfinite(result) & kept).any()):
        return f"{int((~torch.isfinite(result) & kept).sum())} elements of finite x are not finite"
    noise, known = _noise(x, std, result), kept.flatten()
    return _distribution(noise[known]) or _independence(x, noise, known) or _seeds(arguments, result, earlier)


def _noise(x, std, result):
    """What was added, in standard deviations, and in x's order; 0 where x or std does not let it show."""
    away = (result.double() - x.double()) / std if std else torch.zeros_like(x, dtype=torch.float64)
    return torch.where(torch.isfinite(away), away, 0.0).flatten()


def _rare(hits, n, chance):
    """Is a count of n independent tries too far from what their chance makes likely?"""
    share = hits / n if n else chance
    parts = ((share, chance), (1.0 - share, 1.0 - chance))
    return n * sum(a * math.log(a / b) for a, b in parts if a > 0.0) > RARE


def _distribution(z):
    """Largest, mean, variance, shape (Kolmogorov and Smirnov) and tails of what must be standard normal numbers."""
    n = z.numel()
    if not n:
        return None
    if float(z.abs().max()) > FARTHEST:
        return f"what was added reaches {float(z.abs().max()):.3g} standard deviations"
    if n < 16:
        return None
    mean, square = float(z.mean()), float(z.square().mean())
    if abs(mean) * math.sqrt(n) > 7.0:
        return f"what was added has the mean {mean:.3g} standard deviations, over {n} elements"
    # Wilson and Hilferty: the cube root of a mean of squares is all but normal.
    if abs(square ** (1 / 3) - 1 + 2 / (9 * n)) > 7.0 * math.sqrt(2 / (9 * n)):
        return f"what was added has {math.sqrt(square):.4g} times the standard deviation asked for, over {n} elements"
    below = torch.special.ndtr(z.sort().values)
    places = torch.arange(n, dtype=torch.float64, device=z.device) / n
    gap = max(float((below - places).max()), float((places + 1 / n - below).max()))
    if gap * math.sqrt(n) > 3.7:
        return f"what was added is not normal: its distribution function is off by {gap:.3g}, over {n} elements"
    for border in (0.5, 1.0, 2.0, 3.0, 4.0):
        hits, chance = int((z.abs() > border).sum()), math.erfc(border / math.sqrt(2))
        if _rare(hits, n, chance):
            return f"{hits} of {n} elements lie beyond {border} standard deviations, {chance * n:.4g} are likely"
    return None


def _bits(z):
    """Two fair bits of every number: its sign, and whether its size is above the median."""
    return {"sign": z > 0, "size": z.abs() > 0.6744897501960817}


def _independence(x, z, known):
    """Neither the numbers a fixed distance before nor x tell a number's sign or size."""
    lags = [1 << k for k in range(18)] + [size for size in x.shape if size > 1]
    bits = _bits(z)
    for what, bit in bits.items():
        for lag in (lag for lag in lags if lag < z.numel()):
            both = known[:-lag] & known[lag:]
            if _rare(int((bit[:-lag] == bit[lag:])[both].sum()), int(both.sum()), 0.5):
                return f"numbers that lie {lag} apart share their {what}"
    values = x.double().flatten()
    if bool(known.any()) and float(values[known].std(correction=0)) > 0:
        above = values > values[known].median()
        if _rare(int((bits["sign"] == above)[known].sum()), int(known.sum()), 0.5):
            return "what was added goes with x"
    return None


def _seeds(arguments, result, earlier):
    """Equal seeds add the same numbers whatever x and std hold; other seeds add unrelated ones."""
    x, std, seed = arguments["x"], arguments["std"], arguments["seed"]
    z = _noise(x, std, result)
    for before, answer in earlier:
        if not std or not before["std"] or before["x"].shape != x.shape or before["x"].dtype != x.dtype:
            continue
        other = _noise(before["x"], before["std"], answer)
        both = (torch.isfinite(x) & torch.isfinite(before["x"])).flatten()
        if before["seed"] == seed:
            coarse = sum(torch.finfo(x.dtype).eps * (r.double().abs() + y.double().abs()).flatten() / s
                         for r, y, s in ((result, x, std), (answer, before["x"], before["std"])))
            if bool(((z - other).abs() > coarse + 1e-5 * (1 + z.abs()))[both].any()):
                return f"seed {seed} added two different noises"
        elif any(_rare(int((a == b)[both].sum()), int(both.sum()), 0.5)
                 for a, b in zip(_bits(z).values(), _bits(other).values())):
            return f"seeds {before['seed']} and {seed} added related noises"
    return None
