"""Whole runs under both judges: what `paper` makes of a program that is run whole, beside what `strict` makes of calls.
The suite is tritonbench over a checkout made here, whose goldens, tests and answers act for the stub runtime."""

from __future__ import annotations

import json
import pathlib
import signal

import pytest

from support import Bench, run, tidy

LINE = "#" * 146
HERE = pathlib.Path(__file__).parent
SECRET = "5e" * 32


class PaperBench(Bench):
    """Tasks t01, t02 … of (golden's acts, test's acts, answer)."""

    def write_tasks(self, tasks: list[tuple[str, str, str]], **config) -> None:
        data = self.folder / "checkout/data"
        (data / "TritonBench_T_v1").mkdir(parents=True)
        rows, asked, answers = [], [], []
        for number, (golden, test, answer) in enumerate(tasks, 1):
            name = f"t{number:02}"
            text = f"{acts(golden)}def {name}():\n    pass\n{LINE}\n{acts(test)}def test_{name}():\n    {name}()\n"
            (data / f"TritonBench_T_v1/{name}.py").write_text(text)
            rows.append({"description": f"Does what {name} does.", "difficulty": 1, "file": f"{name}.py"})
            asked.append({"instruction": f"Functional Description: Does what {name} does.\n"})
            answers.append(json.dumps({"id": name, "answer": answer}) + "\n")
        (data / "TritonBench_T_v1.jsonl").write_text(json.dumps(rows))
        for style in ("simp", "comp"):
            (data / f"TritonBench_T_{style}_alpac_v1.json").write_text(json.dumps(asked))
        (self.folder / "answers.jsonl").write_text("".join(answers))
        self.configure(suites=[{"use": "tritonbench", "path": "checkout"}], judges=["strict", "paper"], secret=SECRET,
                       **config)

    def verdicts(self, judge: str = "paper") -> list[dict]:
        """In the order of the tasks."""
        records = sorted(map(json.loads, self.records()), key=lambda record: record["task"])
        return [next(verdict for verdict in record["attempts"][-1]["verdicts"] if verdict["judge"] == judge)
                for record in records]

    def marks(self) -> int:
        """How often the act `mark` was done."""
        counted = self.folder / "marks"
        return len(counted.read_text().splitlines()) if counted.exists() else 0


def acts(text: str) -> str:
    return "".join(f"#! {act}\n" for act in text.split(";") if act)


def answer(strict: str, program: str = "") -> str:
    """No fence: upstream's extraction and ours find the same."""
    return f"stub\n{strict}\n{acts(program)}"


@pytest.fixture
def bench(tmp_path: pathlib.Path):
    bench = PaperBench(tmp_path)
    yield bench
    bench.end_all()


def test_how_a_program_ends_and_what_it_prints_make_the_verdict(bench: PaperBench) -> None:
    bench.write_tasks([
        ("", "", answer("right")),
        ("print 1", "print 2", answer("right", "print 1")),
        ("print 1", "print 2", answer("right", "print 3")),
        ("", "", answer("right", "print hello")),
        ("", "", answer("right", "end 1 NameError: name 'x' is not defined")),
        ("", "", answer("right", "die 11")),
        ("", "", answer("right", "crash")),
        ("print 1;end 1 as it likes", "", answer("right", "print 1")),
        ("crash", "", answer("right")),
    ])
    assert bench.run().returncode == 0
    found = bench.verdicts()
    assert [verdict["outcome"] for verdict in found] == [
        "passed", "passed", "wrong_value", "wrong_value", "call_error", "crash", "crash", "passed", "not_judged"]
    assert [verdict["phase"] for verdict in found] == ["compare"] * 4 + ["call"] * 3 + ["compare", "call"]
    assert found[4]["reason"] == "NameError: name 'x' is not defined"
    assert found[5]["reason"] == f"it was ended by signal {signal.SIGSEGV:d}"
    assert found[7]["details"]["golden"] == "call_error: as it likes"
    assert {verdict["outcome"] for verdict in bench.verdicts("strict")} == {"passed"}


def test_a_program_has_a_limit_of_its_own_and_a_golden_beyond_it_is_nobodys_fault(bench: PaperBench) -> None:
    bench.write_tasks([("", "", answer("right", "hang")), ("hang", "", answer("right"))],
                      limits={"parallel": 2, "program_timeout": "1s"})
    assert bench.run().returncode == 0
    assert [verdict["outcome"] for verdict in bench.verdicts()] == ["timeout", "not_judged"]
    assert [verdict["outcome"] for verdict in bench.verdicts("strict")] == ["passed", "passed"]
    bench.assert_nothing_runs()


def test_a_golden_runs_once_for_all_answers_and_only_where_one_ends_well(bench: PaperBench) -> None:
    bench.write_tasks([("mark", "", answer("right"))])
    rows = [json.dumps({"id": "t01", "answer": answer("right", program)}) + "\n"
            for program in ("end 1 no", "", "print 1", "end 1 no")]
    (bench.folder / "answers.jsonl").write_text("".join(rows))
    assert bench.run().returncode == 0
    assert sorted(verdict["outcome"] for verdict in bench.verdicts()) == [
        "call_error", "call_error", "passed", "wrong_value"]
    assert bench.marks() == 1


def test_each_judge_finds_the_code_by_its_own_rule(bench: PaperBench) -> None:
    fenced = f"```python\n{answer('right')}```\nIt prints:\n#! print fence\n"
    bench.write_tasks([("", "", fenced), ("", "", answer("right")), ("", "", ""), ("", "end 1 NameError", "no code")])
    assert bench.run().returncode == 0
    found, strict = bench.verdicts(), bench.verdicts("strict")
    assert [verdict["outcome"] for verdict in found] == ["wrong_value", "passed", "passed", "call_error"]
    assert [verdict["outcome"] for verdict in strict] == ["passed", "passed", "generation_error", "no_code"]
    records = sorted(map(json.loads, bench.records()), key=lambda record: record["task"])
    hashes = [(record["attempts"][-1]["candidate"].get("sha256"), verdict["details"].get("candidate", {}).get("sha256"))
              for record, verdict in zip(records, found)]
    assert hashes[0][0] and hashes[0][1] and hashes[0][0] != hashes[0][1]
    assert hashes[1][0] and hashes[1][1] is None
    assert found[0]["details"]["candidate"]["rule"] == "tritonbench-t"


def test_the_report_says_per_sample_why_the_judges_differ(bench: PaperBench, request: pytest.FixtureRequest) -> None:
    bench.write_tasks([
        ("", "", answer("right")),
        ("", "", answer("wrong")),
        ("", "", answer("raise oh")),
        ("print 1", "", answer("wrong", "print 1")),
        ("print 1", "", answer("right", "print 2")),
        ("", "", answer("library")),
        ("", "", f"```python\n{answer('right')}```\n#! end 1 NameError: name 'torch' is not defined\n"),
        ("", "end 1 NameError: name 'torch' is not defined", answer("right")),
        ("", "", answer("right", "print 1")),
        ("", "", ""),
        ("", "", answer("right", "end 3")),
        ("", "", answer("wrong", "end 3")),
        ("", "", answer("unloadable", "end 3")),
        ("pid", "", answer("right", "print 1")),
    ])
    assert bench.run().returncode == 0
    said = {name: tidy(run(["report", "out", *form], bench.folder).stdout, bench.folder)
            for name, form in (("table", []), ("markdown", ["--markdown"]), ("json", ["--json"]))}
    said["json"] = json.dumps(json.loads(said["json"])["judges compared"], indent=1) + "\n"
    for name, text in said.items():
        text = "".join(line for line in text.splitlines(True) if "containment" not in line)
        path = HERE / "paper" / name
        if request.config.getoption("--approve", default=False):
            path.write_text(text)
        assert text == path.read_text(), f"{path} differs; --approve writes what the program says now"
