"""What comparing one call found: an outcome of the closed list (touchstone/outcome.hpp), a line, details."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

# The part of the list that a checker gives, in its order, worst last.
ORDER = ("passed", "wrong_value", "wrong_dtype", "wrong_shape", "wrong_structure", "mutated_input", "call_error")


@dataclass
class Finding:
    outcome: str
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


def worst(findings: list[Finding]) -> Finding:
    """The worst of them, the first among equals; `passed` where there is none."""
    return max(findings, key=lambda f: ORDER.index(f.outcome), default=Finding("passed", ""))


def plain(value: Any) -> Any:
    """A number as JSON can say it: what is not finite becomes text."""
    if isinstance(value, bool) or isinstance(value, int):
        return value
    if isinstance(value, complex):
        return str(value)
    return float(value) if math.isfinite(value) else str(float(value))


def short(value: float) -> str:
    return f"{value:.3g}"
