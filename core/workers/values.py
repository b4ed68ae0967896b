"""Values of one result against what it should be: floating ones by the bound, integers exactly unless rounding or ties
decide them."""
from __future__ import annotations

from typing import Any

import torch

from bound import IEEE, Leaf, clean, unit
from diagnose import diagnose
from expect import Expectation, NotJudged, Whole
from outcome import Finding, plain, short

HANDFUL = 3  # expected values that a reason may show


def fits(leaf: Leaf, y: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Which elements are right: within the bound, or not finite where the reference is not."""
    r, w = leaf.r, leaf.w
    right = (y - r).abs_() <= allowed
    if bool(right.all()):
        return right
    if leaf.tame:
        return right if leaf.unsure is None else right | leaf.unsure
    top = torch.finfo(leaf.dtype).max
    right |= (torch.isnan(r) & torch.isnan(y)) | (torch.isinf(r) & (y == r))
    # Beyond the dtype's largest number stands an infinity; just below it rounding may go either way.
    right |= torch.isinf(y) & (y.sign() == r.sign()) & (clean(r).abs() + allowed >= top)
    # Where the reference's own precision and fp64 disagree about being finite, either is right.
    right |= ~torch.isfinite(w) & ((torch.isnan(w) & torch.isnan(y)) | (w == y))
    odd = ~torch.isfinite(r) | (clean(r).abs() > top)
    right |= odd & torch.isfinite(w) & ((y - w).abs() <= 8 * unit(leaf.dtype) * clean(w).abs())
    if leaf.unsure is not None:
        right |= leaf.unsure
    return right


def floating(expected: Expectation, leaf: Leaf, y: torch.Tensor, value: Any) -> Finding:
    """`passed` with the largest error over the bound, or `wrong_value` with where and how far."""
    if expected.policy.get("exact") and isinstance(value, torch.Tensor):
        return _bit_equal(leaf, y)
    for stage in expected.stages():
        allowed = expected.bound(leaf, stage)
        right = fits(leaf, y, allowed)
        if bool(right.all()):
            return Finding("passed", "", _facts(expected, leaf, y, allowed, stage))
    between = _between(leaf, y, allowed)
    if bool((right | between).all()):
        facts = _facts(expected, leaf, y, allowed.where(right, torch.inf), stage)
        return Finding("passed", "", facts | {"reference_off": int((between & ~right).sum())})
    return _wrong(expected, leaf, y, allowed, ~(right | between))


def _between(leaf: Leaf, y: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Where the reference in its own precision lies outside the bound itself (logit beside 1: fp32 cannot hold
    1 - 1e-6), what lies between it and r is as good as either: no golden is accused, nor who is more precise."""
    low, high = torch.minimum(leaf.r, leaf.w) - allowed, torch.maximum(leaf.r, leaf.w) + allowed
    finite = torch.isfinite(leaf.r) & torch.isfinite(leaf.w)
    return ((leaf.w - leaf.r).abs() > allowed) & finite & (y >= low) & (y <= high)


def _facts(expected: Expectation, leaf: Leaf, y: torch.Tensor, allowed: torch.Tensor, stage: int) -> dict[str, Any]:
    """`ratio` is the largest error over the bound as far as it was needed: `stage` tells how far."""
    ratio = (y - leaf.r).abs_().div_(allowed) if y.numel() else y.new_zeros(1)
    ratio = ratio if leaf.tame and leaf.unsure is None else clean(ratio)
    ratio = ratio if leaf.unsure is None else ratio.where(~leaf.unsure, 0.0)
    made = {"argument": leaf.path, "n": y.numel(), "ratio": plain(float(ratio.max())), "stage": stage}
    if leaf.dtype == torch.float32 and expected.contracts and not expected.golden_only:
        made["class"] = "tf32" if stage > IEEE else "ieee"
    if leaf.unsure is not None and bool(leaf.unsure.any()):
        made["unspecified"] = int(leaf.unsure.sum())
    return made


def _bit_equal(leaf: Leaf, y: torch.Tensor) -> Finding:
    right = ((y == leaf.w) & (torch.signbit(y) == torch.signbit(leaf.w))) | (torch.isnan(y) & torch.isnan(leaf.w))
    if bool(right.all()):
        return Finding("passed", "", {"argument": leaf.path, "n": y.numel(), "ratio": 0.0, "stage": 0})
    return _tell(leaf.path, y, leaf.w, ~right, torch.zeros_like(y), "must be equal bit by bit")


def _wrong(expected: Expectation, leaf: Leaf, y: torch.Tensor, allowed: torch.Tensor, bad: torch.Tensor) -> Finding:
    tensors = [(name, t) for name, t in expected.named if t.is_floating_point()]
    return _tell(leaf.path, y, leaf.r, bad, allowed, diagnose(y, leaf.r, bad, leaf.dtype, tensors))


def _tell(path: str, y: torch.Tensor, r: torch.Tensor, bad: torch.Tensor, allowed: torch.Tensor, why: str) -> Finding:
    error = torch.where(torch.isfinite(y) & torch.isfinite(r), (y - r).abs(), torch.inf)
    ratio = torch.where(bad, error / allowed.clamp_min(torch.finfo(torch.float64).tiny), -1.0)
    at = _index(int(ratio.argmax()), y.shape)
    got, want, off, limit, times = (float(t[at]) for t in (y, r, error, allowed, ratio))
    count = int(bad.sum())
    where = f" at {list(at)}" if at else ""
    if off == torch.inf:
        what = f"is {short(got)}{where}, expected {short(want)}"
    else:
        what = f"off by {short(off)}{where}, {short(times)} times the bound {short(limit)}"
    rows = _rows(bad)
    reason = f"{path} {what}; {count} of {y.numel()} elements wrong{rows}" + (f": {why}" if why else "")
    examples = [{"index": list(i), "got": plain(float(y[i])), "expected": plain(float(r[i]))}
                for i in dict.fromkeys((at, *_first(bad, HANDFUL - 1)))]
    details = {"argument": path, "index": list(at), "got": plain(got), "expected": plain(want), "error": plain(off),
               "bound": plain(limit), "ratio": plain(times), "wrong_count": count, "n": y.numel(), "examples": examples}
    return Finding("wrong_value", reason, details)


def _rows(bad: torch.Tensor) -> str:
    if bad.dim() < 2 or not bad.numel():
        return ""
    hit = int(bad.reshape(-1, bad.shape[-1]).any(-1).sum())
    return f" in {hit} of {bad.numel() // bad.shape[-1]} rows"


def _index(flat: int, shape: torch.Size) -> tuple[int, ...]:
    made = []
    for size in reversed(shape):
        made.append(flat % size)
        flat //= size
    return tuple(reversed(made))


def _first(bad: torch.Tensor, count: int) -> list[tuple[int, ...]]:
    return [tuple(place) for place in bad.nonzero()[:count].tolist()]


# ----------------------------------------------------------------------------------------------------------- integers

def whole(expected: Expectation, leaf: Whole, value: torch.Tensor) -> Finding | None:
    if value.dtype != leaf.w.dtype:
        return None  # told already
    bad = value != leaf.w
    if leaf.unsure is not None:
        bad = bad & ~leaf.unsure
    if not bool(bad.any()):
        return None
    ties = expected.policy.get("ties")
    if ties and leaf.path.startswith("result") and leaf.w.dtype == torch.int64:
        return _ties(expected, leaf, value, ties)
    try:
        choices = expected.whole_choices(leaf)
    except RuntimeError as error:
        raise NotJudged(f"the reference cannot be run on inputs moved by rounding: {error}"[:300]) from error
    if expected.policy.get("quantised") and choices:
        low = torch.stack([leaf.w, *choices]).amin(0)
        high = torch.stack([leaf.w, *choices]).amax(0)
        bad = bad & ((value < low) | (value > high))
    else:
        for choice in choices:
            bad = bad & (value != choice)
    if not bool(bad.any()):
        return None
    why = diagnose(value.double(), leaf.w.double(), bad, None, [])
    found = _tell(leaf.path, value.double(), leaf.w.double(), bad, torch.zeros_like(value, dtype=torch.float64), why)
    place = list(found.details["index"])
    got, want = int(found.details["got"]), int(found.details["expected"])
    found.reason = (f"{leaf.path} is {got} at {place}, expected {want}; "
                    f"{found.details['wrong_count']} of {value.numel()} elements wrong" + (f": {why}" if why else ""))
    for key in ("bound", "ratio"):
        found.details.pop(key)
    return found


def _ties(expected: Expectation, leaf: Whole, value: torch.Tensor, ties: Any) -> Finding | None:
    """Indices into an argument: what they find must equal what the reference's find, and no index may come twice."""
    declared = ties if isinstance(ties, dict) else {}
    floats = [(name, t) for name, t in expected.named if name == declared.get("argument", name)]
    name, source = floats[0]
    dim = int(declared.get("dim", -1)) % max(1, source.dim())
    mine, theirs = value, leaf.w
    if theirs.dim() == source.dim() - 1:
        mine, theirs = mine.unsqueeze(dim), theirs.unsqueeze(dim)
    size = source.shape[dim]
    outside = (mine < 0) | (mine >= size)
    if bool(outside.any()):
        first = int(mine[outside][0])
        return Finding("wrong_value", f"{leaf.path} holds {first}: no index into {size} elements of {name}")
    found, best = source.detach().gather(dim, mine), source.detach().gather(dim, theirs)
    bad = (found != best) & ~((found != found) & (best != best))
    ordered = mine.sort(dim).values
    twice = ordered.narrow(dim, 1, ordered.shape[dim] - 1) == ordered.narrow(dim, 0, ordered.shape[dim] - 1)
    if bool(bad.any()):
        at = tuple(bad.nonzero()[0].tolist())
        have, want = short(float(found[at])), short(float(best[at]))
        reason = f"{leaf.path} finds {have} in {name} at {list(at)}, the best is {want}"
        return Finding("wrong_value", f"{reason}; {int(bad.sum())} of {bad.numel()} elements wrong",
                       {"argument": leaf.path, "wrong_count": int(bad.sum()), "n": bad.numel()})
    if bool(twice.any()):
        return Finding("wrong_value", f"{leaf.path} names an element of {name} twice", {"argument": leaf.path})
    return None
