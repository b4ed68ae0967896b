"""The checker's requests, and calls that are not plain: gradients, properties, exceptions, goldens, foreign state."""
import json

import checker as module
import pytest
import torch
from calls import Call, Plan, held
from checker import Checker
from checking import Task, outcomes
from expect import Expectation
from frames import ProtocolError
from judge import judge_call
from modes import Trace

HEAD = "import torch\n"
CASE = {"name": "c", "arguments": {"x": {"tensor": [6, 50]}}}


def make(reference, arguments=None, policy=None, **more):
    cases = [CASE] if arguments is None else [{"name": "c", "arguments": arguments}]
    opened = Task(HEAD + reference, cases, policy, **more)
    assert opened.opened["not_judged"] is None, opened.opened
    return opened


def verdict(opened, function, outcome, *words):
    found = opened.one(0, function)
    assert found["outcome"] == outcome, found
    assert all(word in found["reason"] for word in words), found
    return found["details"]


def test_open_lists_calls_of_all_phases():
    opened = Task(HEAD + "def f(x):\n    return x + 1\n", [CASE, CASE | {"name": "d"}], bench=[CASE | {"name": "b"}])
    assert opened.calls == [{"index": i, "entry": "f", "case": c, "phase": p} for i, (c, p) in enumerate(
        [("c", "check"), ("d", "check"), ("c, redrawn", "redrawn"), ("d, redrawn", "redrawn"), ("b", "bench")])]
    assert outcomes(opened.try_out(lambda x: x + 1)) == ["passed"] * 5


def test_results_kept_by_shape_show_where_a_case_is_drawn_again():
    kept = {}
    found = Task(HEAD + "def f(x):\n    return x + 1\n", [CASE]).try_out(
        lambda x: kept.setdefault(x.shape, x + 1).clone())
    assert outcomes(found) == ["passed", "wrong_value"]


def test_a_bad_task_is_not_judged_and_says_why():
    opened = Task("def f(", [CASE])
    assert opened.calls == [] and "SyntaxError" in opened.opened["not_judged"]


def test_unknown_requests_and_keys_are_protocol_errors():
    opened = make("def f(x):\n    return x\n")
    for request in ({"do": "dance"}, {"do": "judge", "index": 7, "reply": {"ok": True}}):
        with pytest.raises(ProtocolError):
            opened.ask(request)
    opened.ask({"do": "close"})
    with pytest.raises(ProtocolError, match="not open"):
        opened.ask({"do": "arguments", "index": 0})


def test_many_tasks_open_a_few_kept():
    shared = Checker()
    opened = [make(f"def f(x):\n    return x + {n}\n", task=f"t{n}", checker=shared) for n in range(module.PLANS + 3)]
    for n, each in enumerate(opened):
        verdict(each, lambda x, n=n: x + n, "passed")
        verdict(each, lambda x, n=n: x + n + 1, "wrong_value")
    assert sum(o._plan is not None for o in shared._opened.values()) <= module.PLANS


def test_the_same_secret_gives_the_same_verdict_in_any_order():
    text, bad = "def f(x):\n    return torch.softmax(x, -1)\n", lambda x: torch.softmax(x, -1) * (1 + 3e-6)
    fresh, used = make(text), make(text)
    used.try_out(lambda x: torch.softmax(x.half(), -1).float())
    assert fresh.one(0, bad) == used.one(0, bad)
    good = lambda x: torch.exp(x) / torch.exp(x).sum(-1, keepdim=True)  # noqa: E731
    assert make(text).one(0, good)["details"] == used.one(0, good)["details"]


NORM = "def f(x, w):\n    return torch.nn.functional.layer_norm(x, (50,), w)\n"
GRADS = {"x": {"tensor": [6, 50], "grad": True}, "w": {"tensor": [50], "grad": True}}


def test_gradients():
    def right(x, w):
        m = x.mean(-1, keepdim=True)
        return (x - m) * torch.rsqrt(((x - m) ** 2).mean(-1, keepdim=True) + 1e-5) * w

    def stops(x, w):
        m = x.mean(-1, keepdim=True).detach()
        return (x - m) * torch.rsqrt(((x - m) ** 2).mean(-1, keepdim=True) + 1e-5) * w
    opened = make(NORM, GRADS, {"backward": True})
    verdict(opened, right, "passed")
    verdict(opened, stops, "wrong_value", "gradient of x")
    verdict(opened, lambda x, w: right(x, w.detach()), "wrong_structure", "gradient of w is None")
    verdict(opened, lambda x, w: right(x, w).detach(), "wrong_structure", "gradient")
    verdict(make(NORM, GRADS), lambda x, w: right(x, w).detach(), "passed")  # no backward in the policy


def test_a_timed_bench_call_runs_no_backward():
    case = {"name": "b", "arguments": GRADS}
    opened = Task(HEAD + NORM, [case], {"backward": True}, bench=[case])
    answer = opened.checker.answer
    timed = lambda request: {"reply": request["reply"] | {"gradients": None, "timing": {}}}  # noqa: E731
    opened.checker.answer = lambda request, fds: answer(
        request | timed(request) if "reply" in request else request, fds)
    found = opened.try_out(lambda x, w: torch.nn.functional.layer_norm(x, (50,), w))
    assert outcomes(found) == ["wrong_structure", "wrong_structure", "passed"]


def test_bf16_gradients_of_contractions():
    opened = make("def f(a, b):\n    return torch.softmax(a @ b, -1) @ b.T\n", {
        "a": {"tensor": [32, 48], "dtype": "bfloat16", "grad": True},
        "b": {"tensor": [48, 40], "dtype": "bfloat16", "grad": True}}, {"backward": True})

    class Mine(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            p = torch.softmax(a.float() @ b.float(), -1)
            ctx.save_for_backward(a, b, p)
            return (p.bfloat16().float() @ b.float().T).bfloat16()

        @staticmethod
        def backward(ctx, g):
            a, b, p = ctx.saved_tensors
            g, b32 = g.float(), b.float()
            dp = g @ b32
            ds = (p * (dp - (dp * p).sum(-1, keepdim=True))).bfloat16().float()
            return (ds @ b32.T).bfloat16(), (a.float().T @ ds + (p.bfloat16().float().T @ g).T).bfloat16()
    verdict(opened, lambda a, b: Mine.apply(a, b), "passed")
    verdict(opened, lambda a, b: torch.softmax(a @ b, -1) @ b.T * 1.05, "wrong_value")


PROPERTY = """
def f(x, p, seed):
    return torch.nn.functional.dropout(x, p)
def check(arguments, result, earlier):
    x, p = arguments["x"], arguments["p"]
    kept = result != 0
    if not torch.allclose(result[kept], x[kept] / (1 - p)):
        return "kept elements are not scaled by 1 / (1 - p)"
    if abs(float((~kept).float().mean()) - p) > 0.1:
        return "the share of dropped elements is not p"
    for old, seen in earlier:
        if old["seed"] == arguments["seed"] and not torch.equal(seen != 0, kept):
            return "equal seeds gave different masks"
"""


def test_properties_see_earlier_calls_of_the_same_sample():
    arguments = {"x": {"tensor": [40, 100]}, "p": 0.3, "seed": 7}
    opened = Task(HEAD + PROPERTY, [{"name": n, "arguments": arguments} for n in "ab"], {"property": True})

    def seeded(x, p, seed):
        mask = torch.rand(x.shape, generator=torch.Generator().manual_seed(seed)) >= p
        return x * mask / (1 - p)
    assert outcomes(opened.try_out(seeded, "one")) == ["passed"] * 4
    random = lambda x, p, seed: torch.nn.functional.dropout(x, p)  # noqa: E731
    found = opened.try_out(random, "two")
    assert outcomes(found) == ["passed"] + ["wrong_value"] * 3 and "equal seeds" in found[1]["reason"]
    assert outcomes(opened.try_out(random, "three", index=0)) == ["passed"]
    assert outcomes(opened.try_out(lambda x, p, seed: x * 1, "four", index=0)) == ["wrong_value"]
    assert outcomes(opened.try_out(lambda x, p, seed: x, "five", index=0)) == ["wrong_structure"]
    assert outcomes(opened.try_out(lambda x, p, seed: None, "six", index=0)) == ["wrong_structure"]


def test_a_random_reference_without_a_property_is_not_judged():
    opened = make("def f(x):\n    return torch.nn.functional.dropout(x, 0.5)\n")
    assert "random" in opened.one(0, lambda x: x * 1)["reason"]
    assert opened.one(0, lambda x: x * 1)["outcome"] == "not_judged"
    verdict(make("def f(x):\n    return torch.nn.functional.dropout(x, 0.0)\n"), lambda x: x * 1, "passed")


def test_a_reference_that_fails_is_not_judged():
    opened = make("def f(x):\n    raise ValueError('no\\nsuch luck')\n")
    assert opened.one(0, lambda x: x)["outcome"] == "not_judged"


def test_calls_that_must_raise():
    def refuses(x):
        raise ValueError("odd")
    plan = Plan([Call(0, "f", "c", "check", held((torch.ones(3),), {}), raises="ValueError")], {"f": refuses})
    expected = Expectation(plan.calls[0], plan, b"s", "t")
    error = {"ok": False, "outcome": "call_error", "reason": "TypeError: x"}
    assert judge_call(expected, error, [], "cpu", []).outcome == "passed"
    assert judge_call(expected, {"ok": True}, [], "cpu", []).outcome == "wrong_value"
    assert judge_call(expected, error | {"outcome": "device_error"}, [], "cpu", []).outcome == "device_error"


def test_outputs_that_cannot_be_read_are_the_candidates_fault():
    opened = make("def f(x):\n    return x + 1\n")
    for reply in ({"ok": True}, {"ok": True, "storages": [], "returned": {"k": "none"}, "gradients": None},
                  {"ok": True, "storages": [{"at": 64, "bytes": 1 << 40, "zone": 64, "device": "cpu"}],
                   "returned": {"k": "none"}, "gradients": None}):
        found = opened.ask({"do": "judge", "index": 0, "reply": reply}, b"\0" * 64)
        assert found["outcome"] == "call_error" and "cannot be read" in found["reason"], found


FALLBACKS = {
    "asserts its dtype": "def f(x):\n    assert x.dtype == torch.float32\n    return torch.softmax(x, -1)\n",
    "looks at bits": "def f(x):\n    y = (x.view(torch.int32) & 0x7fffffff).view(torch.float32)\n"
                     "    return torch.softmax(y, -1)\n",
    "other structure": "def f(x):\n    return torch.softmax(x, -1) if x.dtype == torch.float32 else None\n",
}


@pytest.mark.parametrize("name", FALLBACKS)
def test_where_fp64_cannot_run_the_golden_only_bound_stands_in(name):
    opened = make(FALLBACKS[name])
    read = (lambda x: x.abs()) if "bits" in name else (lambda x: x)
    right = lambda x: torch.exp(read(x)) / torch.exp(read(x)).sum(-1, keepdim=True)  # noqa: E731
    details = verdict(opened, right, "passed")
    assert "golden-only" in details["notes"][0]
    verdict(opened, lambda x: right(x) * 1.001, "wrong_value")
    verdict(opened, lambda x: torch.zeros_like(x), "wrong_value")


def test_what_a_golden_leaves_unwritten_is_unspecified():
    golden = "def f(x):\n    y = torch.empty_like(x)\n    y[:, :40] = x[:, :40] * 2\n    return y\n"
    opened = Task("", [CASE], checker=None)
    opened.opened = None
    task = {"id": "g", "entries": ["f"], "oracle": {"golden": HEAD + golden, "cases": {"check": [CASE]}}}
    opened.ask({"do": "open", "device": "cpu", "seed": "00"}, json.dumps(task).encode())

    def other(x, keep=40):
        y = torch.full_like(x, 7)
        y[:, :keep] = x[:, :keep] * 2
        return y
    details = verdict(opened, other, "passed")
    assert details["unspecified"] == 60
    verdict(opened, lambda x: other(x, 39), "wrong_value", "6 of 300")


def test_global_state_of_torch_is_put_back():
    reference = ("def f(x):\n    torch.set_default_dtype(torch.float16)\n    torch.set_grad_enabled(False)\n"
                 "    torch.manual_seed(3)\n    torch.set_num_threads(2)\n"
                 "    torch.use_deterministic_algorithms(True)\n"
                 "    return x + 1\n")
    torch.manual_seed(11)
    want = torch.rand(3)
    torch.manual_seed(11)
    threads = torch.get_num_threads()
    verdict(make(reference), lambda x: x + 1, "passed")
    assert torch.equal(torch.rand(3), want)
    assert torch.get_default_dtype() == torch.float32 and torch.is_grad_enabled()
    assert torch.get_num_threads() == threads and not torch.are_deterministic_algorithms_enabled()


def test_reference_work_counts_compute_only():
    found = make("def f(x):\n    return (x.t().contiguous() + 1)\n").one(0, lambda x: x.t() + 1)
    assert found["reference_work"] == 600  # 300 read, 300 written by the addition
    trace = Trace()
    with trace:
        torch.ones(4, 8) @ torch.ones(8, 2)
    assert trace.work == 8 + 32 + 16 + 4 * 2 * 8 and trace.depth == 8 and trace.contracts


def test_time_of_the_reference():
    opened = make("def f(x):\n    return x.add_(1)\n")
    timing = opened.ask({"do": "time", "index": 0, "seconds": 0.01})["timing"]
    assert timing["mode"] == "cold" and len(timing["seconds"]) >= 3 and all(s > 0 for s in timing["seconds"])


def test_arguments_that_cannot_travel_are_not_judged():
    plan = Plan([Call(0, "f", "c", "check", lambda: ((object(),), {}))], {"f": lambda x: x})
    opened = make("def f(x):\n    return x\n")
    opened.checker._opened[opened.key]._plan = plan
    assert opened.ask({"do": "arguments", "index": 0})["outcome"] == "not_judged"


def test_prepare_says_what_it_runs_on():
    assert module.prepare("checker")["torch"] == torch.__version__


def test_behind_the_real_parent(tmp_path):
    import host
    parent = host.Host("checker", "checker", host.ROOT / "core/workers")
    try:
        assert parent.first["ready"] and parent.first["facts"]["torch"] == torch.__version__
        worker = parent.fork(tmp_path)
        assert worker.hello()["role"] == "checker"

        class Remote:
            def answer(self, request, descriptors):
                return worker.ask(request, descriptors)
        opened = make(NORM, GRADS, {"backward": True}, checker=Remote())
        verdict(opened, lambda x, w: torch.nn.functional.layer_norm(x, (50,), w), "passed")
        verdict(opened, lambda x, w: x * w, "wrong_value")
        assert opened.ask({"do": "dance"})["outcome"] == "infrastructure"
        assert opened.ask({"do": "close"})["ok"]
        assert worker.end()["exit"] == 0
    finally:
        parent.close()
