"""Figures of the plugin, by the program similarity_pairs."""
from __future__ import annotations

import subprocess

import trees


def figures(pairs: list[tuple[str, str, str]], *options: str) -> list[list[float] | None]:
    """Of (golden, code, answer): CodeBLEU, n-grams, weighted n-grams, syntax, data flow; or nothing."""
    texts = [text.encode() for pair in pairs for text in pair]
    built = trees.build_folder()
    command = [built / "bin/similarity_pairs", built / "lib/touchstone/plugins/metrics/similarity.so", *options]
    done = subprocess.run(command, input=b"".join(b"%d\n%s" % (len(text), text) for text in texts), check=True,
                          stdout=subprocess.PIPE)
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(pairs)
    return [None if line == "none" else [float(word) for word in line.split()] for line in lines]
