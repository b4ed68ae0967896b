"""What tools/setup.sh says and does where something is lacking: stubs stand in for the system's programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ALL_PACKAGES = (
    "python3-venv python3-dev libboost-dev libboost-program-options-dev libyaml-cpp-dev doctest-dev libtbb-dev "
    "nlohmann-json3-dev libspdlog-dev libfmt-dev libtree-sitter-dev libssl-dev"
).split()


class Machine:
    """A folder of stub programs before the real ones, and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.cache, self.log = folder / "bin", folder / "cache", folder / "log"
        self.programs.mkdir()
        self.log.touch()
        self.packages(ALL_PACKAGES)
        self.stub("apt-get", 'echo "apt-get $*" >>"$LOG"')
        self.stub("sudo", "exit 1")
        for name in ("g++", "cmake", "ninja", "patchelf", "pkg-config", "ccache"):
            self.stub(name, "")
        grammar = self.cache / "touchstone" / "tree-sitter-python-0.23.6" / "src"
        grammar.mkdir(parents=True)
        (grammar / "parser.c").touch()
        (grammar / "scanner.c").touch()

    def stub(self, name: str, body: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.programs / name).chmod(0o755)

    def packages(self, installed: list[str]) -> None:
        self.stub("dpkg-query", "".join(f"echo '{name} installed'\n" for name in installed))

    def setup(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        base = {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(self.cache), "LOG": str(self.log)}
        base |= {"XDG_CACHE_HOME": str(self.cache), "TOUCHSTONE_PYTHON": sys.executable} | environment
        return subprocess.run([TOP / "tools" / "setup.sh", *arguments], env=base, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def python(self, body: str) -> str:
        """A Python of which only the trial is played."""
        self.stub("python", f'case "$2 $3" in *version*) echo 1;; *) {body};; esac')
        return str(self.programs / "python")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_nothing_missing_installs_nothing_and_prints_the_python(machine: Machine) -> None:
    python = machine.python("exit 0")
    done = machine.setup(TOUCHSTONE_PYTHON=python)
    assert (done.returncode, done.stdout) == (0, f"{python}\n")
    assert machine.log.read_text() == ""


def test_without_root_it_prints_the_one_command(machine: Machine) -> None:
    machine.stub("id", "echo 1000")
    machine.packages([name for name in ALL_PACKAGES if name not in ("libtbb-dev", "doctest-dev")])
    done = machine.setup()
    assert done.returncode == 4
    assert "apt-get install --yes --no-install-recommends doctest-dev libtbb-dev" in done.stderr
    assert machine.log.read_text() == ""


def test_as_root_it_installs_what_is_missing_only(machine: Machine) -> None:
    machine.stub("id", "echo 0")
    machine.packages([name for name in ALL_PACKAGES if name != "libfmt-dev"])
    done = machine.setup(TOUCHSTONE_PYTHON=machine.python("exit 0"))
    assert done.returncode == 0, done.stderr
    assert machine.log.read_text().splitlines() == [
        "apt-get update -q", "apt-get install --yes -q --no-install-recommends libfmt-dev"]


def test_sudo_is_used_where_it_asks_for_nothing(machine: Machine) -> None:
    machine.stub("id", "echo 1000")
    machine.stub("sudo", '[ "$1" = -n ] && shift; echo "sudo $*" >>"$LOG"; exec "$@"')
    machine.packages(ALL_PACKAGES[1:])
    done = machine.setup(TOUCHSTONE_PYTHON=machine.python("exit 0"))
    assert done.returncode == 0, done.stderr
    assert "sudo apt-get update -q" in machine.log.read_text()
    assert "no-install-recommends python3-venv" in machine.log.read_text()


def test_a_failing_apt_is_told(machine: Machine) -> None:
    machine.stub("id", "echo 0")
    machine.stub("apt-get", "exit 100")
    machine.packages([])
    done = machine.setup()
    assert done.returncode == 4
    assert "apt-get could not install" in done.stderr and "exit code 100" in done.stderr


def test_a_python_that_fails_the_trial_is_refused_every_time(machine: Machine) -> None:
    python = machine.python("echo '  a kernel fails'; exit 1")
    for _ in range(2):
        done = machine.setup(TOUCHSTONE_PYTHON=python)
        assert done.returncode == 4
        assert "a kernel fails" in done.stderr and "unset TOUCHSTONE_PYTHON" in done.stderr


def test_a_python_is_tried_once_for_each_device(machine: Machine) -> None:
    python = machine.python('echo "trial $*" >>"$LOG"')
    for device in ("cpu", "cpu", "cuda"):
        assert machine.setup(device, TOUCHSTONE_PYTHON=python).returncode == 0
    assert [line.split()[-1] for line in machine.log.read_text().splitlines()] == ["cpu", "cuda"]


def test_a_python_that_is_not_there(machine: Machine) -> None:
    done = machine.setup(TOUCHSTONE_PYTHON="/nowhere/python")
    assert done.returncode == 4
    assert "/nowhere/python is not a program" in done.stderr


def test_too_little_room_is_told_before_anything_is_downloaded(machine: Machine) -> None:
    machine.stub("df", "echo Avail; echo 1000000")
    done = machine.setup(TOUCHSTONE_PYTHON="")
    assert done.returncode == 4
    assert "0 GiB free" in done.stderr and "XDG_CACHE_HOME" in done.stderr
    assert not list(machine.cache.glob("touchstone/python-*/bin"))


def test_a_grammar_with_another_checksum_is_refused(machine: Machine) -> None:
    (machine.cache / "touchstone/tree-sitter-python-0.23.6/src/parser.c").unlink()
    download = 'while [ "$1" != -d ]; do shift; done; echo x >"$2/tree_sitter_python-0.23.6.tar.gz"'
    done = machine.setup(TOUCHSTONE_PYTHON=machine.python(f'[ "$2" != pip ] || {{ {download}; }}'))
    assert done.returncode == 4
    assert "checksum differs" in done.stderr


def test_a_download_that_fails_leaves_nothing_behind(machine: Machine) -> None:
    (machine.cache / "touchstone/tree-sitter-python-0.23.6/src/parser.c").unlink()
    python = machine.python('[ "$2" != pip ] || { echo no route to host; exit 1; }')
    done = machine.setup(TOUCHSTONE_PYTHON=python)
    assert done.returncode == 4
    assert "no route to host" in done.stderr and "check the network" in done.stderr
    assert not list(machine.cache.glob("touchstone/grammar.??????"))


def test_an_unknown_device_is_a_usage_error(machine: Machine) -> None:
    assert machine.setup("tpu").returncode == 2


def test_the_trial_names_what_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libcudart.so.13: cannot open')\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, TOP / "tools/setup/try_python.py"], env=environment, text=True,
                          capture_output=True, timeout=60)
    assert done.returncode == 1
    assert "cannot import torch and triton: libcudart.so.13" in done.stdout
