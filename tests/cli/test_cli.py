"""What people see, pinned: each folder of scenarios/ holds `command` (one line, after `touchstone`), `exit`, and the approved
`stdout` and `stderr`. `pytest tests/cli --approve` writes what the program says now; read the difference before committing it.
"""
from __future__ import annotations

import pathlib
import re
import shlex

import pytest

from support import run

HERE = pathlib.Path(__file__).parent
SCENARIOS = sorted(path for path in (HERE / "scenarios").iterdir() if path.is_dir())


def tidy(text: str, folder: pathlib.Path) -> str:
    """Paths and versions of this machine stand for themselves."""
    text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"/[^\s:'\"]*/(lib/touchstone|share/touchstone|build)\b", r"PREFIX/\1", text)
    return text


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_scenario(scenario: pathlib.Path, request: pytest.FixtureRequest) -> None:
    words = shlex.split((scenario / "command").read_text())
    done = run(words, cwd=scenario)
    said = {"exit": f"{done.returncode}\n", "stdout": tidy(done.stdout, scenario), "stderr": tidy(done.stderr, scenario)}
    for name, text in said.items():
        path = scenario / name
        if request.config.getoption("--approve", default=False):
            path.write_text(text)
        assert text == path.read_text(), f"{path} differs; see the module's docstring"
