"""tools/check_abi.py fails on every change of what crosses the plugin border, and approves it under a new number."""

from __future__ import annotations

import shutil
from pathlib import Path

import check_abi
import pytest
import sdk_types

TOP = Path(__file__).resolve().parents[2]
COMPILER = "c++"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "core/sdk", tmp_path / "core/sdk")
    return tmp_path


def edit(tree: Path, header: str, old: str, new: str) -> None:
    path = tree / "core/sdk/touchstone" / header
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


CHANGES = [
    # In the padding: no size changes.
    ("attempt.hpp", "  bool traced{false};\n};\n\nstruct Timing",
     "  bool traced{false}, seen{false};\n};\n\nstruct Timing",
     "+  at 154, 1 bytes: bool seen"),
    ("metric.hpp", "  virtual Needs needs() const { return {}; }\n", "", "-  place 3: Needs needs() const"),
    ("error.hpp", "  config,  ", "  cancelled_by_host,\n  config,  ", "+  1 config"),
    ("value.hpp", "double, std::string, List, Map> data_", "std::string, double, List, Map> data_",
     "+Value: std::variant<std::monostate, bool, std::int64_t, std::string, double"),
]


def test_a_changed_layout_under_the_same_number_fails(tree: Path) -> None:
    for header, old, new, _ in CHANGES:
        edit(tree, header, old, new)
    said = "\n".join(check_abi.check(tree, COMPILER))
    for _, _, _, shows in CHANGES:
        assert shows in said
    assert "abi_version is still" in said and "--approve" in said


def test_approving_raises_the_number_once(tree: Path) -> None:
    before = check_abi.number(tree)
    edit(tree, "task.hpp", "  Oracle oracle;", "  Oracle oracle;\n  int stars{0};")
    check_abi.approve(tree, COMPILER)
    check_abi.approve(tree, COMPILER)
    assert check_abi.number(tree) == before + 1
    assert check_abi.check(tree, COMPILER) == []


def test_a_new_type_must_be_in_the_fingerprint(tree: Path) -> None:
    edit(tree, "task.hpp", "struct Task {", "struct Extra {\n  int number{0};\n};\n\nstruct Task {")
    assert check_abi.unmeasured(tree) == ["Extra"]


@pytest.mark.parametrize("odd", ["struct A {\n  int a[3];\n};\n", "struct A final {\n  int a;\n};\n"])
def test_what_is_not_understood_is_told(tmp_path: Path, odd: str) -> None:
    (tmp_path / "a.hpp").write_text(odd)
    with pytest.raises(SystemExit, match="sdk_types: "):
        sdk_types.read_headers(tmp_path)
