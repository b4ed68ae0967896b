"""Programs that take rows in turn.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, o, R, W, sr, sw, B: tl.constexpr, STAGES: tl.constexpr):
    for r in tl.range(tl.program_id(0), R, tl.num_programs(0), num_stages=STAGES):
        c = tl.arange(0, B)
        v = tl.load(x + r * sr + c * sw, mask=c < W, other=-float("inf")).to(tl.float32)
        e = tl.exp(v - tl.max(v, 0))
        tl.store(o + r * W + c, (e / tl.sum(e, 0)).to(o.dtype.element_ty), mask=c < W)


def softmax(x, dim=-1):
    y = x.transpose(dim, -1)
    sh = y.shape
    y = y.reshape(-1, sh[-1]) if x.numel() else y.reshape(0, max(1, sh[-1]))
    o = torch.empty(y.shape, device=x.device, dtype=x.dtype)
    n = torch.cuda.get_device_properties(x.device).multi_processor_count
    if o.numel():
        k[(min(n, y.shape[0]), 1, 1)](y, o, *y.shape, *y.stride(), B=triton.next_power_of_2(y.shape[1]), STAGES=2)
    return o.reshape(sh).transpose(dim, -1)
