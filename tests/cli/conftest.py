"""--approve for test_cli.py, and a bench for test_run*.py."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import Bench  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--approve", action="store_true", help="write what the program says now into tests/cli/scenarios")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "gpu: needs a CUDA device; skipped where there is none")


@pytest.fixture
def bench(tmp_path: pathlib.Path):
    made = Bench(tmp_path)
    yield made
    made.end_all()
