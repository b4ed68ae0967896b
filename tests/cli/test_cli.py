"""What people see, pinned: each folder of scenarios/ holds `command` (one line, after `touchstone`; it runs in that
folder), `exit`, and the approved `stdout` and `stderr`. `pytest tests/cli/test_cli.py --approve` writes what the
program says now; read the difference before committing it.
"""

from __future__ import annotations

import pathlib
import shlex

import pytest

from support import run, tidy

HERE = pathlib.Path(__file__).parent
SCENARIOS = sorted(path for path in (HERE / "scenarios").iterdir() if path.is_dir())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_scenario(scenario: pathlib.Path, request: pytest.FixtureRequest) -> None:
    words = shlex.split((scenario / "command").read_text())
    done = run(words, cwd=scenario)
    said = {"exit": f"{done.returncode}\n", "stdout": done.stdout, "stderr": done.stderr}
    for name, raw in said.items():
        path, text = scenario / name, tidy(raw, scenario)
        if request.config.getoption("--approve", default=False):
            path.write_text(text)
        assert text == path.read_text(), f"{path} differs; see the module's docstring"
