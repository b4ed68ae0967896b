"""How much a dispatched operator does: one measure for the reference (checker) and the candidate (its worker).

Work is elements read, plus elements written, plus multiply-adds; views and metadata do none. An operator is *compute*
unless all it does is fill, copy, cast or change layout, for that is what a candidate may leave to the library.
"""
from __future__ import annotations

from math import prod
from typing import Any, Iterator

import torch

# Names without overload. Sums of products, whose operands hardware may round (TF32, fp16 tensor cores).
CONTRACTIONS = frozenset("""mm bmm addmm baddbmm addbmm mv addmv dot vdot linear matmul convolution _convolution
    convolution_overrideable cudnn_convolution cudnn_convolution_transpose mkldnn_convolution miopen_convolution conv2d
    conv1d conv3d convolution_backward _scaled_mm _int_mm _grouped_mm _cdist_forward _sparse_mm
    _scaled_dot_product_flash_attention _scaled_dot_product_flash_attention_for_cpu
    _scaled_dot_product_efficient_attention _scaled_dot_product_cudnn_attention _scaled_dot_product_attention_math
    _scaled_dot_product_flash_attention_backward _scaled_dot_product_flash_attention_for_cpu_backward
    _scaled_dot_product_efficient_attention_backward _scaled_dot_product_cudnn_attention_backward
    _flash_attention_forward _flash_attention_backward _efficient_attention_forward _efficient_attention_backward
    mkldnn_rnn_layer _cudnn_rnn _thnn_fused_lstm_cell _trilinear _addmm_activation""".split())

# Fills, copies, casts, layout changes: not compute kernels (views are told by their schema). Rearranging with a meaning
# (cat, pad, flip, roll, repeat, gather) is not among them: it may be the very operator that is asked for.
_MOVES = frozenset("""clone copy copy_ _to_copy to contiguous _copy_from _copy_from_and_resize lift lift_fresh
    lift_fresh_copy empty empty_like empty_strided new_empty new_empty_strided zeros zeros_like new_zeros ones ones_like
    new_ones full full_like new_full fill fill_ zero zero_ scalar_tensor arange eye linspace resize_ set_
    _local_scalar_dense item is_pinned pin_memory _pin_memory _reshape_alias _reshape_copy view_copy expand_copy
    permute_copy transpose_copy t_copy slice_copy select_copy unsqueeze_copy squeeze_copy as_strided_copy
    split_copy split_with_sizes_copy unbind_copy detach_copy alias_copy tril_indices triu_indices
    record_stream _has_compatible_shallow_copy_type set_data _unsafe_view rename""".split())


TORCH = frozenset(("aten", "prim", "prims"))  # namespaces of torch's own operators


def name_of(func: Any) -> str:
    """`mm` for aten.mm.default, with no namespace and no overload."""
    return func._schema.name.split("::", 1)[-1]


def is_move(name: str) -> bool:
    """Does the operator of this name ("aten.fill_") only fill, copy, cast or lay out anew?"""
    return name.rpartition(".")[2] in _MOVES


def is_view(func: Any) -> bool:
    """Does it only say where elements lie: some result shares memory with an operand that is not written?"""
    returns = func._schema.returns
    return bool(returns) and any(r.alias_info is not None and not r.alias_info.is_write for r in returns)


def _tensors(tree: Any) -> Iterator[torch.Tensor]:
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _tensors(item)


def _elements(tensor: torch.Tensor) -> int:
    """Elements that lie in memory: what is expanded by stride 0 is read once."""
    if tensor.layout != torch.strided:
        return int(tensor._nnz()) if tensor.is_sparse else tensor.numel()
    if tensor.numel() == 0:
        return 0
    return prod(size for size, stride in zip(tensor.shape, tensor.stride()) if stride != 0)


def depth_of(name: str, args: tuple) -> int:
    """The length of the sums of products in a contraction; 1 where it is none."""
    shapes = [tuple(a.shape) for a in args if isinstance(a, torch.Tensor)]
    if name in ("addmm", "baddbmm", "addbmm", "addmv", "_addmm_activation"):
        shapes = shapes[1:]
    if name == "convolution_backward":
        return max(prod(shapes[2][1:]), shapes[0][0] * prod(shapes[0][2:])) if len(shapes) > 2 else 1
    if "conv" in name and name in CONTRACTIONS:
        return max(1, prod(shapes[1][1:])) if len(shapes) > 1 else 1
    if "attention" in name:
        return max(shapes[1][-2], shapes[0][-1]) if len(shapes) > 1 else 1
    if name in CONTRACTIONS and shapes and shapes[0]:
        return max(1, shapes[0][-1])
    return 1


def _multiply_adds(name: str, args: tuple, written: int) -> int:
    shapes = [tuple(a.shape) for a in args if isinstance(a, torch.Tensor)]
    if "attention" in name and len(shapes) > 1:
        return 2 * prod(shapes[0]) * shapes[1][-2] * (2 if name.endswith("backward") else 1)
    if name == "convolution_backward" and len(shapes) > 2:
        return 2 * prod(shapes[0]) * prod(shapes[2][1:])
    if "conv" in name and len(shapes) > 1:
        transposed = args[6] if name == "convolution" and len(args) > 6 else False
        return prod(shapes[0]) * prod(shapes[1][1:]) if transposed else written * prod(shapes[1][1:])
    return written * depth_of(name, args)


def written_operands(func: Any, args: tuple) -> list[torch.Tensor]:
    """What an operator that returns nothing writes (_foreach_add_, _fused_adamw_): its positional operands that its
    schema marks so."""
    marked = [arg.alias_info is not None and arg.alias_info.is_write for arg in func._schema.arguments]
    return [tensor for value, is_written in zip(args, marked) if is_written for tensor in _tensors(value)]


def work_of(func: Any, args: tuple, result: Any) -> tuple[str, int, bool]:
    """(name, work, compute) of one dispatched operator: name with namespace ("aten.mm"); its positional arguments and
    its result as a dispatch mode sees them. Costs microseconds and reads no element."""
    name = name_of(func)
    full = func._schema.name.replace("::", ".")
    own = func.namespace in TORCH  # what another's operator says of itself by its name or schema is no evidence
    if own and is_view(func):
        return full, 0, False
    results = list(_tensors(result)) or written_operands(func, args)
    if not results:
        return full, 0, False
    written = sum(_elements(t) for t in results)
    work = written + sum(_elements(t) for t in _tensors(args))
    if name in CONTRACTIONS:
        work += _multiply_adds(name, args, written)
    return full, work, not own or not is_move(name)
