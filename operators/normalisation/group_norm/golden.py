"""Group norm, forward and backward. A group of one sample lies in one piece: its channels, one after the other.

Forward: one program a group, three passes over it. Backward: one program a (sample, channel) sums what its channel
needs; from these sums one program a group makes the gradient of x, one a block of channels those of weight and bias.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def forward_kernel(x_ptr, weight_ptr, bias_ptr, out_ptr, mean_ptr, rstd_ptr, groups, channels_per_group, spatial, eps,
                   HAS_WEIGHT: tl.constexpr, HAS_BIAS: tl.constexpr, BLOCK: tl.constexpr):
    group = tl.program_id(0).to(tl.int64)
    size = channels_per_group * spatial
    x_ptr += group * size
    out_ptr += group * size
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, size, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        total += tl.load(x_ptr + offsets, mask=offsets < size, other=0.0).to(tl.float32)
    mean = tl.sum(total, axis=0) / size
    squares = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, size, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + offsets, mask=offsets < size, other=0.0).to(tl.float32)
        centred = tl.where(offsets < size, x - mean, 0.0)
        squares += centred * centred
    rstd = 1.0 / tl.sqrt(tl.sum(squares, axis=0) / size + eps)
    first_channel = (group % groups) * channels_per_group
    for start in range(0, size, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        mask = offsets < size
        channel = first_channel + offsets // spatial
        out = (tl.load(x_ptr + offsets, mask=mask).to(tl.float32) - mean) * rstd
        if HAS_WEIGHT:
            out = out * tl.load(weight_ptr + channel, mask=mask).to(tl.float32)
        if HAS_BIAS:
            out = out + tl.load(bias_ptr + channel, mask=mask).to(tl.float32)
        tl.store(out_ptr + offsets, out.to(out_ptr.dtype.element_ty), mask=mask)
    tl.store(mean_ptr + group, mean)
    tl.store(rstd_ptr + group, rstd)


@triton.jit
def channel_sums_kernel(dout_ptr, x_ptr, mean_ptr, rstd_ptr, along_ptr, ones_ptr, channels_per_group, spatial,
                        BLOCK: tl.constexpr):
    plane = tl.program_id(0).to(tl.int64)  # sample * channels + channel
    group = plane // channels_per_group
    mean = tl.load(mean_ptr + group)
    rstd = tl.load(rstd_ptr + group)
    along = tl.zeros((BLOCK,), dtype=tl.float32)
    ones = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, spatial, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        mask = offsets < spatial
        dout = tl.load(dout_ptr + plane * spatial + offsets, mask=mask, other=0.0).to(tl.float32)
        x = tl.load(x_ptr + plane * spatial + offsets, mask=mask, other=0.0).to(tl.float32)
        along += dout * ((x - mean) * rstd)
        ones += dout
    tl.store(along_ptr + plane, tl.sum(along, axis=0))
    tl.store(ones_ptr + plane, tl.sum(ones, axis=0))


@triton.jit
def input_gradient_kernel(dout_ptr, x_ptr, weight_ptr, mean_ptr, rstd_ptr, along_ptr, ones_ptr, dx_ptr, groups,
                          channels_per_group, spatial, HAS_WEIGHT: tl.constexpr, BLOCK: tl.constexpr):
    group = tl.program_id(0).to(tl.int64)
    size = channels_per_group * spatial
    first_channel = (group % groups) * channels_per_group
    along = tl.zeros((BLOCK,), dtype=tl.float32)
    ones = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, channels_per_group, BLOCK):
        channel = start + tl.arange(0, BLOCK)
        mask = channel < channels_per_group
        part_along = tl.load(along_ptr + group * channels_per_group + channel, mask=mask, other=0.0)
        part_ones = tl.load(ones_ptr + group * channels_per_group + channel, mask=mask, other=0.0)
        if HAS_WEIGHT:
            weight = tl.load(weight_ptr + first_channel + channel, mask=mask, other=0.0).to(tl.float32)
            part_along = part_along * weight
            part_ones = part_ones * weight
        along += part_along
        ones += part_ones
    mean_along = tl.sum(along, axis=0) / size
    mean_ones = tl.sum(ones, axis=0) / size
    mean = tl.load(mean_ptr + group)
    rstd = tl.load(rstd_ptr + group)
    for start in range(0, size, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        mask = offsets < size
        dout = tl.load(dout_ptr + group * size + offsets, mask=mask, other=0.0).to(tl.float32)
        if HAS_WEIGHT:
            channel = first_channel + offsets // spatial
            dout = dout * tl.load(weight_ptr + channel, mask=mask, other=0.0).to(tl.float32)
        normal = (tl.load(x_ptr + group * size + offsets, mask=mask, other=0.0).to(tl.float32) - mean) * rstd
        dx = (dout - normal * mean_along - mean_ones) * rstd
        tl.store(dx_ptr + group * size + offsets, dx.to(dx_ptr.dtype.element_ty), mask=mask)


@triton.jit
def over_samples_kernel(sums_ptr, out_ptr, samples, channels, BLOCK_S: tl.constexpr, BLOCK_C: tl.constexpr):
    channel = tl.program_id(0) * BLOCK_C + tl.arange(0, BLOCK_C)
    total = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, samples, BLOCK_S):
        sample = (start + tl.arange(0, BLOCK_S)).to(tl.int64)[:, None]
        mask = (sample < samples) & (channel[None, :] < channels)
        total += tl.sum(tl.load(sums_ptr + sample * channels + channel[None, :], mask=mask, other=0.0), axis=0)
    tl.store(out_ptr + channel, total.to(out_ptr.dtype.element_ty), mask=channel < channels)


class GroupNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, groups, weight, bias, eps):
        x = x.contiguous()
        weight = None if weight is None else weight.contiguous()
        bias = None if bias is None else bias.contiguous()
        samples, channels = x.shape[:2]
        per_group, spatial = channels // groups, x.numel() // (samples * channels)
        out = torch.empty_like(x)
        mean = torch.empty(samples * groups, dtype=torch.float32, device=x.device)
        rstd = torch.empty(samples * groups, dtype=torch.float32, device=x.device)
        block = max(16, min(1024, triton.next_power_of_2(per_group * spatial)))
        forward_kernel[(samples * groups,)](
            x, x if weight is None else weight, x if bias is None else bias, out, mean, rstd, groups, per_group,
            spatial, eps, HAS_WEIGHT=weight is not None, HAS_BIAS=bias is not None, BLOCK=block)
        ctx.save_for_backward(x, weight, bias, mean, rstd)
        ctx.groups = groups
        return out

    @staticmethod
    def backward(ctx, dout):
        x, weight, bias, mean, rstd = ctx.saved_tensors
        dout = dout.contiguous()
        samples, channels = x.shape[:2]
        per_group, spatial = channels // ctx.groups, x.numel() // (samples * channels)
        along = torch.empty((samples, channels), dtype=torch.float32, device=x.device)
        ones = torch.empty((samples, channels), dtype=torch.float32, device=x.device)
        block = max(16, min(1024, triton.next_power_of_2(spatial)))
        channel_sums_kernel[(samples * channels,)](dout, x, mean, rstd, along, ones, per_group, spatial, BLOCK=block)
        dx = torch.empty_like(x)
        block = max(16, min(1024, triton.next_power_of_2(per_group * spatial)))
        input_gradient_kernel[(samples * ctx.groups,)](
            dout, x, x if weight is None else weight, mean, rstd, along, ones, dx, ctx.groups, per_group, spatial,
            HAS_WEIGHT=weight is not None, BLOCK=block)
        given = [None, None]
        for place, (like, sums) in enumerate(((weight, along), (bias, ones))):
            if like is not None:
                given[place] = torch.empty_like(like)
                over_samples_kernel[(triton.cdiv(channels, 64),)](sums, given[place], samples, channels,
                                                                  BLOCK_S=16, BLOCK_C=64)
        return dx, None, *given, None


def group_norm(x: torch.Tensor, groups: int, weight: torch.Tensor | None = None, bias: torch.Tensor | None = None,
               eps: float = 1e-5) -> torch.Tensor:
    return GroupNorm.apply(x, groups, weight, bias, eps)
