"""Runs whose folder cannot be written, or is full: exit 4 with the cause, nothing lost; the same command goes on."""

from __future__ import annotations

import os
import pathlib
import resource
import subprocess

import pytest

from support import Bench, binary, environment

SECRET = "d15c" * 16
ACTS = ["right", "wrong", "raise oh no", "crash"] * 5


@pytest.fixture
def small_disk(tmp_path: pathlib.Path):
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_folder_that_cannot_be_made(bench: Bench) -> None:
    bench.write(["right"])
    (bench.folder / "file").write_text("")
    for output in ("file/out", "/proc/out"):
        done = bench.run(output)
        assert done.returncode == 4 and output in done.stderr, done.stderr
        assert "another folder with --output" in done.stderr
    assert bench.starts() == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(bench: Bench) -> None:
    bench.write(["right"])
    (bench.folder / "out").mkdir(mode=0o500)
    done = bench.run()
    assert done.returncode == 4 and "Permission denied" in done.stderr


def goes_on(bench: Bench, output: str) -> None:
    """The rest is done, and all is as in a run that met no such trouble."""
    assert bench.run("calm").returncode == 0
    before = bench.finished(output)
    done = bench.run(output)
    assert done.returncode == 0, done.stderr
    if before:
        assert f"{before} of {len(ACTS)} samples are done" in done.stderr
    assert bench.finished(output) == len(ACTS)
    assert bench.records(output) == bench.records("calm")
    assert not bench.scratch(output)


def test_a_disk_that_gets_full(bench: Bench, small_disk: pathlib.Path) -> None:
    bench.write(ACTS, secret=SECRET)
    output = "disk/out"
    full = bench.run(output)
    assert full.returncode == 4 and "No space left on device" in full.stderr and output in full.stderr, full.stderr
    bench.assert_nothing_runs()
    records = small_disk / "out/records.jsonl"
    assert not records.exists() or records.read_bytes()[-1:] in (b"", b"\n"), "no torn record"
    again = bench.run(output)
    assert again.returncode == 4 and "No space left on device" in again.stderr, again.stderr
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    goes_on(bench, output)


def test_a_file_that_may_grow_no_more(bench: Bench) -> None:
    bench.write(ACTS, secret=SECRET)
    assert bench.run("calm").returncode == 0
    most = (bench.folder / "calm/records.jsonl").stat().st_size // 2
    short = bench.run("out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    assert short.returncode == 4 and "File too large" in short.stderr, short.stderr
    assert "records.jsonl" in short.stderr
    assert 0 < bench.finished() < len(ACTS)
    assert (bench.folder / "out/records.jsonl").read_bytes().endswith(b"\n"), "no torn record"
    bench.assert_nothing_runs()
    goes_on(bench, "out")


def test_standard_output_that_takes_nothing(bench: Bench) -> None:
    bench.write(["right"])
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([binary(), *bench.words()], cwd=bench.folder, stdout=full, stderr=subprocess.PIPE,
                              text=True, env=environment(), stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 4
    assert bench.finished() == 1
    again = bench.run()
    assert again.returncode == 0 and "passed" in again.stdout
