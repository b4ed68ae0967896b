"""Dispatch modes that the checker runs references under: what an operator did, fp64 in place of lower precisions,
rounding made visible (Monte-Carlo arithmetic), and known junk in uninitialised memory. They lie below autograd, so a
backward pass inside the mode is covered as well, on a GPU's autograd threads too.
"""
from __future__ import annotations

import random
from math import prod
from typing import Any, Iterable

import torch
from torch._decomp import decomposition_table

from copies import map_tensors, storage_key, tensors_of
from dispatch import Mode
from work import CONTRACTIONS, depth_of, is_view, name_of, work_of

# Results of these carry no new rounding: they choose, move, compare or change sign. Without a trailing underscore.
EXACT = frozenset("""clone copy _to_copy masked_fill masked_scatter where amax amin max min maximum minimum fmax fmin
    clamp clamp_min clamp_max relu threshold hardtanh triu tril ones ones_like new_ones zeros zeros_like new_zeros full
    full_like new_full empty empty_like new_empty empty_strided new_empty_strided fill zero neg abs sign sgn gather
    index_select index take scatter slice_scatter select_scatter diagonal_scatter as_strided_scatter index_copy
    index_fill cat stack flip roll sort topk kthvalue median nanmedian mode cummax cummin repeat embedding
    constant_pad_nd reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d floor ceil round trunc arange
    eye linspace max_pool2d_with_indices max_pool3d_with_indices adaptive_max_pool2d nan_to_num heaviside rand randn
    rand_like randn_like normal uniform bernoulli randint randint_like randperm exponential nonzero _unique2 unique_dim
    unique_consecutive isnan scalar_tensor lift_fresh _unsafe_index bucketize searchsorted upsample_nearest2d
    upsample_nearest1d pixel_shuffle pixel_unshuffle channel_shuffle diag_embed diagonal_copy view_as_real
    view_as_complex real imag conj_physical max_unpool2d im2col unfold_copy _unsafe_view resize""".split())
_MOVES = frozenset("""clone _to_copy copy cat stack flip roll repeat constant_pad_nd gather index_select index embedding
    _unsafe_view where masked_fill triu tril im2col slice_scatter""".split())
_SCANS = frozenset("cumsum cumprod logcumsumexp _softmax _log_softmax logsumexp".split())
# Fused, with intermediates that a kernel rounds: taken apart, so that these are perturbed too.
_FUSED = frozenset("""native_layer_norm native_group_norm native_batch_norm _native_batch_norm_legit _softmax
    _log_softmax var_mean std std_mean native_layer_norm_backward native_group_norm_backward
    native_batch_norm_backward _softmax_backward_data _log_softmax_backward_data grid_sampler_2d upsample_bilinear2d
    upsample_bicubic2d upsample_linear1d upsample_trilinear3d _upsample_bilinear2d_aa _upsample_bicubic2d_aa""".split())


def _variance(x: torch.Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *,
              correction: Any = None) -> torch.Tensor:
    if isinstance(dim, bool):  # the overload that says nothing else
        dim, unbiased = None, dim
    correction = int(unbiased) if unbiased is not None else correction
    return torch.ops.aten.var.correction(x, dim, correction=correction, keepdim=keepdim)


def _mean(x: torch.Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False,
          **_: Any) -> torch.Tensor:
    whole = dim is None or isinstance(dim, bool) or not len(dim)
    dims = list(range(x.dim())) if whole else [d % max(1, x.dim()) for d in dim]
    return torch.ops.aten.sum.dim_IntList(x, dims, keepdim) / prod(x.shape[d] for d in dims)


# As torch's own decompositions do it; those go through torch._prims, whose first use imports torch._dynamo (1.5 s).
_SPELT_OUT = {
    "var_mean": lambda *args, **kwargs: (_variance(*args, **kwargs), _mean(*args, **kwargs)),
    "std": lambda *args, **kwargs: torch.sqrt(_variance(*args, **kwargs)),
    "std_mean": lambda *args, **kwargs: (torch.sqrt(_variance(*args, **kwargs)), _mean(*args, **kwargs)),
}


def bare(func: Any) -> str:
    """Name without namespace, overload and the underscore of an in-place form."""
    name = name_of(func)
    return name[:-1] if name.endswith("_") and not name.endswith("__") else name


def _results(func: Any, args: tuple, result: Any) -> Iterable[torch.Tensor]:
    if result is None and args and name_of(func).endswith("_"):  # _foreach_add_ and its like return nothing
        result = args[0]
    return tensors_of(result)


def upcast_dtype(value: Any) -> Any:
    if isinstance(value, torch.dtype):
        if value.is_floating_point:
            return torch.float64
        if value.is_complex:
            return torch.complex128
    return value


def upcast(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.to(upcast_dtype(tensor.dtype))


class Trace(Mode):
    """Notes what the reference does; with `fp64`, every cast to or creation of a floating tensor becomes fp64."""

    def __init__(self, fp64: bool = False) -> None:
        super().__init__()
        self.fp64 = fp64
        self.paused = False          # our own work in between (cotangents) is none of the reference's
        self.work = 0                # of compute operators
        self.depth = 1               # longest sum
        self.contracts = False
        self.random = False          # may draw from the global generator (attention could, for its dropout)
        self.generator = False       # draws from a generator that it was given
        self.bits = False            # looks at floating numbers as bits, so that fp64 means something else
        self.uninitialised = False   # asks for memory without filling it

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if self.fp64:
            kwargs = {key: upcast_dtype(value) for key, value in kwargs.items()}
        result = func(*args, **kwargs)
        if self.paused:
            return result
        name = bare(func)
        _, work, compute = work_of(func, args, result)
        self.work += work if compute else 0
        self.contracts |= name in CONTRACTIONS
        self.random |= torch.Tag.nondeterministic_seeded in func.tags
        self.generator |= any(isinstance(value, torch.Generator) for value in kwargs.values())
        self.uninitialised |= name in ("empty", "empty_like", "new_empty", "empty_strided", "new_empty_strided")
        if name == "view" and "dtype" in str(func):
            self.bits |= args[0].is_floating_point()
        self.depth = max(self.depth, _depth(name, func, args, result))
        return result


def _depth(name: str, func: Any, args: tuple, result: Any) -> int:
    """How many numbers one result of this operator sums up."""
    operands = list(tensors_of(args))
    if name in CONTRACTIONS:
        return depth_of(name, args)
    if not operands or is_view(func) or name in EXACT or not operands[0].numel():
        return 1
    first = operands[0]
    if name in _SCANS and len(args) > 1 and isinstance(args[1], int) and first.dim():
        return first.shape[args[1]]
    if name == "native_layer_norm" and len(args) > 1:
        return max(1, prod(args[1]))
    if name in ("scatter_add", "scatter_reduce") and operands[-1].dim():
        return max(1, operands[-1].shape[args[1]])
    if name in ("index_add", "_index_put_impl", "index_put", "embedding_dense_backward"):
        index = [t for t in operands if t.dtype in (torch.int64, torch.int32)]
        return max((int(torch.bincount(i.flatten().clamp_min(0)).max()) for i in index if i.numel()), default=1)
    results = [t for t in tensors_of(result) if t.is_floating_point() or t.is_complex()]
    if not results or not results[-1].numel():
        return 1
    return max(1, max(t.numel() for t in operands) // max(1, min(t.numel() for t in results)))


class Noise:
    """Factors 1 + u·ξ, ξ uniform in ±1, read at places that the seed chooses from a long list drawn once for all: a run
    then costs one product an operator. Lists grow by chunks with seeds of their own, so growing changes nothing."""

    CHUNK, MOST = 1 << 20, 16
    _lists: dict[tuple, torch.Tensor] = {}

    def __init__(self, seed: int) -> None:
        self.places = random.Random(seed)

    def factors(self, like: torch.Tensor, u: float) -> torch.Tensor:
        count = like.numel()
        chunks = min(self.MOST, 1 + 2 * count // self.CHUNK)
        known = self._lists.get((like.device, u))
        while known is None or len(known) < chunks * self.CHUNK:
            number = 0 if known is None else len(known) // self.CHUNK
            gen = torch.Generator(device=like.device).manual_seed(number)
            more = torch.rand(self.CHUNK, dtype=torch.float64, device=like.device, generator=gen)
            more.mul_(2 * u).add_(1 - u)
            known = self._lists[like.device, u] = more if known is None else torch.cat([known, more])
        source = known[:chunks * self.CHUNK]
        if 2 * count > len(source):
            source = source.repeat(2 * count // len(source) + 1)
        start = self.places.randrange(len(source) - count + 1)
        return source[start:start + count].view(like.shape).to(like.dtype)

    def scale_(self, tensor: torch.Tensor, u: float) -> torch.Tensor:
        """Multiply every element by its own 1 + u·noise, in place."""
        if tensor.is_complex():
            self.scale_(torch.view_as_real(tensor), u)
        elif tensor.dtype in (torch.float64, torch.float32) and tensor.numel():
            tensor.mul_(self.factors(tensor, u))
        return tensor


class Rounding(Mode):
    """Monte-Carlo arithmetic in fp64: results are scaled by 1 + u1·noise; operands of contractions by 1 + u2·noise
    where they are intermediates, or stand in `coarse` (inputs that hardware may round: TF32)."""

    fp64 = True

    def __init__(self, noise: Noise, u1: float, u2: float, inputs: Iterable[torch.Tensor],
                 coarse: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()
        self.noise, self.u1, self.u2 = noise, u1, u2
        self.kept = list(inputs)  # alive, so that no later storage takes an address over
        self.coarse = {storage_key(t) for t in coarse}
        self.inputs = {storage_key(t) for t in self.kept}

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = {key: upcast_dtype(value) for key, value in (kwargs or {}).items()}
        name = bare(func)
        if self.u1 and name in _FUSED and func in decomposition_table:
            plain = args[0].is_floating_point() and not func._overloadname.endswith("out") and _SPELT_OUT.get(name)
            with self:
                return (plain or decomposition_table[func])(*args, **kwargs)
        if self.u2 and name in CONTRACTIONS:
            args = tuple(map_tensors(a, self._operand) for a in args)
        result = func(*args, **kwargs)
        if self.u2:
            self._follow(name, func, args, result)
        if self.u1 and name not in EXACT and not is_view(func):
            for tensor in _results(func, args, result):
                self.noise.scale_(tensor, self.u1)
        return result

    def _operand(self, tensor: torch.Tensor) -> torch.Tensor:
        key = storage_key(tensor)
        if not tensor.is_floating_point() or (key in self.inputs and key not in self.coarse):
            return tensor
        return self.noise.scale_(tensor.clone(), self.u2)

    def _follow(self, name: str, func: Any, args: tuple, result: Any) -> None:
        """What only moves inputs about is still an input: it stands exactly in the input's dtype."""
        if is_view(func):
            return
        operands = [storage_key(t) for t in tensors_of(args) if t.is_floating_point()]
        moved = name in _MOVES and operands and all(key in self.inputs for key in operands)
        for tensor in _results(func, args, result):
            key = storage_key(tensor)
            if moved and not any(key == o for o in operands):
                self.kept.append(tensor)
                self.inputs.add(key)
                if any(o in self.coarse for o in operands):
                    self.coarse.add(key)
            elif key in operands and not moved:
                self.inputs.discard(key)


class Directed(Mode):
    """Every number about to be rounded to a whole one is moved first by `u` of its size, up or down: between the two
    runs lie all the codes that a quantiser may give."""

    fp64 = True
    ROUNDS = frozenset("round floor ceil trunc".split())

    def __init__(self, u: float) -> None:
        super().__init__()
        self.u = u
        self.whole: list[torch.Tensor] = []  # rounded already, so that a cast to integers takes nothing away

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = {key: upcast_dtype(value) for key, value in (kwargs or {}).items()}
        name = bare(func)
        target = kwargs.get("dtype")
        whole = name == "_to_copy" and target is not None and not (target.is_floating_point or target.is_complex)
        if (name in self.ROUNDS or (whole and target != torch.bool)) and args and args[0].is_floating_point():
            if not any(storage_key(args[0]) == storage_key(t) for t in self.whole):
                moved = args[0] + args[0].abs() * self.u
                args = (args[0].copy_(moved) if name_of(func).endswith("_") else moved, *args[1:])
        result = func(*args, **kwargs)
        rounded = args and any(storage_key(args[0]) == storage_key(t) for t in self.whole)
        if name in self.ROUNDS or (rounded and name in EXACT):
            self.whole.extend(tensors_of(result))
        return result


class Poison(Mode):
    """Memory asked for without a value holds `fill`, so that what a golden leaves unspecified differs between fills."""

    NAMES = frozenset("empty empty_like new_empty empty_strided new_empty_strided".split())

    def __init__(self, fill: int) -> None:
        super().__init__()
        self.fill = fill

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if bare(func) in self.NAMES:
            for tensor in tensors_of(result):
                tensor.fill_(bool(self.fill & 1) if tensor.dtype == torch.bool else self.fill)
        return result
