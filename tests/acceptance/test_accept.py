"""The acceptance program's own judgement, on made-up records: a mistake of the judge must not slip through here."""
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import accept  # noqa: E402
import devices  # noqa: E402
import findings  # noqa: E402
import interruptions  # noqa: E402
import summary  # noqa: E402


def record(task="add", outcome="passed", draw=0, calls=9, failed=None, note=None, answer=None):
    details = {"calls": calls} if failed is None else {"calls": calls, "failed": failed}
    verdict = {"judge": "strict", "outcome": outcome, "reason": "why\nso", "details": details}
    completion = {"origin": {"answer": answer} if answer else None}
    attempt = {"completion": completion, "execution": {"calls": [{}] * calls}, "verdicts": [verdict]}
    return {"key": f"{task}{draw}", "task": task, "draw": draw, "note": note, "attempts": [attempt]}


def goldens(records, planned=None):
    found = findings.Goldens()
    findings.add_goldens(found, records, len(records) if planned is None else planned, seed=3)
    return found


def test_goldens_that_pass_are_counted_call_by_call():
    found = goldens([record("add"), record("softmax", calls=14)])
    assert (found.calls, found.failed_calls, found.samples) == (23, 0, 2)
    assert not found.accused and not found.open
    text = "\n".join(summary.goldens_text(found, 1))
    assert "0 of 23 calls accused" in text and "12.21 %" in text and "| softmax | 14 |" in text


@pytest.mark.parametrize("outcome", ["wrong_value", "not_triton", "timeout", "policy_violation"])
def test_every_other_outcome_accuses_a_golden(outcome):
    found = goldens([record("add", outcome, failed=2), record("softmax")])
    assert (found.calls, found.failed_calls) == (18, 2)
    assert [str(line) for line in found.accused] == [f"add, seed 3: `{outcome}` why so"]
    assert "2 of 18 calls accused" in "\n".join(summary.goldens_text(found, 1))


def test_a_golden_refused_as_a_whole_has_a_failed_call():
    refused = record("add", "load_error", calls=0)
    refused["attempts"][0]["verdicts"][0]["details"] = None
    found = goldens([refused])
    assert (found.calls, found.failed_calls, len(found.accused)) == (1, 1, 1)


def test_no_verdict_is_neither_a_pass_nor_an_accusation():
    attemptless = {**record("matmul"), "attempts": []}
    found = goldens([record("add", "infrastructure"), record("softmax", "not_judged"), attemptless])
    assert (found.calls, found.samples, found.accused, len(found.open)) == (0, 0, [], 3)


def test_a_sample_without_a_record_is_seen():
    assert [line.outcome for line in goldens([record()], planned=2).open] == ["missing"]
    assert [line.outcome for line in findings.find_nulls([], 6).open] == ["missing"]


def test_nulls_are_laid_out_by_operator_and_answer():
    found = findings.find_nulls([record("add", "wrong_value", 0, answer="zeros"),
                                 record("add", "passed", 1, answer="first"),
                                 record("add", "not_triton", 2, answer="random")], 3)
    assert found.outcomes == {"add": {"zeros": "wrong_value", "first": "passed", "random": "not_triton"}}
    assert [line.where for line in found.passed] == ["add, first"]
    assert [line.where for line in found.library] == ["add, random"]
    text = "\n".join(summary.nulls_text(found))
    assert "1 of 3 passed, 1 were right by value" in text
    assert "| add | – | wrong_value | passed | not_triton | – | – |" in text


def row(mutant, **more):
    return {"id": "add", "answer": "…", "mutant": mutant, "note": mutant, **more}


def test_mutants_are_matched_with_their_rows_by_draw():
    rows = [row("a"), row("b"), row("c", equivalent="the same code"), row("d", only="cuda", reason="too precise")]
    records = [record(outcome="wrong_value", draw=0, note="a"), record(draw=1, note="b"), record(draw=2, note="c"),
               record(draw=3, note="d")]
    found = findings.find_mutants(records, rows, "cpu")
    assert found.listed == 4 and dict(found.caught) == {"wrong_value": 1}
    assert [line.where for line in found.missed] == ["add, b"]
    assert [line.reason for line in found.explained] == ["equivalent: the same code", "only on cuda: too precise"]
    on_cuda = findings.find_mutants(records, rows, "cuda")
    assert [line.where for line in on_cuda.missed] == ["add, b", "add, d"]


def test_an_excused_mutant_that_is_caught_is_shown():
    found = findings.find_mutants([record(outcome="crash", note="a")], [row("a", equivalent="it is right")], "cpu")
    assert sum(found.caught.values()) == 1 and [line.where for line in found.doubtful] == ["add, a"]


def test_a_mutant_that_was_not_judged_is_not_caught():
    rows = [row("a"), row("b"), row("c"), row("d")]
    records = [record(outcome="no_code", draw=0, note="a"), record(outcome="infrastructure", draw=1, note="b"),
               record(outcome="wrong_value", draw=2, note="of another row"),
               record(outcome="wrong_value", draw=7, note="x")]
    found = findings.find_mutants(records, rows, "cpu")
    assert not found.caught
    assert [line.outcome for line in found.open] == ["no_code", "infrastructure", "missing", "missing", "unlisted"]


def test_references_are_right_but_no_kernel_of_their_own():
    view = record("expand")
    view["attempts"][0]["verdicts"][0]["details"]["tags"] = ["metadata"]
    found = findings.References()
    findings.add_references(found, [record("mm", "not_triton"), view, record("eig", "not_judged"), record("add"),
                                    record("sum", "wrong_value"), record("exp", "infrastructure")], 7, seed=3)
    assert (found.samples, found.right, found.views, found.not_judged) == (6, 1, {"expand"}, {"eig": "why\nso"})
    assert [line.where for line in found.accused] == ["add, seed 3", "sum, seed 3"]
    assert [line.outcome for line in found.open] == ["missing", "infrastructure"]
    text = "\n".join(summary.references_text(found, 1))
    assert "1 of 3 right" in text and "- expand" in text and "- eig" in text


def published(outcomes):
    return [{**record(task, outcome), "model": model} for (model, task), outcome in outcomes.items()]


def test_published_answers_are_compared_sample_by_sample():
    here = {("gpt", "add"): "passed", ("gpt", "mm"): "crash", ("qwen", "add"): "infrastructure"}
    there = {("gpt", "add"): "passed", ("gpt", "mm"): "device_error", ("qwen", "mm"): "passed"}
    found = findings.find_published(published(here), 3, published(there))
    ((cause, (line,)),) = found.differing.items()
    assert (found.compared, line.where) == (2, "gpt, mm") and cause.startswith("wrong on both")
    assert [line.where for line in found.open] == ["qwen, add"]
    text = "\n".join(summary.published_text(found, "elsewhere"))
    assert "| gpt | 2 | 1 | 0 | 1 |" in text and "1 of 2 outcomes are those" in text
    assert "other device" not in "\n".join(summary.published_text(found, None))


def said(outcome, reason="", notes=()):
    found = record("add", outcome)
    found["attempts"][0]["verdicts"][0]["reason"] = reason
    found["attempts"][0]["execution"] = {"notes": list(notes)}
    return found


@pytest.mark.parametrize("cpu, gpu, words", [
    (said("passed"), said("load_error", "Pointer argument (at 0) cannot be accessed from Triton"), "of the host"),
    (said("wrong_value", notes=["k loads outside every tensor (line 3)"]), said("passed"), "loads outside"),
    (said("call_error", "IndexError: k stores outside every tensor"), said("passed"), "stores outside"),
    (said("wrong_value"), said("call_error", "CompilationError: at 3:4"), "does not compile"),
    (said("load_error", "No module named 'scipy'"), said("passed"), "package"),
    (said("timeout"), said("passed"), "too slow"),
    (said("passed"), said("wrong_value"), None),
    (said("passed"), said("not_triton"), None),
])
def test_a_difference_between_devices_has_a_cause_or_is_told_to_have_none(cpu, gpu, words):
    cause = devices.explain(cpu, gpu)
    assert cause is None if words is None else words in cause


def fake_run(tmp_path, body):
    """Kills a program twice whose folder is $2 and whose good records lie in $records; `body` is what it does."""
    (tmp_path / "records.jsonl").write_text(json.dumps(record()) + "\n", encoding="utf-8")
    script = tmp_path / "program"
    script.write_text(f'#!/bin/sh\nmkdir -p "$2"; records={tmp_path}/records.jsonl\n{body}\n', encoding="utf-8")
    script.chmod(0o755)
    return interruptions.kill([str(script)], tmp_path / "work", [record()], 2)


@pytest.fixture
def quick(monkeypatch):
    for name, value in {"MOST_SECONDS": 0.3, "MOST_ROUNDS": 3, "PATIENCE": 0.2}.items():
        monkeypatch.setattr(interruptions, name, value)


def test_kills_are_counted_and_the_records_compared(tmp_path, quick):
    # Written by the first run only: a kill between the emptying of a file and the writing would lose a record.
    once = 'if [ -f "$2/records.jsonl" ]; then touch "$2/more"; else cat $records > "$2/records.jsonl"; fi'
    loop = "i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); done"  # ends by itself, should a kill come before the touch
    found = fake_run(tmp_path, f'[ -f "$2/more" ] && exit 0; {once}; {loop}')
    assert (found.kills, found.records, found.wrong) == (2, 1, [])


@pytest.mark.parametrize("body, says", [
    ("echo no luck >&2; exit 4", "ended with 4: no luck"),
    ('sed s/add0/x/ $records > "$2/records.jsonl"', "came to other records"),
    ('cat $records > "$2/records.jsonl"; touch $HOME/litter', "left in home: litter"),
    ('cat $records > "$2/records.jsonl"', "runs end before they are killed"),
    ("sleep 2", "outlive their host")])
def test_what_a_killed_run_must_not_leave(tmp_path, quick, body, says):
    assert any(says in text for text in fake_run(tmp_path, body).wrong)


def test_the_last_record_of_a_sample_counts(tmp_path):
    file = tmp_path / "records.jsonl"
    lines = [record(outcome="infrastructure"), record("softmax"), record(outcome="passed")]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert [findings.verdict(line)["outcome"] for line in findings.read_records(file)] == ["passed", "passed"]


def test_the_bound_is_that_of_no_case_in_n():
    assert findings.upper_bound(0) == 1
    assert findings.upper_bound(1) == pytest.approx(0.95)
    assert findings.upper_bound(2560) == pytest.approx(0.00117, rel=0.01)


class FakeBench:
    """Hands out records instead of making a run."""

    def __init__(self, work, records):
        self.work, self.records, self.only = work, records, []

    def run(self, name, model, seed=0):
        return accept.Done(self.records, len(self.records), {"devices": [{"family": "cpu"}]})


def judged(tmp_path, step, records, words=()):
    return accept.STEPS[step](FakeBench(tmp_path, records), accept.parse([*words, step]))[2]


@pytest.mark.parametrize("outcome, golden, null, mutant", [
    ("passed", True, False, False), ("not_triton", False, False, True), ("wrong_value", False, True, True),
    ("infrastructure", False, False, False), ("no_code", False, False, False)])
def test_what_is_accepted(tmp_path, outcome, golden, null, mutant):
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps(row("a")) + "\n", encoding="utf-8")
    one = [record(outcome=outcome, note="a")]
    assert judged(tmp_path, "goldens", one, ["--seeds", "2"]) == golden
    assert judged(tmp_path, "nulls", one) == null
    assert judged(tmp_path, "mutants", one, ["--mutants", str(answers)]) == mutant


def test_nothing_judged_is_not_accepted(tmp_path):
    assert not judged(tmp_path, "goldens", [], ["--seeds", "2"])
    assert not judged(tmp_path, "nulls", [])


def test_a_run_that_fails_ends_with_4(tmp_path, capsys):
    assert accept.main(["--bin", "/bin/false", "--work", str(tmp_path), "nulls"]) == 4
    assert "nulls: touchstone run" in capsys.readouterr().err
