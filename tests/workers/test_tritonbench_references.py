"""References of our own for TritonBench: what they are held to are upstream's goldens, where a checkout is named."""
import ast
import os
from pathlib import Path

import pytest

import record
from expect import Expectation
from goldens import Judge
from sources import load_source

HERE = Path(__file__).resolve().parents[2] / "plugins/suites/tritonbench/references"
ROOT = os.environ.get("TOUCHSTONE_TRITONBENCH", "")
T, G = (sorted((HERE / channel).glob("*.py")) for channel in "TG")
WRONG = {"geglu_tanh_triton"}  # goldens that errata.yaml calls wrong, and their tests' calls show it
needs_checkout = pytest.mark.skipif(not ROOT, reason="TOUCHSTONE_TRITONBENCH names no checkout")


def upstream(channel, file):
    return Path(ROOT) / f"data/TritonBench_{channel}_v1/{file.name}"


def functions(file):
    return [node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("file", T + G, ids=lambda file: file.stem)
def test_it_is_plain_torch_that_says_what_it_is(file):
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree)
    names = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
             for name in node.names}
    assert "triton" not in names and functions(file)
    load_source(f"reference_{file.stem}", file.read_text())


@needs_checkout
@pytest.mark.tritonbench
@pytest.mark.parametrize("file", T, ids=lambda file: file.stem)
def test_in_the_place_of_a_wrong_one_it_takes_the_tests_calls_and_works_in_fp64(file):
    program = upstream("T", file).read_text().split("#" * 146)[1]
    oracle = {"reference": file.read_text(), "golden": "", "program": program, "cases": None, "policy": {}}
    task = {"id": file.stem, "entries": [file.stem], "facts": {}, "oracle": oracle, "limits": {"bytes": 1 << 28}}
    plan = record.record(task, "cpu", b"\x01" * 32)
    assert plan.not_judged is None
    for call in plan.calls:
        if not call.raises:
            expected = Expectation(call, plan, b"\x01" * 32, file.stem)
            assert expected.leaves and not expected.golden_only, expected.notes


@needs_checkout
@pytest.mark.tritonbench
@pytest.mark.parametrize("file", [file for file in G if file.stem not in WRONG], ids=lambda file: file.stem)
def test_the_golden_agrees_with_it_on_the_tests_calls(file, checker_host, candidate, tmp_path):
    golden, program = upstream("G", file).read_text().split("#" * 146)
    used = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
    entries = [name for name in functions(file) if name in used] or ["attention"]
    judge = Judge(checker_host, tmp_path, upstream("G", file), entries, reference=file.read_text())
    assert judge.opened["not_judged"] is None, judge.opened
    answers = candidate(golden, *entries)
    assert answers.loaded["ok"], answers.loaded
    for call in judge.opened["calls"]:
        found = judge.outcome(answers, call["index"])
        assert found["outcome"] == "passed", (call["case"], found)
        assert "golden-only" not in str(found["details"].get("notes")), found
