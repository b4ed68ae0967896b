"""`touchstone measure`: other figures of a finished run, kept beside its own, and nothing is executed again."""

from __future__ import annotations

import hashlib
import json
import pathlib

import pytest

from support import Bench, run

ACTS = ["right", "wrong", "raise oh no", "library"]


@pytest.fixture
def finished(bench: Bench) -> Bench:
    bench.write(ACTS, metrics=[], judges=["strict", "paper"])
    assert bench.run().returncode == 0
    return bench


def measure(bench: Bench, *words: str, **how):
    return run(["measure", "out", *words], bench.folder, **how)


def everything(folder: pathlib.Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file() and "measurements" not in path.parts}


def figures(bench: Bench, name: str) -> dict[str, float]:
    done = run(["report", "out", "--measurement", name, "--json"], bench.folder)
    assert done.returncode == 0, done.stderr
    groups = [group for group in json.loads(done.stdout)["groups"] if group["by"] == "model"]
    return {figure["tag"]: figure["value"] for group in groups for figure in group["figures"]}


def test_other_metrics_without_a_worker_or_a_model(finished: Bench) -> None:
    starts, before = finished.starts(), everything(finished.folder / "out")
    (finished.folder / "answers.jsonl").unlink()
    finished.python.unlink()
    done = measure(finished, "--metrics", "accuracy")
    assert done.returncode == 0, done.stderr
    assert "triton accuracy" in done.stdout and "25.0 %" in done.stdout
    assert figures(finished, "accuracy") == {
        "call accuracy": 0.75, "execution accuracy": 0.5, "triton accuracy": 0.25}
    assert finished.starts() == starts and everything(finished.folder / "out") == before
    own = run(["report", "out"], finished.folder)
    assert "triton accuracy" not in own.stdout, "the run's own figures are as they were"


def test_the_same_figures_as_the_run_itself_would_have_had(finished: Bench) -> None:
    finished.configure(metrics=["accuracy"], judges=["strict", "paper"])
    assert finished.run("whole").returncode == 0
    assert measure(finished, "--metrics", "accuracy").returncode == 0
    report = json.loads(run(["report", "whole", "--json"], finished.folder).stdout)
    own = {figure["tag"]: figure["value"] for group in report["groups"] if group["by"] == "model"
           for figure in group["figures"]}
    assert figures(finished, "accuracy") == own


def test_a_set_is_never_written_over(finished: Bench) -> None:
    assert measure(finished, "--metrics", "accuracy", "--as", "first").returncode == 0
    kept = (finished.folder / "out/measurements/first/measurements.jsonl").read_bytes()
    again = measure(finished, "--metrics", "latency", "--as", "first")
    assert again.returncode == 2 and "already" in again.stderr and "--as" in again.stderr
    assert (finished.folder / "out/measurements/first/measurements.jsonl").read_bytes() == kept
    wrong = run(["report", "out", "--measurement", "frist"], finished.folder)
    assert wrong.returncode == 2 and "did you mean first?" in wrong.stderr
    assert measure(finished, "--metrics", "accuracy", "--as", "../x").returncode == 2


def test_what_a_metric_needs_and_the_records_lack_is_said(finished: Bench) -> None:
    done = measure(finished, "--metrics", "accuracy,latency")
    assert done.returncode == 0, done.stderr
    assert "4 of 4 samples: latency: no timings were taken" in done.stdout
    assert figures(finished, "accuracy_latency")["call accuracy"] == 0.75


def test_options_of_metrics_come_from_a_file(finished: Bench) -> None:
    (finished.folder / "more.yaml").write_text("metrics: [{use: accuracy, as: shares}]\n")
    assert measure(finished, "--config", "more.yaml").returncode == 0
    assert figures(finished, "shares")["call accuracy"] == 0.75
    (finished.folder / "more.yaml").write_text("metrics: [{use: accuracy, depth: 3}]\n")
    wrong = measure(finished, "--config", "more.yaml", "--as", "other")
    assert wrong.returncode == 2 and "depth" in wrong.stderr and "more.yaml:1" in wrong.stderr


@pytest.mark.parametrize(("words", "says"), [
    ([], "no metric is named"), (["--metrics", "acuracy"], "did you mean 'accuracy'?"),
    (["--metrics", "accuracy", "--judges", "mild"], "mild"), (["--config", "none.yaml"], "none.yaml")])
def test_mistakes_are_told(finished: Bench, words: list[str], says: str) -> None:
    done = measure(finished, *words)
    assert done.returncode in (2, 4) and says in done.stderr, done.stderr
    assert not (finished.folder / "out/measurements").exists()


def test_judges_whose_verdicts_are_stored_are_used_and_others_cannot_be_had(bench: Bench) -> None:
    bench.write(ACTS, judges=["strict"])
    assert bench.run().returncode == 0
    assert measure(bench, "--metrics", "accuracy", "--judges", "strict").returncode == 0
    paper = measure(bench, "--metrics", "accuracy", "--judges", "strict,paper", "--as", "both")
    assert paper.returncode == 2, paper.stderr
    assert "no record holds a verdict of the judge 'paper'" in paper.stderr and "outputs" in paper.stderr
    assert "--set judges=[strict,paper]" in paper.stderr, "how it can be had"
    assert not (bench.folder / "out/measurements/both").exists()


def test_a_judge_alone_is_all_that_metrics_and_report_see(finished: Bench) -> None:
    assert measure(finished, "--metrics", "accuracy", "--judges", "paper", "--as", "paper").returncode == 0
    assert figures(finished, "paper") == {}
    shown = run(["report", "out", "--measurement", "paper"], finished.folder).stdout
    assert "not_judged" in shown and "wrong_value" not in shown


def test_a_task_that_changed_since_is_said(finished: Bench) -> None:
    with open(finished.folder / "operators/stub/t02/reference.py", "a", encoding="utf-8") as file:
        file.write("# other\n")
    done = measure(finished, "--metrics", "accuracy")
    assert done.returncode == 0 and "1 of 4 samples: their task has changed since" in done.stdout
    (finished.folder / "out/artifacts").rename(finished.folder / "gone")
    gone = measure(finished, "--metrics", "accuracy", "--as", "gone")
    assert gone.returncode == 0 and "completion is missing" in gone.stdout and "candidate is missing" in gone.stdout


def test_a_suite_that_is_gone_is_said(finished: Bench) -> None:
    (finished.folder / "operators").rename(finished.folder / "elsewhere")
    done = measure(finished, "--metrics", "accuracy")
    assert done.returncode == 0 and "a suite cannot be opened again" in done.stdout, done.stdout + done.stderr
    assert figures(finished, "accuracy")["call accuracy"] == 0.75
