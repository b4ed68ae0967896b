"""`touchstone run` with the stub runtime: what it says, what it keeps, when it refuses."""

from __future__ import annotations

import json
import pathlib
import re

import pytest

from support import Bench, run, wait_until

SECRET = "5e" * 32
EVERY_ACT = ["right", "wrong", "library", "raise oh no", "crash", "sleep 0.01\nright", "unloadable", "litter\nright"]
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # all but the end of a line


def outcomes(bench: Bench, output: str = "out") -> dict[str, str]:
    records = [json.loads(record) for record in bench.records(output)]
    return {record["task"]: record["attempts"][-1]["verdicts"][0]["outcome"] for record in records}


def test_a_run_judges_every_answer_and_shows_the_table(bench: Bench) -> None:
    bench.write(EVERY_ACT)
    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert outcomes(bench) == {
        "t01": "passed", "t02": "wrong_value", "t03": "not_triton", "t04": "call_error", "t05": "crash",
        "t06": "passed", "t07": "load_error", "t08": "passed"}
    for line in (r"bench · cpu \(stub\) · 8 of 8 samples", r"t02 .* wrong_value .*wrong for [0-9a-f]{8}",
                 r"t04 .* call_error .*ValueError: oh no", r"triton accuracy\s+37\.5 %"):
        assert re.search(line, done.stdout), (line, done.stdout)
    assert "8/8" in done.stderr and "8/8" not in done.stdout
    bench.assert_nothing_runs()
    assert not bench.scratch(), "work folders are gone, litter in unreadable folders too"
    known = {"lock", "plan.json", "secret", "records.jsonl", "manifest.json", "artifacts", "status.json", "config.yaml"}
    assert {path.name for path in (bench.folder / "out").iterdir()} - {"scratch"} == known


def test_a_finished_run_is_shown_at_once(bench: Bench) -> None:
    bench.write(EVERY_ACT)
    first = bench.run()
    starts, before = bench.starts(), (bench.folder / "out/records.jsonl").read_bytes()
    again = bench.run()
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert bench.starts() == starts > 0, "no worker was started"
    assert (bench.folder / "out/records.jsonl").read_bytes() == before


@pytest.mark.parametrize("fault", ["orphan", "curse"], ids=["a parent dies", "a checker dies between two calls"])
def test_what_failed_by_our_fault_is_tried_again(bench: Bench, fault: str) -> None:
    bench.write(["right", fault, "wrong"], limits={"parallel": 1})  # a dead parent takes its other workers along
    assert bench.run().returncode == 0
    assert outcomes(bench) == {"t01": "passed", "t02": "infrastructure", "t03": "wrong_value"}
    lines = bench.finished()
    again = bench.run()
    assert again.returncode == 0 and "2 of 3 samples are done, 1 to do" in again.stderr
    assert bench.finished() == lines + 1
    bench.assert_nothing_runs()


def test_a_worker_cannot_give_its_candidate_a_verdict(bench: Bench) -> None:
    bench.write(["claim passed", "claim not_triton", "claim not_judged", "claim splendid", "claim timeout"])
    assert bench.run().returncode == 0
    assert outcomes(bench) == {"t01": "policy_violation", "t02": "policy_violation", "t03": "policy_violation",
                               "t04": "policy_violation", "t05": "timeout"}


def test_a_secret_decides_what_is_drawn(bench: Bench) -> None:
    bench.write(["wrong", "right", "wrong"], secret=SECRET)
    for output in ("one", "two"):
        assert bench.run(output).returncode == 0
    assert bench.run("other", "--set", "secret=" + "a" * 64).returncode == 0
    assert bench.records("one") == bench.records("two") != bench.records("other")


def test_the_stored_config_alone_gives_the_same_records(bench: Bench) -> None:
    bench.write(EVERY_ACT)  # without a secret: one is drawn
    assert bench.run().returncode == 0
    elsewhere = bench.folder / "elsewhere"
    elsewhere.mkdir()
    stored = (bench.folder / "out/config.yaml").read_text()
    (elsewhere / "config.yaml").write_text(stored)
    (bench.folder / "run.yaml").unlink()
    done = run(["run", "config.yaml", "--output", "../same"], elsewhere)
    assert done.returncode == 0, done.stderr
    assert bench.records("same") == bench.records()
    assert (bench.folder / "out/secret").read_text().strip() in stored


def test_the_stored_config_goes_on_in_its_own_folder(bench: Bench) -> None:
    bench.write(EVERY_ACT, suites=[{"where": {"names": "t*"}, "path": "operators", "use": "operators"}])
    first = bench.run()
    starts = bench.starts()
    again = run(["run", "config.yaml"], bench.folder / "out")
    assert (again.returncode, again.stdout) == (0, first.stdout), again.stderr
    assert bench.starts() == starts, "no worker was started"


def test_json_is_alone_on_standard_output(bench: Bench) -> None:
    bench.write(EVERY_ACT)
    done = bench.run("out", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report == json.loads(run(["report", "out", "--json"], bench.folder).stdout)
    assert "8/8" in done.stderr


@pytest.mark.parametrize("more", [{}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}], ids=["plain", "quiet", "xterm"])
def test_no_control_codes_where_there_is_no_terminal(bench: Bench, more: dict[str, str]) -> None:
    bench.write(["right", "wrong", "raise \x1b[31mred\x1b[0m and\x07 bell"])
    done = bench.run(more=more)
    assert done.returncode == 0
    assert not CONTROL.search(done.stdout), "not even those that a candidate printed"
    assert not CONTROL.search(done.stderr)


@pytest.mark.parametrize(("setting", "says"), [
    ("draws=many", "draws"), ("limits.call_timeout=3", "call_timeout"), ("limits.memory=2parsecs", "limits.memory"),
    ("metrcs=[]", "metrcs"), ("seed=-1", "seed"), ("report=[screen]", "report"), ("draws", "draws"),
    ("runtime.device=tpu", "tpu")])
def test_settings_are_checked(bench: Bench, setting: str, says: str) -> None:
    bench.write(["right"])
    done = bench.run("out", "--set", setting)
    assert done.returncode in (2, 4) and says in done.stderr, done.stderr
    assert "Starting" not in done.stderr and not (bench.folder / "out").exists()


def test_a_changed_plan_is_refused_with_what_changed(bench: Bench) -> None:
    bench.write(["right", "wrong"])
    assert bench.run().returncode == 0
    before = (bench.folder / "out/records.jsonl").read_bytes()
    changed = bench.run("out", "--set", "seed=7")
    assert changed.returncode == 2
    assert "seed: was 1, is now 7" in changed.stderr and "--output" in changed.stderr
    bench.write(["right", "wrong", "right"])
    grown = bench.run()
    assert grown.returncode == 2 and "samples: was 2, is now 3" in grown.stderr
    assert (bench.folder / "out/records.jsonl").read_bytes() == before
    assert bench.run("out2").returncode == 0


def test_a_folder_at_work_is_refused_to_a_second_run(bench: Bench) -> None:
    bench.write(["hang"])
    first = bench.start()
    wait_until(lambda: bench.starts() >= 2, "the first run starts its workers")
    second = bench.run()
    assert second.returncode == 4
    assert f"process {first.pid}" in second.stderr
    assert first.poll() is None, "the first goes on"
    first.kill()
    first.communicate()
    bench.assert_nothing_runs()


def test_a_parent_that_cannot_start_is_no_verdict(bench: Bench) -> None:
    bench.write(["right", "wrong"])
    for break_it, cause in (("echo no luck today >&2; exit 3", "no luck today"), ("kill -9 $$", "9"),
                            ("export STUB_UNREADY=1", "told to be unready")):
        bench.mend(break_it)
        done = bench.run()
        assert done.returncode == 4 and cause in done.stderr, done.stderr
        assert bench.finished() == 0
        bench.assert_nothing_runs()
    bench.python.unlink()
    missing = bench.run()
    assert missing.returncode == 4 and str(bench.python) in missing.stderr, missing.stderr
    bench.mend()
    assert bench.run().returncode == 0 and bench.finished() == 2


def test_the_report_of_a_folder_that_holds_no_run(tmp_path: pathlib.Path) -> None:
    done = run(["report", str(tmp_path)], tmp_path)
    assert done.returncode == 2 and "there is no run" in done.stderr
    assert "touchstone run CONFIG makes a run" in done.stderr


def test_the_runs_there_are_are_named_where_a_wrong_one_is_asked_for(bench: Bench) -> None:
    bench.write(["right"])
    assert bench.run("runs/first").returncode == bench.run("runs/second").returncode == 0
    for asked, says in (("runs/fisrt", "did you mean runs/first?"), ("second", "did you mean runs/second?"),
                        ("nowhere", "there are: runs/first, runs/second"),
                        ("runs", "there are: runs/first, runs/second")):
        done = run(["report", asked], bench.folder)
        assert done.returncode == 2 and says in done.stderr, done.stderr
