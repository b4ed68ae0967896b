"""Times PyPI's codebleu on the pairs of a file as similarity_pairs reads them: prints its version and CPU seconds."""
from __future__ import annotations

import importlib.metadata
import logging
import sys
import time

import codebleu


def pairs(path: str) -> list[tuple[str, str]]:
    texts = []
    with open(path, "rb") as file:
        while size := file.readline():
            texts.append(file.read(int(size)).decode())
    return list(zip(texts[::3], texts[1::3], strict=True))


def main() -> None:
    logging.disable(logging.CRITICAL)
    read = pairs(sys.argv[1])
    start = time.process_time()
    for golden, code in read:
        codebleu.calc_codebleu([golden], [code], "python")
    used = time.process_time() - start
    for name in ("codebleu", "tree-sitter", "tree-sitter-python"):
        print(name, importlib.metadata.version(name), end=", ")
    print(used)


if __name__ == "__main__":
    main()
