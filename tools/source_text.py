"""What the checks share: the project's files, and C++ text without comments and literals."""

from __future__ import annotations

import os
import re
from pathlib import Path

SKIPPED = {"build", "runs", "__pycache__", "node_modules", "fixtures"}  # fixtures: data in the layout of others
TOKEN = re.compile(
    r"""//[^\n]*                                  # comment to the end of the line
      | /\*.*?\*/                                 # comment
      | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"   # raw string
      | "(?:\\.|[^"\\\n])*"                       # string
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'       # character, but no digit separator
    """,
    re.VERBOSE | re.DOTALL,
)


def source_files(top: Path, suffixes: set[str]) -> list[Path]:
    """Files of the tree with one of these suffixes (or names), in order; hidden and built folders are left out."""
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        found += [Path(folder, name) for name in sorted(names) if Path(name).suffix in suffixes or name in suffixes]
    return found


def without_comments(text: str) -> str:
    """The text with comments blanked; literals stay. Every line keeps its number."""
    return TOKEN.sub(lambda match: blank(match[0]) if match[0].startswith(("//", "/*")) else match[0], text)


def without_literals(text: str) -> str:
    """The text with comments and literals blanked: only the language's own braces are left."""
    return TOKEN.sub(lambda match: blank(match[0]), text)


def blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
