"""The bound is validated, not assumed: honest variants are never accused, mutants are caught."""
import pytest
import torch
import torch.nn.functional as F
from checking import Task
from variants import (B, H, S, as_low, block_cumsum, eager, exp2_approx, flash, half_sum, lanes, masked, mm, norm,
    scattered,
                      scattered, softmax, tf32, truncated)

HEAD = "import torch\nimport torch.nn.functional as F\n"
NORMAL = {"mean": 0}


def arg(*size, **more):
    return {"tensor": list(size)} | more


def task(reference, arguments, policy=None, seed=1):
    case = {"name": "c", "arguments": arguments}
    return Task(HEAD + reference, [case], policy, seed=bytes([seed]) * 32)


SUM = "def f(x):\n    return x.sum(-1)\n"
SOFTMAX = "def f(x):\n    return torch.softmax(x, -1)\n"
NORM = "def f(x, w, b):\n    return F.layer_norm(x, (x.shape[-1],), w, b, 1e-5)\n"
MM = "def f(a, b):\n    return a @ b\n"
ATTENTION = ("def f(q, k, v):\n    t = len(q)\n    m = torch.ones(t, t, dtype=torch.bool).triu(1)\n"
             "    s = (q @ k.T * q.shape[-1] ** -0.5).masked_fill(m, float('-inf'))\n"
             "    return torch.softmax(s, -1) @ v\n")
SDPA = ("def f(q, k, v):\n    q, k, v = (t[None, None] for t in (q, k, v))\n"
        "    return F.scaled_dot_product_attention(q, k, v, is_causal=True)[0, 0]\n")
GELU = "def f(x):\n    return F.gelu(x)\n"
CUMSUM = "def f(x):\n    return x.cumsum(-1)\n"
SCATTER = "def f(i, s):\n    return torch.zeros(50, s.shape[1], dtype=s.dtype).index_add_(0, i, s)\n"


def qkv(dtype):
    return {n: arg(192, 64, dtype=dtype) for n in "qkv"}


def norm_args(mean, dtype="float32"):
    return {"x": arg(32, 1000, mean=mean, dtype=dtype), "w": arg(1000, dtype=dtype), "b": arg(1000, dtype=dtype)}


def erf_gelu(x):
    y = x.float()
    return (0.5 * y * (1 + torch.erf(y * 0.70710678))).to(x.dtype)


def mm_args(k, dtype="float32", draw="normal"):
    return {"a": arg(48, k, dtype=dtype, draw=draw), "b": arg(k, 40, dtype=dtype, draw=draw)}


SETS = {  # name: reference, arguments, policy, honest, mutants
    "sum": (SUM, {"x": arg(8, 1000)}, {}, {
        "torch": lambda x: x.sum(-1), "64 lanes": lambda x: lanes(x, 64), "1024 lanes": lambda x: lanes(x, 1024),
        "one by one": lambda x: lanes(x, 1)}, {
        "last element": lambda x: x[:, :-1].sum(-1), "last tile": lambda x: x[:, :896].sum(-1),
        "bf16 inputs": lambda x: as_low(x, B).sum(-1), "fp16 inputs": lambda x: as_low(x, H).sum(-1),
            "fp16 sum": half_sum}),
    "long sum": (SUM, {"x": arg(4, 65537)}, {}, {
        "torch": lambda x: x.sum(-1), "1024 lanes": lambda x: lanes(x, 1024)}, {
        "last element": lambda x: x[:, :-1].sum(-1), "bf16 inputs": lambda x: as_low(x, B).sum(-1)}),
    "softmax": (SOFTMAX, {"x": arg(64, 1000, std=3)}, {}, {
        "torch": lambda x: torch.softmax(x, -1), "exp2": lambda x: softmax(x, exp2_approx), "three lines": softmax,
        "no maximum": lambda x: torch.exp(x) / torch.exp(x).sum(-1, keepdim=True)}, {
        "fp16 exp": lambda x: softmax(x, low=H), "bf16 inputs": lambda x: softmax(as_low(x, B)),
        "last column": lambda x: torch.cat([softmax(x[:, :-1]), softmax(x)[:, -1:]], -1)}),
    "softmax bf16": (SOFTMAX, {"x": arg(64, 1000, std=3, dtype="bfloat16")}, {}, {
        "fp32 inside": lambda x: torch.softmax(x.float(), -1).to(B),
            "truncated": lambda x: truncated(torch.softmax(x.float(), -1))}, {
        "zeros": torch.zeros_like, "uniform": lambda x: torch.full_like(x, 1 / x.shape[-1])}),
    "layer norm": (NORM, norm_args(0), {}, {
        "torch": lambda x, w, b: F.layer_norm(x, (1000,), w, b), "two pass": norm,
        "one pass": lambda x, w, b: norm(x, w, b, one_pass=True)}, {
        "N-1": lambda x, w, b: norm(x, w, b, fewer=1), "fp16 scale": lambda x, w, b: norm(x, w, b, low=H)}),
    "layer norm far from zero": (NORM, norm_args(10), {}, {
        "torch": lambda x, w, b: F.layer_norm(x, (1000,), w, b), "two pass": norm,
        "one pass": lambda x, w, b: norm(x, w, b, one_pass=True)}, {
        "N-1": lambda x, w, b: norm(x, w, b, fewer=1), "fp16 scale": lambda x, w, b: norm(x, w, b, low=H)}),
    "layer norm, small variance": (NORM, norm_args(0) | {"x": arg(32, 1000, std=0.01)}, {}, {
        "two pass": norm, "one pass": lambda x, w, b: norm(x, w, b, one_pass=True)}, {
        "eps 1e-6": lambda x, w, b: norm(x, w, b, eps=1e-6), "no eps": lambda x, w, b: norm(x, w, b, eps=0.0)}),
    "mm": (MM, mm_args(513), {}, {
        "torch": lambda a, b: a @ b, "one by one": lambda a, b: mm(a, b, 1), "tiles": mm}, {
        "tf32": lambda a, b: tf32(a) @ tf32(b), "fp16 inputs": lambda a, b: as_low(a, H) @ as_low(b, H),
        "bf16 inputs": lambda a, b: as_low(a, B) @ as_low(b, B), "fp16 sum": lambda a, b: mm(a, b, 32, H, S),
        "last k": lambda a, b: a[:, :-1] @ b[:-1]}),
    "mm positive": (MM, mm_args(513, draw="uniform"), {}, {
        "torch": lambda a, b: a @ b, "one by one": lambda a, b: mm(a, b, 1)}, {
        "bf16 inputs": lambda a, b: as_low(a, B) @ as_low(b, B), "fp16 sum": lambda a, b: mm(a, b, 32, H, S),
        "last k": lambda a, b: a[:, :-1] @ b[:-1]}),
    "mm tf32 allowed": (MM, mm_args(513), {"tf32": True}, {
        "torch": lambda a, b: a @ b, "tf32": lambda a, b: tf32(a) @ tf32(b)}, {
        "bf16 inputs": lambda a, b: as_low(a, B) @ as_low(b, B), "bf16 sum": lambda a, b: mm(a, b, 32, B, S),
        "last k": lambda a, b: a[:, :-1] @ b[:-1]}),
    "mm bf16": (MM, mm_args(513, "bfloat16"), {}, {
        "rounded": lambda a, b: (a.float() @ b.float()).to(B), "tiles": mm,
            "truncated": lambda a, b: truncated(a.float() @ b.float())}, {
        "bf16 sum": lambda a, b: mm(a, b, 32, B), "fp8 inputs": lambda a, b: (
            a.to(torch.float8_e4m3fn).float() @ b.to(torch.float8_e4m3fn).float()).to(B)}),
    "mm fp16": (MM, mm_args(513, "float16"), {}, {
        "rounded": lambda a, b: (a.float() @ b.float()).to(H), "tiles": mm}, {
        "fp16 sum": lambda a, b: mm(a, b, 32, H), "last k": lambda a, b: (a[:, :-1].float() @ b[:-1].float()).to(H)}),
    "gelu": (GELU, {"x": arg(20000, std=3)}, {}, {"torch": F.gelu, "erf": erf_gelu}, {
        "tanh": lambda x: F.gelu(x, approximate="tanh"), "sigmoid": lambda x: x * torch.sigmoid(1.702 * x),
        "fp16": lambda x: F.gelu(x.half()).float()}),
    "gelu fp16": (GELU, {"x": arg(20000, std=3, dtype="float16")}, {}, {"torch": F.gelu, "erf": erf_gelu}, {
        "tanh": lambda x: F.gelu(x, approximate="tanh"),
            "half arithmetic": lambda x: 0.5 * x * (1 + torch.erf(x * 0.70710678))}),
    "cumsum": (CUMSUM, {"x": arg(8, 1000)}, {}, {
        "torch": lambda x: x.cumsum(-1), "blocks": block_cumsum, "backwards": lambda x: x.sum(-1,
            keepdim=True) - x.flip(
            -1).cumsum(-1).flip(-1) + x}, {
        "exclusive": lambda x: x.cumsum(-1) - x, "no carry": lambda x: torch.cat([x[:, :512].cumsum(-1),
            x[:, 512:].cumsum(-1)], -1)}),
    "scatter": (SCATTER, {"i": arg(2000, dtype="int64", draw="integers", high=50), "s": arg(2000, 16)}, {}, {
        "torch": lambda i, s: scattered(i, s, 50, torch.arange(2000)), "other order": lambda i, s: scattered(
            i, s, 50, torch.randperm(2000))}, {
        "last lost": lambda i, s: scattered(i, s, 50, torch.arange(1999)),
        "overwrites": lambda i, s: torch.zeros(50, 16).index_copy_(0, i, s)}),
}
for _dtype, _t in (("bfloat16", B), ("float16", H)):
    for _name, _text in (("attention", ATTENTION), ("sdpa", SDPA)):
        SETS[f"{_name} {_dtype}"] = (_text, qkv(_dtype), {}, {
            "flash": flash, "P in fp32": lambda q, k, v: flash(q, k, v, S),
            "P normalised first": lambda q, k, v: flash(q, k, v, norm_first=True)} | (
                # Logits rounded to 16 bits are honest only where the reference rounds them as well: beside a fused
                # reference they lie at the bound (2 of 20 seeds beyond it, by up to 1.06).
                {"eager": eager} if _name == "attention" else {}), {
            "P in fp8": lambda q, k, v: flash(q, k, v, torch.float8_e4m3fn),
                "causal off by one": lambda q, k, v: eager(q, k, v, off=1),
            "scale of d + 1": lambda q, k, v: eager(q, k, v, 65 ** -0.5),
            "last block lost": lambda q, k, v: flash(q, k, v, drop_last_block=True),
            "logits too low": lambda q, k, v, low=(B if _t == H else torch.float8_e4m3fn): flash(q, k, v, logits=low)})


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", SETS)
def test_honest_variants_pass(name, seed):
    reference, arguments, policy, honest, _ = SETS[name]
    opened = task(reference, arguments, policy, seed)
    torch.manual_seed(seed)
    for variant, function in honest.items():
        verdict = opened.one(0, function)
        assert verdict["outcome"] == "passed", (variant, verdict)


@pytest.mark.parametrize("name", SETS)
def test_mutants_are_caught(name):
    reference, arguments, policy, _, mutants = SETS[name]
    opened = task(reference, arguments, policy)
    for variant, function in mutants.items():
        verdict = opened.one(0, function)
        assert verdict["outcome"] == "wrong_value", (variant, verdict)
        assert verdict["details"]["ratio"] == "inf" or verdict["details"]["ratio"] > 1


def test_masked_is_what_the_reference_masks():
    assert masked(3).tolist() == [[False, True, True], [False, False, True], [False, False, False]]
