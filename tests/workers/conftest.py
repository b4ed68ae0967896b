"""Paths, the `gpu` mark, and what several tests of the workers need."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
for folder in ("core/workers", "plugins/runtimes/triton", "tests/workers"):
    sys.path.insert(0, str(ROOT / folder))

import pytest  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "gpu: needs a CUDA device; skipped where there is none")
    config.addinivalue_line("markers", "tritonbench: needs a checkout named by TOUCHSTONE_TRITONBENCH")


def pytest_collection_modifyitems(config, items):
    marked = [item for item in items if item.get_closest_marker("gpu")]  # a checkout may be called gpu
    if not marked:
        return
    import torch

    if torch.cuda.is_available():
        return
    for item in marked:
        item.add_marker(pytest.mark.skip(reason="no CUDA device"))


@pytest.fixture
def memfd():
    """Makes memfds that are closed when the test ends."""
    made = []

    def make(data: bytes = b"") -> int:
        made.append(os.memfd_create("test"))
        os.write(made[-1], data)
        return made[-1]

    yield make
    for descriptor in made:
        os.close(descriptor)


PLUGIN = ROOT / "plugins/runtimes/triton"


@pytest.fixture(scope="session")
def interpreter_host():
    """One warm parent of candidate workers on the CPU, for all tests."""
    pytest.importorskip("triton")
    import host

    made = host.Host("candidate", "candidate", PLUGIN, {"TRITON_INTERPRET": "1"})
    assert made.first["ready"], made.first
    yield made
    made.close()


@pytest.fixture(scope="session")
def checker_host():
    """One warm parent of checkers for the CPU, which run goldens under the interpreter."""
    pytest.importorskip("triton")
    import host

    made = host.Host("checker", "checker", PLUGIN, {"CUDA_VISIBLE_DEVICES": ""})
    assert made.first["ready"], made.first
    yield made
    made.close()


@pytest.fixture(scope="session")
def compiler_host():
    """One warm parent of compiler workers."""
    pytest.importorskip("triton")
    import host

    made = host.Host("compiler", "compiler", PLUGIN)
    assert made.first["ready"], made.first
    yield made
    made.close()


@pytest.fixture
def candidate(interpreter_host, tmp_path):
    """Starts candidate workers on texts: `candidate(text, entry…)`; all are ended, and must end, with the test."""
    import host

    started = []

    def start(text: str, *entries: str, **more):
        work = tmp_path / str(len(started))
        work.mkdir()
        started.append(host.Candidate(interpreter_host, work, text, list(entries), **more))
        return started[-1]

    yield start
    for each in started:
        each.end()
