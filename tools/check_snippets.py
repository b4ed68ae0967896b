#!/usr/bin/env python3
"""Holds the code that documents show to the files that it was taken from.

  tools/check_snippets.py [--write] [TOP]

A line `<!-- PATH -->` and the fenced block behind it: the block is the file, whole, in under 30 lines. --write takes
the files' text into the documents. Exit code 1 where a document says something else.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
BLOCK = re.compile(r"<!-- (?P<path>[\w./]+) -->\n```(?P<language>\w*)\n(?P<text>.*?)```\n", re.DOTALL)
MOST = 29


def check(top: Path, write: bool) -> list[str]:
    found, shown = [], 0
    for name in DOCUMENTS:
        document = (top / name).read_text(encoding="utf-8")

        def block(match: re.Match) -> str:
            nonlocal shown
            shown += 1
            file = top / match["path"]
            text = file.read_text(encoding="utf-8") if file.is_file() else ""
            if not text:
                found.append(f"{name}: {match['path']} is not there")
            elif text != match["text"] and not write:
                found.append(f"{name}: shows another {match['path']} than there is: tools/check_snippets.py --write")
            if len(text.splitlines()) > MOST:
                found.append(f"{name}: {match['path']} has {len(text.splitlines())} lines, at most {MOST}")
            return f"<!-- {match['path']} -->\n```{match['language']}\n{text}```\n"

        new = BLOCK.sub(block, document)
        if write:
            (top / name).write_text(new, encoding="utf-8")
    if not shown:
        found.append("no document shows any file")
    return found


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--write"]
    top = Path(words[0] if words else Path(__file__).parent.parent).resolve()
    found = check(top, "--write" in sys.argv)
    print("\n".join(found) if found else "snippets: as in their files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
