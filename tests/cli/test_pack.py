"""`touchstone pack` and `unpack`: a run as one file, whole and verified, or not at all."""

from __future__ import annotations

import io
import os
import pathlib
import resource
import stat
import tarfile

import pytest

from support import Bench, run, wait_until

SECRET = "fe" * 16


@pytest.fixture
def packed(bench: Bench) -> Bench:
    bench.write(["right", "wrong", "raise oh no"], secret=SECRET)
    assert bench.run().returncode == 0
    done = run(["pack", "out"], bench.folder)
    assert done.returncode == 0 and done.stdout.strip() == str(bench.folder / "out.tar.gz"), done.stderr
    assert "--with-secret" in done.stderr
    return bench


def tree(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def members(bench: Bench, name: str = "out.tar.gz") -> dict[str, bytes]:
    with tarfile.open(bench.folder / name) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def unpack(bench: Bench, name: str = "out.tar.gz", output: str = "copy"):
    return run(["unpack", name, "--output", output], bench.folder)


def test_a_run_comes_out_as_it_went_in_but_for_lock_and_secret(packed: Bench) -> None:
    assert unpack(packed).returncode == 0
    before, after = tree(packed.folder / "out"), tree(packed.folder / "copy")
    assert set(before) - set(after) == {"lock", "secret"} and set(after) <= set(before)
    assert {name for name in after if after[name] != before[name]} == {"config.yaml"}
    assert not any(SECRET.encode() in text for text in members(packed).values())
    report = run(["report", "copy", "--json"], packed.folder).stdout.replace("copy", "out")
    assert report == run(["report", "out", "--json"], packed.folder).stdout
    assert unpack(packed).returncode == 2, "never over a folder that is there"
    assert run(["pack", "out"], packed.folder).returncode == 2, "nor over a file"


def test_with_its_secret_a_run_can_be_reproduced(packed: Bench) -> None:
    assert run(["reproduce", "out", "--output", "no"], packed.folder).returncode == 0
    assert run(["pack", "out", "--with-secret", "--output", "whole.tar.gz"], packed.folder).returncode == 0
    assert unpack(packed, "whole.tar.gz", "whole").returncode == 0
    assert stat.S_IMODE((packed.folder / "whole/secret").stat().st_mode) == 0o600
    assert run(["reproduce", "whole"], packed.folder).returncode == 0
    assert unpack(packed).returncode == 0
    assert run(["reproduce", "copy"], packed.folder).returncode == 2


def test_a_half_done_run_does_not_go_on_with_another_secret(bench: Bench) -> None:
    bench.write(["right", "orphan"], limits={"parallel": 1})
    assert bench.run().returncode == 0
    for words in (["pack", "out"], ["unpack", "out.tar.gz", "--output", "copy"]):
        assert run(words, bench.folder).returncode == 0
    done = bench.run("copy")
    assert done.returncode == 2 and "secret is not here" in done.stderr and "--with-secret" in done.stderr


def test_a_run_at_work_is_not_packed(bench: Bench) -> None:
    bench.write(["hang"])
    process = bench.start()
    wait_until(lambda: (bench.folder / "out/manifest.json").exists(), "the run is at work")
    done = run(["pack", "out"], bench.folder)
    process.kill()
    process.communicate()
    assert done.returncode == 4 and f"process {process.pid}" in done.stderr
    assert not list(bench.folder.glob("*.tar.gz*"))


def forged(bench: Bench, change) -> None:
    """The packed run with one thing changed: a list of (TarInfo, bytes) in, the same out."""
    with tarfile.open(bench.folder / "out.tar.gz") as archive:
        parts = [(member, archive.extractfile(member).read() if member.isfile() else b"") for member in archive]
    with tarfile.open(bench.folder / "forged.tar.gz", "w:gz") as archive:
        for member, text in change(parts):
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))


def added(name: str, kind: bytes = tarfile.REGTYPE, target: str = ""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return lambda parts: [*parts, (member, b"")]


def altered(parts: list) -> list:
    return [(member, text.replace(b"wrong_value", b"passed") if member.name == "records.jsonl" else text)
            for member, text in parts]


@pytest.mark.parametrize(("change", "says"), [
    (added("/tmp/absolute"), "/tmp/absolute"), (added("../outside"), "../outside"), (added("a/../../b"), "a/../../b"),
    (added("link", tarfile.SYMTYPE, "/etc"), "a link"), (added("hard", tarfile.LNKTYPE, "plan.json"), "a link"),
    (added("pipe", tarfile.FIFOTYPE), "a link or a device"), (added("new\nline"), "no packed run"),
    (added("more"), "'more' is not in its checksums"), (altered, "the checksum of 'records.jsonl'"),
    (lambda parts: [part for part in parts if part[0].name != "plan.json"], "a file is missing"),
    (lambda parts: [part for part in parts if "checksums" not in part[0].name], "no checksums")])
def test_what_no_run_holds_is_refused(packed: Bench, change, says: str) -> None:
    forged(packed, change)
    before = set(packed.folder.parent.iterdir())
    done = unpack(packed, "forged.tar.gz")
    assert done.returncode == 4 and says in done.stderr, done.stderr
    assert not (packed.folder / "copy").exists() and not (packed.folder / "copy.part").exists()
    assert set(packed.folder.parent.iterdir()) == before


def test_a_torn_or_foreign_file_is_refused(packed: Bench) -> None:
    whole = (packed.folder / "out.tar.gz").read_bytes()
    for text in (whole[:len(whole) // 2], b"not an archive", b""):
        (packed.folder / "torn.tar.gz").write_bytes(text)
        done = unpack(packed, "torn.tar.gz")
        assert done.returncode == 4 and not (packed.folder / "copy").exists(), done.stderr
    assert unpack(packed, "none.tar.gz").returncode == 2


def test_a_full_disk_leaves_no_half_file(packed: Bench) -> None:
    full = run(["pack", "out", "--output", "new.tar.gz"], packed.folder,
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500)))
    assert full.returncode == 4, full.stderr
    assert not list(packed.folder.glob("new*"))


def test_what_a_killed_one_left_is_no_hindrance(packed: Bench) -> None:
    for name in ("copy.part", "new.tar.gz.part"):
        (packed.folder / name).mkdir()
        (packed.folder / name / "half").write_text("")
    assert unpack(packed).returncode == 0 and not (packed.folder / "copy/half").exists()
    assert run(["pack", "out", "--output", "new.tar.gz"], packed.folder).returncode == 0
    assert not list(packed.folder.glob("*.part")) and os.path.exists(packed.folder / "new.tar.gz")
