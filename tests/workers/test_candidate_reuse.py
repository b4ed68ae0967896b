"""Results of one candidate's calls, one after the other."""

import torch


def test_results_of_two_calls_do_not_share_memory(candidate):
    text = """import torch
KEPT = torch.empty(4)
def f(x):
    return KEPT.copy_(x)[:2]
def g(x):
    return x.mul_(2)
"""
    worker = candidate(text, "f", "g")
    assert worker.call("f", torch.ones(4))["ok"]
    reply = worker.call("f", torch.ones(4))
    assert reply["outcome"] == "wrong_structure" and "last call's result" in reply["reason"]
    assert all(worker.call("g", torch.ones(4))["ok"] for _ in range(3))  # an argument of its own each time
