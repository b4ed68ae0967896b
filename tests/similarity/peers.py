"""Other people's CodeBLEU, run on our grammar where it is there: PyPI's codebleu, and upstream TritonBench's own files.

Both ask for tree_sitter, and get trees.py. Both put names in the order of a Python set, which differs from run to run;
they get sets that keep the order of appearance.
"""
from __future__ import annotations

import importlib
import importlib.util
import os
import pathlib
import sys
import types

import trees

UPSTREAM = pathlib.Path(os.environ.get("TOUCHSTONE_TRITONBENCH", "")) / "EVAL/CodeBLEU"
UPSTREAM_MODULES = ("utils", "parser", "bleu", "weighted_ngram_match", "syntax_match", "dataflow_match")


class Ordered(dict):
    def __init__(self, items=()):
        super().__init__(dict.fromkeys(items))

    def add(self, item):
        self[item] = None


class Parser:
    """py-tree-sitter's, of any version, with one language."""
    language = None

    def set_language(self, language):
        pass

    def parse(self, text: bytes):
        return types.SimpleNamespace(root_node=trees.parse(text))


def pretend() -> None:
    fake = types.ModuleType("tree_sitter")
    fake.Parser, fake.Language = Parser, lambda *_: None
    grammar = types.ModuleType("tree_sitter_python")
    grammar.language = lambda: None
    sys.modules.update(tree_sitter=fake, tree_sitter_python=grammar)


def has_pypi() -> bool:
    return importlib.util.find_spec("codebleu") is not None


def has_upstream() -> bool:
    return bool(os.environ.get("TOUCHSTONE_TRITONBENCH")) and UPSTREAM.is_dir()


def pypi(golden: str, code: str) -> list[float]:
    """CodeBLEU, n-grams, weighted n-grams, syntax, data flow."""
    pretend()
    module = importlib.import_module("codebleu")
    for name in ("codebleu.dataflow_match", "codebleu.parser.DFG"):
        sys.modules[name].set = Ordered
    figures = module.calc_codebleu([golden], [code], "python")
    names = ("ngram_match", "weighted_ngram_match", "syntax_match", "dataflow_match")
    return [figures["codebleu"], *(float(figures[f"{name}_score"]) for name in names)]


def upstream_modules() -> dict[str, types.ModuleType]:
    pretend()
    saved = {name: sys.modules.pop(name, None) for name in UPSTREAM_MODULES}
    sys.path.insert(0, str(UPSTREAM))
    try:
        out = {name: importlib.import_module(name) for name in (*UPSTREAM_MODULES, "parser.DFG")}
    finally:
        sys.path.remove(str(UPSTREAM))
        for name in UPSTREAM_MODULES:
            sys.modules.pop(name, None)
        sys.modules.update({name: module for name, module in saved.items() if module})
    out["dataflow_match"].set = out["parser.DFG"].set = Ordered
    return out


def upstream(golden: str, code: str) -> list[float]:
    """The same by upstream's files, its own mangling before: what EVAL/evaluate_similarity.py writes to a file."""
    modules = upstream.modules = upstream.modules or upstream_modules()
    golden, code = (it.replace("\r", "").replace("\n", "\\n").strip() for it in (golden, code))
    words, wanted = code.split(), golden.split()
    keywords = [line.strip() for line in (UPSTREAM / "keywords/python.txt").read_text().splitlines()]
    weights = {word: 1 if word in keywords else 0.2 for word in wanted}
    parts = [modules["bleu"].corpus_bleu([[wanted]], [words]),
             modules["weighted_ngram_match"].corpus_bleu([[[wanted, weights]]], [words]),
             modules["syntax_match"].corpus_syntax_match([[golden]], [code], "python"),
             modules["dataflow_match"].corpus_dataflow_match([[golden]], [code], "python")]
    return [sum(parts) / 4, *map(float, parts)]


upstream.modules = None
