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


def pytest_collection_modifyitems(config, items):
    marked = [item for item in items if "gpu" in item.keywords]
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
