"""Programs that hard-code 'cuda', on the CPU: in this process, mapped for the length of a test."""

import copy

import pytest
import torch

import cuda_on_cpu


@pytest.fixture(autouse=True)
def mapping():
    with cuda_on_cpu.mapped():
        yield
    assert torch.device is cuda_on_cpu._Real and not torch.zeros(1).is_cuda


MAKERS = [
    lambda: torch.zeros(2, device="cuda"),
    lambda: torch.randn(2, 3, device="cuda:0"),
    lambda: torch.ones(2).cuda(),
    lambda: torch.ones(2).to("cuda"),
    lambda: torch.ones(2).to(torch.device("cuda"), torch.float16),
    lambda: torch.tensor([1], device=0),
    lambda: torch.empty_like(torch.ones(2), device="cuda"),
    lambda: torch.ones(2).new_zeros(3, device="cuda"),
    lambda: torch.arange(3, device=torch.device("cuda", 0)),
    lambda: torch.randint(0, 5, (3,), device="cuda"),
    lambda: torch.ones(2).cuda(non_blocking=True),
    lambda: torch.ones(2).to(device="cuda"),
    lambda: torch.ones(3).to(torch.ones(2)),
    lambda: torch.eye(2, device=torch.zeros(1, device="cuda").device),
    lambda: torch.nn.Linear(2, 2).cuda().weight,
    lambda: torch.nn.Linear(2, 2).to("cuda").weight,
    lambda: torch.full((2,), 1.0, device="cuda", pin_memory=True),
    lambda: torch.rand(2, device="cuda", generator=torch.Generator(device="cuda").manual_seed(1)),
    lambda: torch.ones(2).to("cuda").cpu(),
]


@pytest.mark.parametrize("make", MAKERS, ids=range(len(MAKERS)))
def test_tensors_say_they_are_on_cuda(make):
    x = make()
    assert (
        x.is_cuda
        and x.device.type == "cuda"
        and x.device.index == 0
        and x.device == torch.device("cuda")
        and x.get_device() == 0
    )
    assert (
        x.device == "cuda"
        and x.device != "cpu"
        and str(x.device) == f"{x.device}" == "cuda:0"
        and isinstance(x.device, torch.device)
    )
    assert torch.zeros(2, device=x.device).device == x.device and x.untyped_storage().device.type == "cpu"


def test_the_cpu_stays_the_cpu():
    cpu = torch.device("cpu")
    assert (
        cpu.type == "cpu"
        and isinstance(cpu, torch.device)
        and torch.device("cuda") != cpu
        and hash(torch.device("cuda")) == hash(torch.device("cuda:0"))
    )
    with torch.device("cuda"):
        assert torch.ones(1).item() == 1
    assert torch.empty(1, device="meta").is_meta and copy.deepcopy(torch.device("cuda")) == torch.device("cuda")


def test_the_cuda_module_answers():
    cuda = torch.cuda
    assert (
        cuda.is_available()
        and cuda.device_count() == 1
        and cuda.current_device() == 0
        and cuda.get_device_capability() == (8, 0)
    )
    with cuda._DeviceGuard(0), cuda.device(0):  # the first is what generated wrappers use
        pass
    assert cuda.get_device_properties(0).multi_processor_count == 108 and "A100" in cuda.get_device_name()
    begin, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    begin.record(), end.record(), cuda.synchronize()
    assert begin.elapsed_time(end) >= 0
    with cuda.device(0), cuda.stream(cuda.Stream()):
        assert cuda.current_stream().cuda_stream == 0
    torch.manual_seed(3)
    first = torch.rand(2, device="cuda")
    torch.cuda.manual_seed(3)
    assert torch.equal(first, torch.rand(2, device="cuda"))


def test_autocast_and_backward_work():
    x = torch.randn(4, 4, device="cuda", requires_grad=True)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        assert (x @ x).dtype == torch.bfloat16
    with torch.autocast(device_type="cuda"):
        assert (x @ x).dtype == torch.float16
    (x * x).sum().backward()
    assert torch.equal(x.grad, 2 * x.detach())


def test_modules_and_printing_work():
    layer = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.LayerNorm(3)).to("cuda")
    assert layer(torch.ones(2, 3, device="cuda")).shape == (2, 3) and "tensor" in repr(torch.ones(2, device="cuda"))
    assert copy.deepcopy(layer)[0].weight.is_cuda and torch.equal(torch.ones(2).cuda().clone(), torch.ones(2))
    torch.testing.assert_close(torch.ones(2, device="cuda"), torch.ones(2).cuda())
