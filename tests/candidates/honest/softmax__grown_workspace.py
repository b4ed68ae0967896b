"""A workspace that grows by resize_.

expect: passed
"""

import torch
import triton
import triton.language as tl


class Ws:
    t = None

    def get(self, n, dev):
        if self.t is None:
            self.t = torch.empty(64, dtype=torch.float32, device=dev)
        if self.t.numel() < n:
            self.t.resize_(2 * n)
        return self.t


WS = Ws()


@triton.jit
def p1(x, w, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(x + r * n + c, mask=m, other=-float("inf")).to(tl.float32)
    tl.store(w + r * n + c, tl.exp(v - tl.max(v, 0)), mask=m)


@triton.jit
def p2(w, o, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(w + r * n + c, mask=m, other=0.0)
    tl.store(o + r * n + c, (v / tl.sum(v, 0)).to(o.dtype.element_ty), mask=m)


def softmax(x, dim=-1):
    y = x.movedim(dim, -1).contiguous()
    n = y.shape[-1]
    w = WS.get(y.numel(), y.device) if y.numel() else None
    if w is None:
        return torch.empty_like(x)
    parts = [torch.empty_like(y) for _ in range(6)]
    o = parts[3]
    for q in parts[:4]:
        p1[(o.numel() // n,)](y, w, n, B=triton.next_power_of_2(n))
        p2[(o.numel() // n,)](w, q, n, B=triton.next_power_of_2(n))
    return o.movedim(-1, dim)
