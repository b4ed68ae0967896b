"""tools/new_plugin.py and tools/new_operator.py: names, what they refuse, what they write."""

from __future__ import annotations

import sys
from pathlib import Path

import new_operator
import new_plugin
import pytest


def make(tool, monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> None:
    monkeypatch.setattr(sys, "argv", ["tool", *map(str, words)])
    assert tool.main() == 0


@pytest.mark.parametrize("kind", new_plugin.KINDS)
def test_a_plugin_is_a_folder_of_its_own(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(new_plugin, monkeypatch, kind, "mine", "--out", tmp_path)
    texts = {path.name: path.read_text() for path in (tmp_path / "mine").iterdir()}
    assert set(texts) == {"plugin.cpp", "CMakeLists.txt", "README.md"}
    assert f"touchstone_add_plugin(mine {kind} SOURCES plugin.cpp)" in texts["CMakeLists.txt"]
    assert "@" not in "".join(texts.values())
    code = [line for line in map(str.strip, texts["plugin.cpp"].splitlines()) if line and not line.startswith("//")]
    assert len(code) <= 25
    assert "next: " in capsys.readouterr().out
    with pytest.raises(SystemExit, match="is there already"):
        make(new_plugin, monkeypatch, kind, "mine", "--out", tmp_path)


@pytest.mark.parametrize("name", ["Mine", "my-plugin", "../mine", "1st", ""])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="is no name for a plugin"):
        make(new_plugin, monkeypatch, "metric", name, "--out", tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_operator_defines_its_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(new_operator, monkeypatch, "elementwise/scaled", "--out", tmp_path)
    folder = tmp_path / "elementwise/scaled"
    assert {path.name for path in folder.iterdir()} == {"operator.yaml", "reference.py", "golden.py"}
    for file in ("reference.py", "golden.py"):
        assert "def scaled(" in (folder / file).read_text()
    with pytest.raises(SystemExit, match="is there already"):
        make(new_operator, monkeypatch, "elementwise/scaled", "--out", tmp_path)


@pytest.mark.parametrize(("path", "why"),
                         [("scaled", "has no family"), ("a/lambda", "word of Python"), ("a/B", "no name")])
def test_an_operator_needs_a_family_and_a_name(
    path: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=why):
        make(new_operator, monkeypatch, path, "--out", tmp_path)
