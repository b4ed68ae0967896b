"""An autograd function with custom_fwd.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, o, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(x + r * n + c, mask=m, other=-float("inf")).to(tl.float32)
    e = tl.exp(v - tl.max(v, 0))
    tl.store(o + r * n + c, (e / tl.sum(e, 0)).to(o.dtype.element_ty), mask=m)


class F(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type="cuda")
    def forward(ctx, x):
        o = torch.empty(x.shape, dtype=x.dtype, device="cuda")
        if x.numel():
            k[(x.numel() // x.shape[-1],)](x, o, x.shape[-1], B=triton.next_power_of_2(x.shape[-1]))
        ctx.save_for_backward(o)
        return o


def softmax(x, dim=-1):
    with torch.inference_mode():
        y = x.movedim(dim, -1).contiguous()
        return F.apply(y).movedim(-1, dim)
