"""`touchstone reproduce`: a run again from its folder; what came out otherwise is drift, and nothing else is."""

from __future__ import annotations

import json
import os
import shutil
import signal

from support import Bench, run, start, wait_until

ACTS = ["right", "wrong", "raise oh no", "library"]


def again(bench: Bench, *words: str, output: str = "again"):
    return run(["reproduce", "out", "--output", output, *words], bench.folder)


def drift(bench: Bench, **how) -> tuple[int, dict]:
    done = again(bench, "--json", **how)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def finished(bench: Bench, **config) -> Bench:
    bench.write(ACTS, **config)
    assert bench.run().returncode == 0
    return bench


def test_an_unchanged_run_comes_out_as_before(bench: Bench) -> None:
    finished(bench)
    (bench.folder / "run.yaml").unlink()
    done = again(bench)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as before: 4 samples" in done.stdout and "No version changed" in done.stdout
    assert bench.records() == bench.records("again"), "the same secret, so the same inputs"


def test_the_folder_has_a_name_of_its_own_and_a_second_command_shows_the_same(bench: Bench) -> None:
    finished(bench)
    assert run(["reproduce", "out/"], bench.folder).returncode == 0
    starts = bench.starts()
    assert run(["reproduce", "out"], bench.folder).returncode == 0
    assert bench.starts() == starts and (bench.folder / "out.reproduced/records.jsonl").exists()


def add_case(bench: Bench, task: str) -> None:
    declared = bench.folder / "operators/stub" / task / "operator.yaml"
    text = json.loads(declared.read_text())
    text["cases"]["check"].append({"name": "three", "arguments": {}})
    declared.write_text(json.dumps(text))


def test_an_edited_operator_is_exactly_that_drift(bench: Bench) -> None:
    bench.write([*ACTS, "right 4"])
    assert bench.run().returncode == 0
    add_case(bench, "t05")
    code, found = drift(bench)
    assert code == 1 and found["compared"] == 5 and len(found["drift"]) == 1
    item = found["drift"][0]
    assert item["sample"] == "t05 of operators, prompt simple, by answers, draw 0"
    assert item["changes"][0] == 'judge.strict: was "passed (compare)", is now "wrong_value (compare)"'
    assert {change.split(" {")[0] for change in item["changes"][1:]} == {
        "figure.execution accuracy", "figure.triton accuracy"}
    assert item["causes"] == ["its task changed"]
    assert [change.split(":")[0] for change in found["versions"]] == ["data.suites.operators.tasks_sha256"]


def test_what_changed_without_an_effect_is_a_note(bench: Bench) -> None:
    finished(bench)
    add_case(bench, "t01")
    bench.write_act("t03", "right")
    code, found = drift(bench)
    assert code == 1
    assert [(item["sample"][:3], item["causes"]) for item in found["drift"]] == [
        ("t03", ["the model answered otherwise"])]
    assert found["notes"] == ["1 sample came out as before though their task or answer changed"]


def test_an_operator_that_is_gone_or_new(bench: Bench) -> None:
    finished(bench)
    shutil.move(bench.folder / "operators/stub/t02", bench.folder / "gone")
    code, found = drift(bench)
    assert code == 1 and [(d["sample"][:3], d["changes"]) for d in found["drift"]] == [
        ("t02", ["is no longer in the plan, or has no record"])]


def test_packages_and_plugins_that_changed_are_named_and_are_no_drift(bench: Bench) -> None:
    finished(bench)
    path = bench.folder / "out/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["workers"]["candidate"]["stub"] = "an older one"
    next(p for p in manifest["plugins"] if p["kind"] == "metric")["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest))
    code, found = drift(bench)
    assert code == 0 and not found["drift"]
    assert any(c.startswith('workers.candidate.stub: was "an older one"') for c in found["versions"])
    assert any(c.startswith("plugins.metric accuracy.sha256: was") for c in found["versions"])


def test_without_its_secret_a_run_cannot_be_reproduced(bench: Bench) -> None:
    finished(bench)
    (bench.folder / "out/secret").unlink()
    assert again(bench).returncode == 0, "a finished run has it in its config"
    config = bench.folder / "out/config.yaml"
    config.write_text("".join(line for line in config.read_text().splitlines(True) if not line.startswith("secret")))
    done = again(bench, output="other")
    assert done.returncode == 2 and "secret" in done.stderr and "--with-secret" in done.stderr
    assert not (bench.folder / "other").exists()


def test_an_interrupted_one_goes_on(bench: Bench) -> None:
    finished(bench)
    bench.write_act("t04", "hang")
    process = start(["reproduce", "out", "--output", "again"], bench.folder)
    wait_until(lambda: bench.finished("again") == 3, "all but the one that hangs are done")
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130 and "goes on from here" in said
    bench.assert_nothing_runs()
    bench.write_act("t04", "library")
    refused = again(bench)
    assert refused.returncode == 2 and "models" in refused.stderr, "the answers changed under it"
    assert again(bench, output="new").returncode == 0
