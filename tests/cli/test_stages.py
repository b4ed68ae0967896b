"""`--until generate` and `--from execute`: models are asked on one machine, candidates run on another."""

from __future__ import annotations

import json
import os
import signal

import pytest

from support import Bench, run, start, wait_until

SECRET = "0f" * 16
ACTS = ["right", "wrong", "raise oh no", "library"]


def asked(bench: Bench, output: str = "out") -> int:
    folder = bench.folder / output / "completions"
    return len(list(folder.glob("*.json"))) if folder.exists() else 0


def test_the_two_halves_give_what_the_whole_gives(bench: Bench) -> None:
    bench.write(ACTS, secret=SECRET)
    assert bench.run("whole").returncode == 0
    starts = bench.starts()
    bench.python.rename(bench.folder / "away")
    first = bench.run("out", "--until", "generate")
    assert first.returncode == 0 and "--from execute" in first.stderr, first.stderr
    assert bench.starts() == starts and asked(bench) == 4 and bench.finished() == 0
    assert not (bench.folder / "out/secret").exists(), "it needs none yet"
    shown = run(["report", "out"], bench.folder)
    assert "4 of 4 samples are not done" in shown.stdout and "4 completions are stored" in shown.stdout
    (bench.folder / "away").rename(bench.python)
    (bench.folder / "answers.jsonl").unlink()
    second = bench.run("out", "--from", "execute")
    assert second.returncode == 0, second.stderr
    assert bench.records("out") == bench.records("whole")


def test_a_missing_completion_is_said_and_no_model_is_asked(bench: Bench) -> None:
    bench.write(ACTS)
    assert bench.run("out", "--until", "generate").returncode == 0
    lost = next(path for path in (bench.folder / "out/completions").iterdir()
                if json.loads(path.read_text())["task"] == "t02")
    lost.unlink()
    done = bench.run("out", "--from", "extract")
    assert done.returncode == 0 and "no completion is stored for operators t02 by answers, draw 0" in done.stderr
    assert bench.finished() == 3 and "1 of 4 samples are not done" in done.stdout
    assert json.loads((bench.folder / "out/status.json").read_text())["state"] == "waiting for completions"
    assert bench.run("out", "--until", "generate").returncode == 0
    again = bench.run("out", "--from", "execute")
    assert again.returncode == 0 and bench.finished() == 4 and "no completion" not in again.stderr


def test_stored_completions_serve_a_whole_run_too(bench: Bench) -> None:
    bench.write(ACTS)
    assert bench.run("out", "--until", "generate").returncode == 0
    path = next((bench.folder / "out/completions").iterdir())
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, "text": "```\nstub\ncrash\n```\n"}))
    assert bench.run("out").returncode == 0
    outcomes = {json.loads(r)["task"]: json.loads(r)["attempts"][0]["verdicts"][0]["outcome"] for r in bench.records()}
    assert outcomes[stored["task"]] == "crash"


def test_several_draws_are_known_without_the_model(bench: Bench) -> None:
    bench.write(["right", "wrong"])
    with open(bench.folder / "answers.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "t01", "answer": "```\nstub\nwrong\n```"}) + "\n")
    assert bench.run("out", "--until", "generate").returncode == 0 and asked(bench) == 3
    (bench.folder / "answers.jsonl").unlink()
    assert bench.run("out", "--from", "execute").returncode == 0 and bench.finished() == 3


def test_asking_goes_on_where_it_was_killed(bench: Bench) -> None:
    bench.write(ACTS * 5)
    slow = bench.folder / "slow"  # from its eighth answer on it waits for the file `go`
    slow.write_text(f'#!/bin/sh\ncd "{bench.folder}"\necho >> asks\n[ $(wc -l < asks) -lt 8 ] || '
                    'until [ -e go ]; do sleep 0.02; done\necho "I am sorry."\n')
    slow.chmod(0o755)
    bench.configure(models=[{"use": "command", "argv": [str(slow)]}], secret=SECRET)
    process = start(bench.words("out", "--until", "generate"), bench.folder)
    wait_until(lambda: asked(bench) >= 4, "some are asked")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = {p.name: p.read_bytes() for p in (bench.folder / "out/completions").glob("*.json")}
    assert 4 <= len(before) < 20
    (bench.folder / "go").write_text("")
    done = bench.run("out", "--until", "generate")
    assert done.returncode == 0 and f"{len(before)} of 20 samples are answered" in done.stderr, done.stderr
    after = {p.name: p.read_bytes() for p in (bench.folder / "out/completions").glob("*.json")}
    assert len(after) == 20 and before.items() <= after.items()


def test_shards_are_the_same_in_both_halves(bench: Bench) -> None:
    bench.write(ACTS * 2, secret=SECRET)
    total = 0
    for part in ("1/2", "2/2"):
        output = "part" + part[0]
        assert bench.run(output, "--shard", part, "--until", "generate").returncode == 0
        total += asked(bench, output)
        done = bench.run(output, "--shard", part, "--from", "execute")
        assert done.returncode == 0 and "no completion" not in done.stderr
    assert total == 8
    assert run(["merge", "part1", "part2", "--output", "all"], bench.folder).returncode == 0
    assert bench.finished("all") == 8 and asked(bench, "all") == 8


def test_a_changed_plan_is_refused_in_both_halves(bench: Bench) -> None:
    bench.write(ACTS)
    assert bench.run("out", "--until", "generate").returncode == 0
    for half in (("--until", "generate"), ("--from", "execute"), ()):
        done = bench.run("out", *half, "--set", "seed=9")
        assert done.returncode == 2 and "config.seed: was 1, is now 9" in done.stderr, done.stderr


@pytest.mark.parametrize(("words", "says"), [
    (["--until", "judge"], "--until generate"), (["--from", "judge"], "--from execute"),
    (["--from", "execute"], "no completions are stored here"),
    (["--until", "generate", "--from", "execute"], "one of")])
def test_a_split_that_cannot_be_is_refused(bench: Bench, words: list[str], says: str) -> None:
    bench.write(["right"])
    done = bench.run("out", *words)
    assert done.returncode == 2 and says in done.stderr and not (bench.folder / "out").exists(), done.stderr
