"""What new_plugin.py and new_operator.py share: names, and templates to files that were not there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
NAME = re.compile(r"[a-z][a-z0-9_]*")
TREE = HERE.parent  # Touchstone's own tree, where in_tree(): its plugins/ and operators/ are the places to add to


def in_tree() -> bool:
    return (TREE / "core/sdk/touchstone/plugin.hpp").exists()


def check_name(name: str, what: str) -> None:
    if not NAME.fullmatch(name):
        raise SystemExit(f"error: '{name}' is no {what}\n  → small letters, digits and underscores, a letter first: "
                         "it names a folder and stands in YAML")


def make(folder: Path, files: dict[str, str], words: dict[str, str]) -> None:
    """Writes a folder of templates with @word@ replaced. Refuses to touch one that is there."""
    if folder.exists():
        raise SystemExit(f"error: {folder} is there already\n  → choose another name, or remove it first")
    texts = {name: (TEMPLATES / template).read_text(encoding="utf-8") for name, template in files.items()}
    folder.mkdir(parents=True)
    for name, text in texts.items():
        for word, meaning in words.items():
            text = text.replace(f"@{word}@", meaning)
        (folder / name).write_text(text, encoding="utf-8")
        print(f"  {folder / name}")
