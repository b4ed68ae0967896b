"""One small kernel, run or compiled in the parent."""

import torch
import triton
import triton.language as tl


@triton.jit
def _add(x, y, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + at, tl.load(x + at, at < n) + tl.load(y + at, at < n), at < n)


def run() -> None:
    x = torch.arange(100.0)
    out = torch.empty_like(x)
    _add[(2,)](x, x, out, 100, BLOCK=64)
    if not torch.equal(out, x + x):
        raise ArithmeticError("a sum came out wrong")


LAUNCHED = _add
LAUNCH = {
    "signature": {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32", "BLOCK": "constexpr"},
    "constants": {"BLOCK": 64},
    "divisible": ["x", "y", "out"],
    "options": {},
}
