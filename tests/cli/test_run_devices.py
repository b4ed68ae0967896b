"""Whole runs on a device nobody has (tests/plugins/fake_accelerator): two devices share the work, are timed one by one,
fall ill, go away. Whatever happens, every sample gets its record or waits for the next command.
"""

from __future__ import annotations

import collections
import json
import pathlib

import pytest

from support import Bench, fake_plugins, run


class Accelerators(Bench):
    """A bench whose runtime is the fake one, with two devices in `hardware`."""

    def __init__(self, folder: pathlib.Path):
        super().__init__(folder)
        self.cases = self.cases | {"bench": [{"name": "large", "arguments": {}}]}
        for number in ("0", "1"):
            self.place(number)

    def place(self, number: str) -> None:
        for name, text in (("memory", "1000000"), ("used", "4096"), ("health", "ok")):
            self.set(number, name, text)

    def set(self, number: str, name: str, text: str) -> None:
        (self.folder / "hardware" / number).mkdir(parents=True, exist_ok=True)
        (self.folder / "hardware" / number / name).write_text(text)

    def configure(self, **config) -> None:
        super().configure(**{"runtime": {"use": "fake", "python": str(self.python), "hardware": "hardware"},
                             "profilers": ["fake_counters"], **config})

    def run(self, output: str = "out", *more: str, **how):
        return super().run(output, *more, more=fake_plugins(), **how)

    def last(self, output: str = "out") -> list[dict]:
        """The last record of every sample."""
        lines = (self.folder / output / "records.jsonl").read_text().splitlines()
        return list({record["key"]: record for record in map(json.loads, lines)}.values())

    def outcomes(self) -> dict[str, int]:
        return dict(collections.Counter(r["attempts"][-1]["verdicts"][0]["outcome"] for r in self.last()))

    def devices(self) -> dict[str, int]:
        return dict(collections.Counter(record["observed"]["device"] for record in self.last()))

    def status(self) -> dict:
        return json.loads((self.folder / "out/status.json").read_text())


@pytest.fixture
def bench(tmp_path: pathlib.Path):
    made = Accelerators(tmp_path)
    yield made
    made.end_all()


def test_both_devices_work_and_all_that_tells_of_a_run_names_them(bench: Accelerators) -> None:
    bench.write(["sleep 0.05\nright"] * 8 + ["wrong"] * 2, limits={"parallel": 4})
    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert bench.outcomes() == {"passed": 8, "wrong_value": 2}
    assert set(bench.devices()) == {"fake:0", "fake:1"}
    assert "Starting workers on fake:0, fake:1 (Fake accelerator)" in done.stderr
    assert "fake:0, fake:1 (Fake accelerator)" in done.stdout
    assert "10/10 · 8 passed · 2 wrong_value · on 2 devices" in done.stderr
    manifest = json.loads((bench.folder / "out/manifest.json").read_text())
    assert [device["id"] for device in manifest["devices"]] == ["fake:0", "fake:1"]
    assert manifest["devices"][1]["memory"] == 1000000 and manifest["devices"][1]["facts"]["driver"] == "1.0"
    assert bench.starts() == 4, "a candidate's and a checker's parent for each device"
    bench.assert_nothing_runs()


def test_a_device_is_timed_alone_and_by_its_own_clock(bench: Accelerators) -> None:
    bench.write(["right"] * 12, limits={"parallel": 6})
    assert bench.run().returncode == 0
    for record in bench.last():
        assert [t["subject"] for t in record["observed"]["timings"]] == ["candidate", "reference"]
        assert {t["clock"] for t in record["observed"]["timings"]} == {"fake ticks"}
    assert not list(bench.folder.glob("hardware/*/collisions"))
    assert not list(bench.folder.glob("hardware/*/timing"))


def test_a_profiler_reads_counters_from_inside_and_memory_from_outside(bench: Accelerators) -> None:
    bench.write(["right"] * 4)
    bench.set("1", "used", "8192")
    assert bench.run().returncode == 0
    for record in bench.last():
        seen = {m["tag"]: m for m in record["observed"]["measurements"]}
        device = record["observed"]["device"]
        assert seen["device memory"]["value"] == {"fake:0": 4096, "fake:1": 8192}[device]
        assert seen["device time"]["value"] > 0 and seen["device time"]["labels"]["device"] == device


def test_a_profiler_that_cannot_look_is_a_note(bench: Accelerators) -> None:
    bench.write(["right"])
    for number in ("0", "1"):
        (bench.folder / "hardware" / number / "used").unlink()
    assert bench.run().returncode == 0
    [record] = bench.last()
    assert record["attempts"][-1]["verdicts"][0]["outcome"] == "passed"
    notes = record["attempts"][-1]["execution"]["notes"]
    assert any("does not say how much of its memory is in use" in note for note in notes)
    assert "device memory" not in {m["tag"] for m in record["observed"]["measurements"]}


def test_a_candidate_that_kills_its_parent_again_and_again_costs_no_device(bench: Accelerators) -> None:
    bench.write(["right", "orphan"] * 4, limits={"parallel": 1})  # a dead parent takes its other workers along
    assert bench.run().returncode == 0
    assert bench.outcomes() == {"passed": 4, "infrastructure": 4}
    assert "left out" not in bench.status()


def test_an_id_means_that_device_alone(bench: Accelerators) -> None:
    bench.write(["right"] * 4)
    assert bench.run("out", "--set", "runtime.device=fake:1").returncode == 0
    assert bench.devices() == {"fake:1": 4}
    assert bench.starts() == 2


def test_programs_that_hard_code_another_vendors_device_run_on_this_one(bench: Accelerators) -> None:
    bench.write(["on cuda\nright", "on cuda:0\nright", "on fake:0\nright", "on tpu:0\nright"])
    assert bench.run().returncode == 0
    assert bench.outcomes() == {"passed": 3, "call_error": 1}


def test_a_device_in_trouble_from_the_start_is_told_and_not_used(bench: Accelerators) -> None:
    bench.set("0", "health", "it overheats")
    bench.write(["right"] * 3)
    done = bench.run()
    assert done.returncode == 0 and bench.devices() == {"fake:1": 3}
    assert "fake:0 was not used: it overheats" in done.stdout
    refused = bench.run("other", "--set", "runtime.device=fake:0")
    assert refused.returncode == 4 and "fake:0 (unusable: it overheats); fake:1" in refused.stderr


def test_devices_of_another_model_are_told_and_not_mixed_in(bench: Accelerators) -> None:
    bench.set("1", "name", "Faster accelerator")
    bench.write(["right"] * 3)
    done = bench.run()
    assert done.returncode == 0 and bench.devices() == {"fake:0": 3}
    assert "fake:1 was not used: it is another model (Faster accelerator)" in done.stdout
    assert bench.run("other", "--set", "runtime.device=fake:1").returncode == 0


def test_a_device_whose_workers_cannot_start_is_left_out(bench: Accelerators) -> None:
    bench.set("1", "fault", "unready")
    bench.write(["right"] * 3)
    done = bench.run()
    assert done.returncode == 0 and bench.devices() == {"fake:0": 3}
    assert "fake:1 is left out from here" in done.stderr and "firmware is too old" in done.stdout


@pytest.mark.parametrize(("fault", "reason"), [
    ("gone 2", "it is not there any more"), ("ill 1", "an uncorrectable error in its memory"),
    ("hang 1", "it does not answer")])
def test_a_device_that_fails_in_mid_run_costs_no_sample(bench: Accelerators, fault: str, reason: str) -> None:
    bench.set("1", "fault", fault)
    bench.write(["sleep 0.02\nright"] * 10, limits={"parallel": 4, "call_timeout": "500ms"})
    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert bench.outcomes() == {"passed": 10}
    assert f"fake:1 is left out from here: {reason}" in done.stderr and "on 1 device\n" in done.stderr
    assert "fake:1 was left out from" in done.stdout and reason in done.stdout
    assert [left["device"] for left in bench.status()["left out"]] == ["fake:1"]
    retried = [r for r in bench.last() if "retried after" in r["attempts"][-1]["verdicts"][0]["details"]]
    assert retried and all(record["observed"]["device"] == "fake:0" for record in retried)
    again = bench.run()
    assert again.returncode == 0 and "fake:1 was left out" in again.stdout, "what was left out stays told"
    bench.assert_nothing_runs()


def test_a_candidates_own_device_error_is_its_verdict_and_costs_no_device(bench: Accelerators) -> None:
    for number in ("0", "1"):
        bench.set(number, "fault", "error 0")
    bench.write(["right"] * 4)
    assert bench.run().returncode == 0
    assert bench.outcomes() == {"device_error": 4}
    assert "left out" not in bench.status()


def test_a_device_on_which_checkers_fail_again_and_again_is_left_out(bench: Accelerators) -> None:
    bench.set("1", "fault", "deaf")
    # Each takes a moment, so that the other device does not do them all alone.
    bench.write(["sleep 0.05\nright"] * 12, limits={"parallel": 2})
    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert bench.outcomes() == {"passed": 12} and bench.devices() == {"fake:0": 12}
    assert "3 samples in a row failed on it and not elsewhere" in bench.status()["left out"][0]["reason"]


def test_without_any_device_the_run_stops_and_goes_on_later(bench: Accelerators) -> None:
    bench.set("0", "fault", "ill 2")
    bench.set("1", "fault", "gone 1")
    bench.write(["sleep 0.02\nright"] * 8, limits={"parallel": 2})
    done = bench.run()
    assert done.returncode == 4, done.stderr
    assert "no device is left" in done.stderr and "the same command goes on from here" in done.stderr
    assert set(bench.outcomes()) == {"passed"}, "what was judged before is kept, and nothing else"
    assert bench.outcomes()["passed"] <= 3
    assert bench.status()["state"] == "failed"
    assert {left["device"] for left in bench.status()["left out"]} == {"fake:0", "fake:1"}
    bench.set("0", "health", "ok")
    bench.set("0", "fault", "")
    again = bench.run()
    assert again.returncode == 0, again.stderr
    assert bench.outcomes() == {"passed": 8} and set(bench.devices()) == {"fake:0", "fake:1"}
    manifest = json.loads((bench.folder / "out/manifest.json").read_text())
    assert [device["id"] for device in manifest["devices"]] == ["fake:0", "fake:1"], "whose records stay"
    assert "left out" in again.stdout


def test_doctor_and_list_show_both(bench: Accelerators) -> None:
    bench.set("1", "health", "it overheats")
    more = {**fake_plugins(), "FAKE_HARDWARE": str(bench.folder / "hardware")}
    listed = run(["list", "devices", "--runtime", "fake", "--json"], bench.folder, more)
    devices = {device["id"]: device for device in json.loads(listed.stdout)}
    assert devices["fake:0"]["trouble"] == "" and devices["fake:1"]["trouble"] == "it overheats"
    assert devices["fake:0"]["memory"] == 1000000
    doctor = run(["doctor", "--runtime", "fake", "--json"], bench.folder, more)
    assert doctor.returncode == 0, doctor.stderr
    said = {line["name"]: line["state"] for line in json.loads(doctor.stdout)}
    assert said["candidate workers on fake:0"] == said["checker workers on fake:0"] == "ok"
    assert said["fake:1"] == "note"
