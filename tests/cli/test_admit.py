"""`touchstone admit` with the stub runtime: what it runs, shows, keeps, and goes on with. Whether the gate judges real
operators well is tests/acceptance/test_gate.py."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from support import Bench, environment, binary, run, wait_until

GOLDEN = "stub\nright\n"


@pytest.fixture
def suite(bench: Bench) -> Bench:
    """Two tasks with goldens of the stub, which has no kernels: no mutant can be made of them."""
    bench.write(["right", "right"])
    for name in ("t01", "t02"):
        golden_of(bench, name).write_text(GOLDEN)
    return bench


def golden_of(bench: Bench, task: str):
    return bench.folder / "operators/stub" / task / "golden.py"


def admit(bench: Bench, *words: str):
    return run(["admit", "operators", "--operators", "operators", "--runtime", "stub", "--output", "gate",
                "--set", f"runtime.python={bench.python}", *words], bench.folder)


def findings(done) -> dict[str, dict[str, str]]:
    return {task["task"]: {it["check"]: it["state"] for it in task["findings"]}
            for task in json.loads(done.stdout)["tasks"]}


def test_each_check_of_each_task(suite: Bench) -> None:
    golden_of(suite, "t02").write_text("stub\nwrong\n")
    done = admit(suite, "--json")
    assert done.returncode == 1, done.stderr
    found = findings(done)
    assert found["t01"] == {"golden": "ok", "kernels": "ok", "null": "ok", "reference": "ok", "cases": "fail",
                            "inputs": "ok", "mutants": "fail", "instruction": "fail", "unlike": "ok"}
    assert found["t02"]["golden"] == "fail" and found["t02"]["kernels"] == "fail"
    assert sorted(path.name for path in (suite.folder / "gate").iterdir()) == [
        "admission.json", "artifacts", "examined.jsonl", "lock", "secret-1", "secret-2", "secret-3"]
    assert json.loads((suite.folder / "gate/admission.json").read_text()) == json.loads(done.stdout)
    suite.assert_nothing_runs()


def test_the_table_tells_each_reason(suite: Bench) -> None:
    done = admit(suite, "--task", "t01")
    assert done.returncode == 1
    assert "✗  t01   ✓       ✓" in done.stdout
    assert "t01   mutants      only 0 mutants of its golden caught; 5 are asked for" in done.stdout
    assert "t01   instruction  'simple' does not name t01" in done.stdout
    assert "0 of 1 task admitted" in done.stdout and "t02" not in done.stdout


def test_what_is_saved_keeps_a_task_out_of_strict_scores(suite: Bench) -> None:
    assert suite.run("before").returncode == 0
    done = admit(suite, "--task", "t01", "--save", "operators/admission.json")
    assert done.returncode == 1, done.stderr
    kept = json.loads((suite.folder / "operators/admission.json").read_text())
    assert kept["tasks"]["t01"]["cpu"]["failed"] == ["cases", "mutants", "instruction"]
    after = suite.run("after")
    assert after.returncode == 0, after.stderr
    assert "t01: the admission gate keeps its task out of strict scores: cases, mutants, instruction" in after.stdout
    scores = {name: {figure["n"] for group in json.loads(run(["report", name, "--json"], suite.folder).stdout)["groups"]
                     if group["by"] == "model" for figure in group["figures"]} for name in ("before", "after")}
    assert scores == {"before": {2}, "after": {1}}
    record = next(json.loads(line) for line in (suite.folder / "after/records.jsonl").read_text().splitlines()
                  if '"t01"' in line)
    assert record["notes"] == ["the admission gate keeps its task out of strict scores: cases, mutants, instruction"]


def test_a_task_that_was_changed_must_go_through_again(suite: Bench) -> None:
    admit(suite, "--save", "operators/admission.json")
    golden_of(suite, "t01").write_text("stub\nright\n\n")
    after = suite.run("after")
    assert "t02: the admission gate keeps its task out of strict scores: cases, mutants" in after.stdout
    assert "t01: the admission gate keeps its task out of strict scores: changed since the gate saw it" in after.stdout


def test_rows_of_other_tasks_and_families_stay(suite: Bench) -> None:
    file = suite.folder / "operators/admission.json"
    file.write_text(json.dumps({"tasks": {"t01": {"npu": {"sha256": "x", "failed": []}},
                                         "old": {"npu": {"sha256": "y", "failed": []}}}}))
    admit(suite, "--task", "t01", "--save", str(file))
    tasks = json.loads(file.read_text())["tasks"]
    assert set(tasks) == {"t01", "old"} and set(tasks["t01"]) == {"npu", "cpu"}


def test_a_file_that_is_not_the_gates_is_left_alone(suite: Bench) -> None:
    (suite.folder / "notes.json").write_text("{}\n")
    done = admit(suite, "--task", "t01", "--save", "notes.json")
    assert done.returncode == 2 and "this file is not what the gate keeps" in done.stderr
    assert (suite.folder / "notes.json").read_text() == "{}\n"
    for damaged in ("{}", '{"tasks": {"t01": 5}}', '{"tasks": {"t01": {"cpu": {"failed": []}}}}',
                    '{"tasks": {"t01": {"cpu": {"sha256": "x", "failed": "mutants"}}}}'):
        (suite.folder / "operators/admission.json").write_text(damaged)
        done = suite.run()
        assert done.returncode == 2 and "this is not what the admission gate keeps" in done.stderr, damaged


def test_it_goes_on_from_where_it_was_left(suite: Bench) -> None:
    first = admit(suite, "--json")
    starts = suite.starts()
    again = admit(suite, "--json")
    assert again.stdout == first.stdout and suite.starts() == starts, "all was there: no worker is started"


def test_an_edited_task_is_judged_again_and_the_others_are_not(suite: Bench) -> None:
    admit(suite)
    before = {name: suite.records(f"gate/{name}") for name in ("secret-1", "secret-3")}
    golden_of(suite, "t02").write_text("stub\nwrong\n")
    assert findings(admit(suite, "--json"))["t02"]["golden"] == "fail"
    golden_of(suite, "t02").write_text(GOLDEN)
    starts = suite.starts()
    assert findings(admit(suite, "--json"))["t02"]["golden"] == "ok", "what is known of it counts again"
    assert suite.starts() == starts
    for name, records in before.items():
        assert records < suite.records(f"gate/{name}")


def test_an_interrupt_loses_nothing(suite: Bench) -> None:
    golden_of(suite, "t02").write_text("stub\nsleep 0.2\nright\n")
    words = [binary(), "admit", "operators", "--operators", "operators", "--runtime", "stub", "--output", "gate",
             "--set", f"runtime.python={suite.python}", "--set", "limits.parallel=1"]
    under_way = subprocess.Popen(words, cwd=suite.folder, env=environment(), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
    wait_until(lambda: suite.finished("gate/secret-1") >= 2, "two records")
    under_way.send_signal(signal.SIGINT)
    _, said = under_way.communicate(timeout=60)
    assert under_way.returncode == 130 and "the same command goes on from here" in said
    suite.assert_nothing_runs()
    before = suite.records("gate/secret-1")
    done = admit(suite, "--json")
    assert before < suite.records("gate/secret-1") and findings(done)["t02"]["golden"] == "ok"


@pytest.mark.parametrize("words, said", [
    (["--task", "t0l"], "did you mean t01?"),
    (["--secrets", "0"], "--secrets: expected a whole number from 1 to 1000"),
    (["--mutants", "many"], "--mutants: expected a whole number from 5 to 200"),
    (["--secrets", "1", "--save", "kept.json"], "what is saved must be found by no less than the usual gate"),
    (["--set", "prompts=[simple]"], "the gate takes settings of runtime and limits alone"),
    (["--operators", "nowhere"], "the folder of operators cannot be read"),
])
def test_what_is_wrong_is_told(suite: Bench, words: list[str], said: str) -> None:
    done = admit(suite, *words)
    assert done.returncode == 2 and said in done.stderr and not (suite.folder / "gate").exists(), done.stderr


def test_one_run_has_one_opinion_of_what_is_kept_out(suite: Bench) -> None:
    assert suite.run("out", "--shard", "1/2", "--set", "secret=all-shards").returncode in (0, 5)
    admit(suite, "--task", "t01", "--save", "operators/admission.json")
    done = suite.run("out", "--shard", "2/2", "--set", "secret=all-shards")
    assert done.returncode == 2 and "kept out: is new" in done.stderr and "cases, mutants, instruction" in done.stderr
