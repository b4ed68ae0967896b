"""`touchstone init`: what it writes is right, every line of it comes from declared options, and nothing is lost."""

from __future__ import annotations

import json
import pathlib
import re

from support import run

STUB = ["--runtime", "stub", "--suite", "operators"]  # the quick start without torch


def checked(config: pathlib.Path) -> dict:
    done = run(["check", config.name, "--json"], config.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_its_config_passes_check(tmp_path: pathlib.Path) -> None:
    done = run(["init", "my.yaml", *STUB], tmp_path)
    assert done.returncode == 0 and not done.stdout
    assert checked(tmp_path / "my.yaml")["samples"] == 16


def test_defaults_without_their_mark_change_nothing(tmp_path: pathlib.Path) -> None:
    written = run(["init", *STUB], tmp_path).stdout
    (tmp_path / "short.yaml").write_text(written)
    bare = re.sub(r"^( *)#( *\w+:)", r"\1\2", written, flags=re.M)  # "# help" keeps its mark: no key stands right there
    bare = re.sub(r"^#(  #? ?\w)", r"\1", bare, flags=re.M)
    bare = re.sub(r"^ *\w+: …$\n", "", bare, flags=re.M)  # there is no default to show
    assert "\n  call_timeout: 30s\n" in bare and "\n    match: id\n" in bare
    (tmp_path / "long.yaml").write_text(bare)
    assert checked(tmp_path / "long.yaml")["config"] == checked(tmp_path / "short.yaml")["config"]


def test_every_line_comes_from_declared_options(tmp_path: pathlib.Path) -> None:
    declared = set()
    blocks = ("config", "suites", "prompts", "runtime", "limits", "metrics")
    for name in (*blocks, "operators", "replay", "stub", "process"):
        said = run(["describe", name, "--json"], tmp_path).stdout
        declared |= {(row["key"], row["help"]) for row in rows(json.loads(said))}
    helps = {help for _, help in declared}
    for explained, key in re.findall(r"^[ #]*# (.*)\n[ #-]*(\w+):", run(["init", *STUB], tmp_path).stdout, re.M):
        text = re.sub(r" \([^()]*\)$", "", explained) if explained not in helps else explained
        assert (key, text) in declared, explained


def rows(tree: object) -> list[dict]:
    """Every map that describes an option."""
    if isinstance(tree, list):
        return [row for item in tree for row in rows(item)]
    if not isinstance(tree, dict):
        return []
    return [tree] if "help" in tree else [row for item in tree.values() for row in rows(item)]


def test_nothing_is_overwritten(tmp_path: pathlib.Path) -> None:
    (tmp_path / "there.yaml").write_text("kept")
    (tmp_path / "link.yaml").symlink_to("nowhere")
    for name in ("there.yaml", "link.yaml"):
        assert run(["init", name], tmp_path).returncode == 2
    assert (tmp_path / "there.yaml").read_text() == "kept"
    assert not (tmp_path / "nowhere").exists()


def test_what_must_be_filled_in_is_told_and_refused_until_then(tmp_path: pathlib.Path) -> None:
    done = run(["init", "my.yaml", *STUB, "--model", "command"], tmp_path)
    assert "models[0].argv" in done.stderr
    refused = run(["check", "my.yaml"], tmp_path)
    assert refused.returncode == 2 and "model 'command': argv" in refused.stderr
    text = (tmp_path / "my.yaml").read_text()
    (tmp_path / "my.yaml").write_text(text.replace("argv:  # to be filled in", "argv: [cat]"))
    assert checked(tmp_path / "my.yaml")["samples"] == 5
