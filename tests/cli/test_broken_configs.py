"""What people are told of their mistakes, pinned: each `<name>.yaml` of broken_configs/ holds one kind of mistake, and
`<name>.approved` what `touchstone check` says. Lines `# --set KEY=VALUE` in the file are given to the program.
`pytest tests/cli/test_broken_configs.py --approve` writes what the program says now; read the difference with the
eyes of who made the mistake.
"""

from __future__ import annotations

import pathlib
import re

import pytest

from support import run, tidy

FOLDER = pathlib.Path(__file__).parent / "broken_configs"
CONFIGS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_mistake_is_explained(config: pathlib.Path, request: pytest.FixtureRequest) -> None:
    settings = re.findall(rb"^# (--set .*)$", config.read_bytes(), re.M)
    words = [word for setting in settings for word in setting.decode().split(" ", 1)]
    done = run(["check", config.name, *words], cwd=FOLDER)
    said = tidy(done.stderr, FOLDER)
    approved = config.with_suffix(".approved")
    if request.config.getoption("--approve", default=False):
        approved.write_text(said)
    assert said == approved.read_text(), f"{approved} differs; see the module's docstring"
    assert done.returncode in (2, 4, 5) and not done.stdout, "a broken config passes"


@pytest.mark.parametrize("approved", sorted(FOLDER.glob("*.approved")), ids=lambda path: path.stem)
def test_every_message_has_a_place(approved: pathlib.Path) -> None:
    """file:line:column or the words of --set, but for what is said of all tasks at once; and nobody shouts."""
    for line in approved.read_text().splitlines():
        if not line.startswith(("  → ", "nothing is selected")):
            assert re.match(r"(parts/)?[\w.-]+\.yaml:\d+:\d+: |--set ", line), line


def test_the_set_is_as_large_as_promised() -> None:
    assert len(CONFIGS) >= 60
    assert {path.stem for path in FOLDER.glob("*.approved")} == {path.stem for path in CONFIGS}
