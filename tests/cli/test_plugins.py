"""Two hundred installed plugins: a list of all, one of which crashes, and a run that opens only what it names."""

from __future__ import annotations

import json
import pathlib
import shutil

import pytest

from support import Bench, binary, run

MANY = 200


def made(kind: str) -> pathlib.Path:
    return pathlib.Path(binary()).parents[1] / "tests/plugins" / kind


@pytest.fixture
def crowd(tmp_path: pathlib.Path) -> pathlib.Path:
    """The small good metric under two hundred names: the name in its header has four letters, and so have these."""
    folder = tmp_path / "crowd/metrics"
    folder.mkdir(parents=True)
    original = (made("good") / "metrics/size.so").read_bytes()
    assert original.count(b"\0size\0") >= 1
    for number in range(MANY - 1):
        name = f"m{number:03}"
        (folder / f"{name}.so").write_bytes(original.replace(b"\0size\0", b"\0" + name.encode() + b"\0"))
    shutil.copy(made("bad") / "metrics/crashes.so", folder)
    return folder.parent


def test_a_list_of_all_tells_of_the_one_that_crashes(crowd: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = run(["list", "metrics", "--plugins", str(crowd), "--json"], tmp_path)
    names = [plugin["name"] for plugin in json.loads(done.stdout)]
    assert done.returncode == 4
    assert [name for name in names if name.startswith("m")] == [f"m{number:03}" for number in range(MANY - 1)]
    assert done.stderr.count("\n") == 2
    assert "crashes.so: while it was opened, it crashed with signal 11" in done.stderr


def test_a_run_opens_only_what_it_names(crowd: pathlib.Path, tmp_path: pathlib.Path, bench: Bench) -> None:
    bench.write(["right"], metrics=["accuracy", "m007"])
    done = bench.run("out", "--plugins", str(crowd), "--verbose")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    opened = [plugin["name"] for plugin in manifest["plugins"]]
    assert sorted(opened) == ["accuracy", "m007", "operators", "replay", "stub"]
    assert manifest["plugins_found"] >= MANY + len(opened) - 1
    assert f"plugins opened: {len(opened)} of {manifest['plugins_found']} found" in done.stderr


def test_a_library_that_is_no_plugin_is_a_note(tmp_path: pathlib.Path) -> None:
    (tmp_path / "some/metrics").mkdir(parents=True)
    shutil.copy(made("bad") / "metrics/no_symbol.so", tmp_path / "some/metrics")
    done = run(["list", "metrics", "--plugins", str(tmp_path / "some")], tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith("note: passed over: ")
