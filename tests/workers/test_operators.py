"""Form of every operator folder, of the mutants and of the quick start's answers. Values are judged elsewhere."""
import ast
import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml

import cases
from conftest import ROOT

spec = importlib.util.spec_from_file_location("make_mutants", ROOT / "tests/mutants/make.py")
make_mutants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_mutants)

FOLDERS = {path.parent.name: path.parent for path in sorted((ROOT / "operators").glob("*/*/operator.yaml"))}
# Those with a list of mutants by hand; the others have the gate's generated ones.
MUTATED = list(dict.fromkeys(operator for operator, _, _ in make_mutants.mutants()))
KEYS = {"family", "difficulty", "tags", "entry", "signature", "instruction", "policy", "cases", "cost"}
POLICY = {"dtypes", "tf32", "reduction", "allow", "backward", "mutates", "exact", "property", "work", "ties",
          "quantised", "excused"}
# What a golden may ask of torch: memory, views, shapes, autograd's frame. All arithmetic is in its kernels.
TORCH = {"Tensor", "empty", "empty_like", "autograd", "int64", "int32", "int8", "float32", "float16", "bfloat16"}
ARITHMETIC = (ast.Expression, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Constant, ast.Load, ast.Name,
              ast.Attribute, ast.Subscript)
METHODS = {"contiguous", "reshape", "movedim", "stride", "dim", "numel", "is_contiguous", "append", "apply",
           "save_for_backward", "expand", "bit_length"}


@pytest.fixture(params=list(FOLDERS))
def folder(request):
    return FOLDERS[request.param]


def description(folder: Path) -> dict:
    return yaml.safe_load((folder / "operator.yaml").read_text(encoding="utf-8"))


def signature(described: dict) -> ast.FunctionDef:
    return ast.parse(f"def {described['signature']}: ...").body[0]


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def tensors(case: dict) -> list[dict]:
    return [value for value in case["arguments"].values() if isinstance(value, dict) and "tensor" in value]


def test_there_are_many_families_and_names_are_unique():
    assert len({folder.parent.name for folder in FOLDERS.values()}) >= 12
    assert len(list((ROOT / "operators").glob("*/*/operator.yaml"))) == len(FOLDERS)


def test_the_description_is_whole(folder):
    described = description(folder)
    assert described["family"] == folder.parent.name
    assert described["difficulty"] in range(1, 6)
    assert set(described) <= KEYS
    assert set(described["policy"]) <= POLICY
    entry = described.get("entry", folder.name)
    assert signature(described).name == entry
    for style in ("simple", "complex"):
        assert f"`{' '.join(described['signature'].split())}`" in " ".join(described["instruction"][style].split())


def test_what_is_excused_still_stands_in_the_golden(folder):
    """An excuse is found by its edit's text: of a golden that has changed it would say nothing."""
    golden = re.sub(r"\s+", " ", (folder / "golden.py").read_text(encoding="utf-8"))
    golden = re.sub(r"(?<=[(\[]) | (?=[)\]])", "", golden)
    for edit in description(folder)["policy"].get("excused", {}).get("equivalent", {}):
        before, after = edit.split(" → ")
        assert before in golden and before != after, edit


def test_reference_and_golden_define_the_entry_alike(folder):
    described = description(folder)
    wanted = [argument.arg for argument in signature(described).args.args]
    for name in ("reference.py", "golden.py"):
        found = functions(folder / name)[signature(described).name]
        assert [argument.arg for argument in found.args.args] == wanted, name
        assert len(found.args.defaults) == len(signature(described).args.defaults), name
    assert ("check" in functions(folder / "reference.py")) == bool(described["policy"].get("property"))


def test_the_reference_is_not_tied_to_a_precision(folder):
    """It runs in fp64 for the truth: a cast to a fixed precision would make the truth coarse."""
    tree = ast.parse((folder / "reference.py").read_text(encoding="utf-8"))
    casts = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr in ("float", "half", "bfloat16")]
    fixed = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr == "to" and any(ast.unparse(a).startswith("torch.float") for a in node.args)]
    assert not casts and not fixed


def test_a_golden_computes_in_its_own_kernels(folder):
    tree = ast.parse((folder / "golden.py").read_text(encoding="utf-8"))
    jitted = [node for node in tree.body if isinstance(node, ast.FunctionDef)
              and any(ast.unparse(d) == "triton.jit" for d in node.decorator_list)]
    assert jitted
    for host in (node for node in tree.body if node not in jitted):
        for node in ast.walk(host):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "torch":
                assert node.attr in TORCH, f"torch.{node.attr}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = ast.unparse(node.func)
                assert name.startswith(("torch.", "triton.")) or node.func.attr in METHODS, name


def test_cases_are_many_and_unfriendly(folder):
    described = description(folder)
    check, bench = described["cases"]["check"], described["cases"]["bench"]
    assert len(check) >= 5 and len(bench) >= 2
    names = [argument.arg for argument in signature(described).args.args]
    for case in check + bench:
        assert list(case["arguments"]) == names, case["name"]
    assert len({case["name"] for case in check}) == len(check)
    drawn = [tensor for case in check for tensor in tensors(case)]
    assert set(described["policy"]["dtypes"]) <= {tensor.get("dtype", "float32") for tensor in drawn}
    sizes = [size for tensor in drawn for size in tensor["tensor"]]
    assert 1 in sizes and any(size > 32 and size % 2 for size in sizes)
    assert any(tensor.get("layout", "contiguous") != "contiguous" for tensor in drawn)


def test_cases_can_be_drawn(folder):
    described = description(folder)
    oracle = {"reference": (folder / "reference.py").read_text(encoding="utf-8"), "policy": described["policy"],
              "cases": {"check": described["cases"]["check"]}}
    plan = cases.plan({"id": folder.name, "entries": [signature(described).name], "oracle": oracle}, "cpu", b"form")
    assert plan.not_judged is None
    phases = [call.phase for call in plan.calls]
    assert phases == ["check"] * len(described["cases"]["check"]) + ["redrawn"] * cases.REDRAWN


def test_cost_is_arithmetic_over_arguments(folder):
    described = description(folder)
    names = {argument.arg for argument in signature(described).args.args}
    for key in ("bytes", "flops"):
        tree = ast.parse(described["cost"][key], mode="eval")
        for node in ast.walk(tree):
            assert isinstance(node, ARITHMETIC), ast.dump(node)
            assert not isinstance(node, ast.Name) or node.id in names
            assert not isinstance(node, ast.Attribute) or node.attr in ("bytes", "numel", "size")


@pytest.mark.parametrize("operator", MUTATED)
def test_mutants_replace_one_text_and_parse(operator):
    found = list(make_mutants.mutants({operator}))
    assert operator in FOLDERS and len(found) >= 5
    assert len({mutant["name"] for _, mutant, _ in found}) == len(found)
    golden = make_mutants.golden_of(operator)
    for _, mutant, code in found:
        assert set(mutant) <= {"name", "does", "find", "replace", "equivalent", "only", "reason"} and mutant["does"]
        assert ("only" in mutant) <= ("reason" in mutant)
        ast.parse(code)
        assert code != golden, mutant["name"]


def test_mutants_of_twelve_operators_or_more_become_answers(tmp_path):
    output = tmp_path / "mutants.jsonl"
    assert make_mutants.main([str(output)]) == 0
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len({line["id"] for line in lines}) >= 12 and len(lines) >= 60
    assert {line["id"] for line in lines} == set(MUTATED)
    assert all(line["answer"].startswith("```python\n") for line in lines)


def test_a_text_that_does_not_stand_once_is_refused():
    with pytest.raises(ValueError, match="stands 2 times"):
        make_mutants.mutate("x = x\n", {"name": "m", "find": "x", "replace": "y"})
    with pytest.raises(ValueError, match="there must be one"):
        make_mutants.golden_of("no_such_operator")


def test_quickstart_answers_every_tagged_operator():
    text = (ROOT / "configs/answers/quickstart.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    tagged = {name for name, folder in FOLDERS.items() if "quickstart" in description(folder)["tags"]}
    assert {row["id"] for row in rows} == tagged
    for operator in tagged:
        notes = [row["note"].split(":")[0] for row in rows if row["id"] == operator]
        assert {"right", "cheat"} <= set(notes) and len(notes) >= 3
    for row in rows:
        assert set(row) == {"id", "answer", "note"}
        code = row["answer"].split("```python\n")[1].split("```")[0]
        defined = [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
        assert signature(description(FOLDERS[row["id"]])).name in defined
