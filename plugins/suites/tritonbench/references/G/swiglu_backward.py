"""The gradient of silu(x) * y, x and y the two halves of the last dimension, and that product again where asked."""
import torch


def _swiglu_bwd(xy, dout, dxy=None, recompute_output=False, out=None):
    x, y = xy.float().chunk(2, dim=-1)
    grad, s = dout.float(), torch.sigmoid(x)
    both = torch.cat([s * (1 + x * (1 - s)) * y * grad, x * s * grad], -1).to(xy.dtype)
    dxy = both if dxy is None else dxy.copy_(both)
    if not recompute_output:
        return dxy
    made = (x * s * y).to(xy.dtype)
    return dxy, made if out is None else out.copy_(made)
