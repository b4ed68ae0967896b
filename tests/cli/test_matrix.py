"""A run is suites × prompts × models × draws, judged by every judge and filtered by `where`."""

from __future__ import annotations

import collections
import json
import pathlib

from support import Bench

SHARED = {"runtime": {"use": "stub"}, "metrics": ["accuracy"], "judges": ["strict"], "limits": {"parallel": 2}}


def matrix(bench: Bench) -> dict:
    """Two suites of one plugin, two prompts, two models of one plugin, one of which is asked some tasks only."""
    bench.write(["right", "wrong", "raise oh no"])
    for operator in (bench.folder / "operators/stub").iterdir():
        declared = json.loads((operator / "operator.yaml").read_text())
        declared["instruction"]["complex"] = "Act, in detail."
        (operator / "operator.yaml").write_text(json.dumps(declared))
    draws = [json.dumps({"id": name, "answer": f"```\nstub\n{act}\n```\n"})
             for name, act in (("t01", "right"), ("t01", "wrong"), ("t02", "right"), ("t03", "right"))]
    (bench.folder / "draws.jsonl").write_text("\n".join(draws) + "\n")
    (bench.folder / "shared.yaml").write_text(json.dumps(
        {**SHARED, "runtime": {"use": "stub", "python": str(bench.python)}}))
    config = {"include": "shared.yaml", "name": "matrix",
              "suites": [{"use": "operators", "path": "operators", "as": "all"},
                         {"use": "operators", "path": "operators", "as": "some", "where": {"names": ["t01"]}}],
              "models": [{"use": "replay", "file": "answers.jsonl", "as": "once"},
                         {"use": "replay", "file": "draws.jsonl", "as": "twice", "where": {"names": ["t01", "t02"]}}],
              "prompts": ["simple", "complex"], "judges": ["strict", "paper"]}
    (bench.folder / "run.yaml").write_text(json.dumps(config))
    return config


def records(folder: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]


def test_the_whole_matrix(bench: Bench) -> None:
    matrix(bench)
    done = bench.run()
    assert done.returncode == 0, done.stderr
    found = records(bench.folder / "out")
    cells = collections.Counter((r["suite"], r["task"], r["prompt"], r["model"], r["draw"]) for r in found)
    expected = {(suite, task, prompt, model, draw)
                for suite, tasks in (("all", ("t01", "t02", "t03")), ("some", ("t01",)))
                for prompt in ("simple", "complex") for task in tasks
                for model, draw in (("once", 0), ("twice", 0), ("twice", 1))
                if model == "once" or (task == "t01" or (task == "t02" and draw == 0))}
    assert set(cells) == expected and set(cells.values()) == {1}
    assert len({record["key"] for record in found}) == len(found) == 18


def test_every_judge_judges_and_paper_says_why_it_cannot(bench: Bench) -> None:
    matrix(bench)
    done = bench.run()
    for record in records(bench.folder / "out"):
        strict, paper = record["attempts"][-1]["verdicts"]
        assert strict["judge"] == "strict" and strict["outcome"] in ("passed", "wrong_value", "call_error")
        assert (paper["judge"], paper["outcome"]) == ("paper", "not_judged")
        assert "paper" in paper["reason"] and record["suite"] in paper["reason"]
        figures = {m["labels"]["judge"] for m in record["measurements"]}
        assert figures == {"strict"}, "what is not judged gives no figure"
    assert "not_judged" in done.stdout


def test_suites_of_one_plugin_draw_their_own_inputs(bench: Bench) -> None:
    bench.write(["wrong"])
    bench.configure(suites=[{"use": "operators", "path": "operators", "as": name} for name in ("one", "two")])
    assert bench.run().returncode == 0
    reasons = {r["suite"]: r["attempts"][0]["verdicts"][0]["reason"] for r in records(bench.folder / "out")}
    assert set(reasons) == {"one", "two"} and reasons["one"] != reasons["two"]


def test_instances_of_one_name_are_refused(bench: Bench) -> None:
    bench.write(["right"])
    bench.configure(models=[{"use": "replay", "file": "answers.jsonl"}] * 2)
    done = bench.run()
    assert done.returncode == 2 and "replay" in done.stderr and "as" in done.stderr
