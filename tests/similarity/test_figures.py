"""The plugin and oracle.py against what others found (tests/fixtures/similarity), and trees.py against tree-sitter."""
from __future__ import annotations

import json
import sys

import pytest

import oracle
import peers
import plugin_figures
import trees

CASES = json.loads((trees.ROOT / "tests/fixtures/similarity/figures.json").read_text())["cases"]
OLD_PYTHON = pytest.mark.skipif(sys.version_info >= (3, 12), reason="tokenize took other tokens from Python 3.12 on")
VARIANTS = ("standard", "paper")


def near(ours, wanted) -> bool:
    return len(ours) == len(wanted) and all(abs(a - b) <= 1e-9 for a, b in zip(ours, wanted))


@pytest.mark.parametrize("variant", VARIANTS)
def test_plugin(variant):
    pairs = [(case["golden"], case["code"], case["answer"]) for case in CASES]
    for case, ours in zip(CASES, plugin_figures.figures(pairs, f"variant={variant}"), strict=True):
        assert near(ours, [sum(case[variant]) / 4, *case[variant]]), case["name"]


@OLD_PYTHON
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_oracle(case, variant):
    *parts, flow = oracle.code_bleu(case["golden"], case["code"], variant)
    assert near([*parts, flow or 0.0], case[variant])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_trees_print_as_tree_sitter_does(case):
    for text in (case["golden"], case["code"], case["answer"]):
        text = text.encode()
        assert trees.parse(text).sexp() == trees.printed(text)


def test_an_empty_data_flow_counts_as_told():
    pair = ("pass\n", "x = 1\n", "x = 1\n")
    none, one = (plugin_figures.figures([pair], f"empty_dataflow={it}")[0] for it in (0, 1))
    assert (none[4], one[4]) == (0, 1)
    assert one[0] == pytest.approx(none[0] + 0.25)


@OLD_PYTHON
@pytest.mark.skipif(not peers.has_pypi(), reason="PyPI's codebleu is not installed")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_codebleu(case):
    assert near(peers.pypi(case["golden"], case["code"])[1:], case["standard"])


@pytest.mark.skipif(not peers.has_upstream(), reason="TOUCHSTONE_TRITONBENCH names no checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_upstream(case):
    assert near(peers.upstream(case["golden"], case["code"])[1:], case["paper"])
