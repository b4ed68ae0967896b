"""The candidate worker on a real GPU: results, launches, device kernels, time, and errors that come late."""

import pytest
import torch

import host as support
from texts import ADD, HEAD

pytestmark = pytest.mark.gpu
DEVICE = "cuda:0"


@pytest.fixture(scope="module")
def gpu_host():
    from conftest import PLUGIN

    made = support.Host("candidate", "candidate", PLUGIN, {"PATH": "/usr/local/cuda/bin:/usr/bin:/bin:/sbin"})
    assert made.first["ready"], made.first
    yield made
    made.close()


@pytest.fixture
def start(gpu_host, tmp_path):
    made = []

    def begin(text, *entries):
        work = tmp_path / str(len(made))
        work.mkdir()
        made.append(
            support.Candidate(gpu_host, work, text, list(entries), DEVICE, {"FSIZE": 4 << 30, "CORE": 0, "CPU": 300})
        )
        return made[-1]

    yield begin
    for each in made:
        each.end()


def test_the_parent_has_no_context(gpu_host):
    assert not any("nvidia" in line for line in open(f"/proc/{gpu_host.process.pid}/maps") if "/dev/" in line)


def test_a_kernel_runs_and_is_told(start):
    x, y = torch.randn(1000, device=DEVICE), torch.randn(1000, device=DEVICE)
    reply = start(ADD, "add").call("add", x, y, kernels=True)
    assert reply["ok"], reply["reason"]
    assert torch.equal(reply["value"], (x + y).cpu()) and reply["blocks"].damaged() == []
    assert all(s["device"] == DEVICE for s in reply["storages"])
    (launch,) = reply["launches"]
    assert launch["kernel"] == "add_kernel" and launch["grid"] == [4, 1, 1] and launch["constants"] == {"BLOCK": 256}
    assert (
        launch["signature"]["x"] == "*fp32"
        and set(launch["divisible"]) >= {"x", "y", "out"}
        and launch["options"]["num_warps"] == 4
    )
    own = [k for k in reply["kernels"] if k["own"]]
    assert [(k["name"], k["count"], k["op"]) for k in own] == [("add_kernel", 1, None)] and own[0]["seconds"] > 0


def test_library_kernels_are_told_with_their_operator(start):
    reply = start("def f(a):\n    return a @ a\n", "f").call("f", torch.randn(256, 256, device=DEVICE), kernels=True)
    kernels = [k for k in reply["kernels"] if k["op"] and "mm" in k["op"]]
    assert kernels and not any(k["own"] for k in reply["kernels"]) and reply["launches"] == []


def test_times_are_positive_and_the_last_result_is_kept(start):
    worker = start(ADD, "add")
    x = torch.randn(1 << 20, device=DEVICE)
    reply = worker.call("add", x, x, do="time")
    assert reply["ok"], reply["reason"]
    assert len(reply["timing"]["seconds"]) >= 5 and all(0 < s < 1 for s in reply["timing"]["seconds"])
    assert torch.equal(reply["value"], (x + x).cpu())


def test_writes_outside_arguments_damage_red_zones(start):
    text = (
        HEAD + "@triton.jit\ndef spill(x, n):\n    tl.store(x + n + tl.arange(0, 2), 7.0)\n\n\n"
        "def f(x):\n    spill[(1,)](x, x.numel())\n"
    )
    assert start(text, "f").call("f", torch.zeros(6, device=DEVICE))["blocks"].damaged() == [0]


def test_an_illegal_access_is_a_device_error(start):
    text = (
        HEAD + "@triton.jit\ndef wild(x):\n    tl.store(x + (1 << 45), 7.0)\n\n\n"
        "def f(x):\n    wild[(1,)](x)\n    return x\n"
    )
    assert start(text, "f").call("f", torch.zeros(6, device=DEVICE))["outcome"] == "device_error"


def test_uninitialised_memory_is_poisoned(start):
    assert (
        start(HEAD + "def f(x):\n    return torch.empty_like(x)\n", "f")
        .call("f", torch.zeros(5, device=DEVICE))["value"]
        .isnan()
        .all()
    )
