"""The folder's modules, and the mark for what needs upstream's checkout."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def pytest_configure(config):
    config.addinivalue_line("markers", "tritonbench: needs a checkout named by TOUCHSTONE_TRITONBENCH")
