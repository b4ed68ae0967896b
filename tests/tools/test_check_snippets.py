"""tools/check_snippets.py fails where a document shows other code than its file has."""

from __future__ import annotations

from pathlib import Path

import check_snippets


def tree(top: Path, shown: str, text: str) -> Path:
    (top / "a.cpp").write_text(text)
    (top / "README.md").write_text(f"# A\n\n<!-- a.cpp -->\n```cpp\n{shown}```\n")
    (top / "CONTRIBUTING.md").write_text("nothing\n")
    return top


def test_the_same_code_holds(tmp_path: Path) -> None:
    assert check_snippets.check(tree(tmp_path, "int a;\n", "int a;\n"), write=False) == []


def test_other_code_fails_until_it_is_written(tmp_path: Path) -> None:
    top = tree(tmp_path, "int b;\n", "int a;\n")
    assert "shows another a.cpp" in check_snippets.check(top, write=False)[0]
    assert check_snippets.check(top, write=True) == []
    assert check_snippets.check(top, write=False) == []


def test_a_missing_file_a_long_one_and_none_at_all_fail(tmp_path: Path) -> None:
    top = tree(tmp_path, "", "int a;\n" * 30)
    assert "30 lines, at most 29" in "".join(check_snippets.check(top, write=False))
    (top / "a.cpp").unlink()
    assert "is not there" in "".join(check_snippets.check(top, write=False))
    (top / "README.md").write_text("nothing\n")
    assert check_snippets.check(top, write=False) == ["no document shows any file"]
