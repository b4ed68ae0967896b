"""`--shard` and `touchstone merge`: parts of one plan become the run that one machine would have made."""

from __future__ import annotations

import json
import os
import resource
import signal

import pytest

from support import Bench, run, start

SECRET = "ab" * 16
ACTS = ["right", "wrong", "raise oh no", "library", "right", "wrong", "crash", "right", "wrong", "right"]


def merge(bench: Bench, *runs: str, output: str = "all", **how):
    return run(["merge", *runs, "--output", output], bench.folder, **how)


def whole_lines(bench: Bench, output: str) -> list[str]:
    """The records that count, times and all."""
    lines = (bench.folder / output / "records.jsonl").read_text().splitlines()
    return sorted({json.loads(line)["key"]: line for line in lines}.values())


def manifest(bench: Bench, output: str) -> dict:
    return json.loads((bench.folder / output / "manifest.json").read_text())


@pytest.fixture
def parts(bench: Bench) -> Bench:
    """Shards 1/3, 2/3 and 3/3, and the whole run."""
    bench.write(ACTS, secret=SECRET)
    for part in (1, 2, 3):
        done = bench.run(f"part{part}", "--shard", f"{part}/3")
        assert done.returncode == 0, done.stderr
        assert f"shard {part}/3 of a plan of 10 samples" in done.stdout
    assert bench.run("whole").returncode == 0
    return bench


def test_shards_share_the_plan_and_its_samples(parts: Bench) -> None:
    plans = {(parts.folder / f"part{part}/plan.json").read_text() for part in (1, 2, 3)}
    assert plans == {(parts.folder / "whole/plan.json").read_text()}
    found = [parts.records(f"part{part}") for part in (1, 2, 3)]
    assert all(found) and sum(map(len, found)) == len(ACTS)
    assert set().union(*found) == parts.records("whole")
    assert manifest(parts, "part2")["shards"] == ["2/3"]
    again = parts.run("part2", "--shard", "2/3")
    assert again.returncode == 0 and len(whole_lines(parts, "part2")) == len(found[1])


def test_a_shard_keeps_its_secret_while_others_may_still_be_judged(parts: Bench) -> None:
    assert SECRET not in (parts.folder / "part1/config.yaml").read_text()
    assert merge(parts, "part1", "part2", "part3").returncode == 0
    assert SECRET in (parts.folder / "all/config.yaml").read_text()


def test_the_merged_run_is_the_whole_run(parts: Bench) -> None:
    done = merge(parts, "part1", "part2", "part3")
    assert done.returncode == 0, done.stderr
    assert parts.records("all") == parts.records("whole")
    assert "10 of 10 samples" in done.stdout and "not done" not in done.stdout
    assert {p.name for p in (parts.folder / "all/artifacts").iterdir()} == {
        p.name for p in (parts.folder / "whole/artifacts").iterdir()}
    assert len(manifest(parts, "all")["merged"]) == 3
    starts = parts.starts()
    again = parts.run("all")
    assert again.returncode == 0 and parts.starts() == starts, "nothing is left to do"


def test_merging_twice_overlapping_or_with_parts_of_itself_gives_the_same(parts: Bench) -> None:
    assert merge(parts, "part1", "part2", "part3").returncode == 0
    lines, says = whole_lines(parts, "all"), manifest(parts, "all")
    ways = [("all", ("part1", "part2", "part3")), ("turned", ("part3", "part1", "part2")),
            ("nested", ("all", "part2")), ("other", ("part1", "all", "part3"))]
    for output, runs in ways:
        assert merge(parts, *runs, output=output).returncode == 0
        assert whole_lines(parts, output) == lines, output
        assert manifest(parts, output) == says, output
    size = (parts.folder / "all/records.jsonl").stat().st_size
    assert size == sum(len(line.encode()) + 1 for line in lines), "nothing was appended anew"
    for output, runs in (("a", ("whole", "part1")), ("b", ("part1", "whole")), ("b", ("a", "whole"))):
        assert merge(parts, *runs, output=output).returncode == 0
    assert whole_lines(parts, "a") == whole_lines(parts, "b"), "of two records the same one is kept"


def test_what_is_missing_is_said_and_can_be_done(parts: Bench) -> None:
    done = merge(parts, "part1", "part3", output="some")
    left = len(parts.records("part2"))
    assert done.returncode == 0
    assert f"{left} of 10 samples are not done" in done.stdout and "shards that are not here: 2/3" in done.stdout
    assert parts.run("some").returncode == 0
    assert parts.records("some") == parts.records("whole")


def test_mixed_plans_and_secrets_are_refused_with_the_difference(parts: Bench) -> None:
    assert parts.run("seeded", "--set", "seed=7").returncode == 0
    mixed = merge(parts, "part1", "seeded")
    assert mixed.returncode == 2 and "config.seed: was 1, is now 7" in mixed.stderr and "seeded" in mixed.stderr
    assert "one plan" in mixed.stderr and not (parts.folder / "all").exists()
    assert parts.run("other", "--shard", "2/3", "--set", "secret=" + "c" * 32).returncode == 0
    secrets = merge(parts, "part1", "other")
    assert secrets.returncode == 2 and "another secret" in secrets.stderr
    into = merge(parts, "part1", output="seeded")
    assert into.returncode == 2 and "another plan" in into.stderr


@pytest.mark.parametrize(("shard", "code", "says"), [
    ("0/2", 2, "no part of a run"), ("3/2", 2, "1/4"), ("half", 2, "no part of a run"), ("1/2", 2, "needs a secret")])
def test_a_wrong_shard_is_refused(bench: Bench, shard: str, code: int, says: str) -> None:
    bench.write(["right"])
    done = bench.run("out", "--shard", shard)
    assert done.returncode == code and says in done.stderr, done.stderr
    assert not (bench.folder / "out").exists()


def test_a_shard_without_a_sample_selects_nothing(bench: Bench) -> None:
    bench.write(["right"], secret=SECRET)
    codes = sorted(bench.run(f"p{part}", "--shard", f"{part}/3").returncode for part in (1, 2, 3))
    assert codes == [0, 5, 5]


def test_a_record_that_failed_by_our_fault_gives_way(bench: Bench) -> None:
    bench.write(["right", "orphan", "wrong"], secret=SECRET, limits={"parallel": 1})
    assert bench.run("one").returncode == 0
    records = bench.folder / "one/records.jsonl"
    text = records.read_text()
    assert "infrastructure" in text
    (bench.folder / "two").mkdir()
    for path in (bench.folder / "one").iterdir():
        if path.is_file() and path.name != "lock":
            (bench.folder / "two" / path.name).write_bytes(path.read_bytes())
    mended = [json.loads(line) for line in text.splitlines()]
    for record in mended:
        for verdict in record["attempts"][-1]["verdicts"]:
            verdict["outcome"] = verdict["outcome"].replace("infrastructure", "crash")
    (bench.folder / "two/records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in mended))
    assert merge(bench, "one", "two").returncode == 0
    kept = [json.loads(line) for line in whole_lines(bench, "all")]
    assert len(kept) == 3
    assert all(record["attempts"][-1]["verdicts"][0]["outcome"] != "infrastructure" for record in kept)


def test_a_full_disk_or_a_signal_loses_nothing_of_a_merge(parts: Bench) -> None:
    size = (parts.folder / "whole/records.jsonl").stat().st_size // 2
    runs = ("part1", "part2", "part3")
    full = merge(parts, *runs, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert full.returncode == 4 and "File too large" in full.stderr, full.stderr
    assert (parts.folder / "all/records.jsonl").read_bytes()[-1:] in (b"", b"\n")
    process = start(["merge", *runs, "--output", "all"], parts.folder)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert merge(parts, *runs).returncode == 0
    assert parts.records("all") == parts.records("whole")


def test_a_folder_that_holds_no_run(parts: Bench) -> None:
    done = merge(parts, "part1", "patr2")
    assert done.returncode == 2 and "patr2" in done.stderr and "there is no run" in done.stderr
    assert run(["merge", "part1"], parts.folder).returncode == 2
