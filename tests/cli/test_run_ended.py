"""Runs that are ended: by SIGKILL at seeded random moments, by Ctrl-C. Nothing finished is lost, nothing is left, and
the records come out as those of a run that nobody disturbed. TOUCHSTONE_KILLS=40 kills more often.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from support import Bench, wait_until

KILLS = int(os.environ.get("TOUCHSTONE_KILLS", "10"))
SECRET = "c0ffee" * 10 + "beef"
ACTS = ["sleep 0.02\nright", "wrong", "sleep 0.05\nlibrary", "crash", "litter\nright", "raise oh no", "unloadable"] * 3


def wait_for_moment(bench: Bench, host: subprocess.Popen, output: str, moments: random.Random) -> None:
    """A moment of the start, or one after a certain record; or the run's end, if that comes first."""
    if moments.random() < 0.3:
        time.sleep(moments.uniform(0, 0.4))
        return
    wanted = bench.finished(output) + moments.randint(0, len(ACTS) // 3)
    wait_until(lambda: host.poll() is not None or bench.finished(output) >= wanted, "progress")
    time.sleep(moments.uniform(0, 0.04))


def kill_until_done(bench: Bench, output: str, moments: random.Random, most: int) -> int:
    """Kills a run again and again, `most` times at most, then lets it end. How often it was killed."""
    kills, lines = 0, 0
    while True:
        host = bench.start(output)
        if kills < most:
            wait_for_moment(bench, host, output, moments)
            host.kill()
        _, said = host.communicate(timeout=60)
        if host.returncode == 0:
            return kills
        assert host.returncode == -signal.SIGKILL, said
        kills += 1
        bench.assert_nothing_runs()
        assert bench.finished(output) >= lines, "a finished record is gone"
        lines = bench.finished(output)


def test_kills_at_any_moment_lose_nothing(bench: Bench) -> None:
    bench.write(ACTS, secret=SECRET)
    assert bench.run("calm").returncode == 0
    expected, moments, landed, rounds = bench.records("calm"), random.Random(20260), 0, 0
    assert len(expected) == len(ACTS)
    while landed < KILLS:
        rounds += 1
        assert rounds <= 2 * KILLS + 5, "runs end before they are killed"
        output = f"round{rounds}"
        landed += kill_until_done(bench, output, moments, KILLS - landed)
        assert bench.records(output) == expected
        assert bench.finished(output) == len(ACTS), "a finished sample was done again"
        assert not bench.scratch(output), "the run that ends removes what the killed ones left"
        shutil.rmtree(bench.folder / output)
    print(f"{landed} kills in {rounds} runs of {len(expected)} records")


def test_a_kill_leaves_not_even_what_a_candidate_detached(bench: Bench) -> None:
    bench.write(["daemon\nhang"])
    host = bench.start()
    wait_until(lambda: bench.daemon().exists(), "the detached process")
    assert len(bench.processes()) >= 6, "host, two parents, two workers, the detached one"
    host.kill()
    host.communicate()
    bench.assert_nothing_runs()


@pytest.mark.parametrize("whole_group", [False, True], ids=["the host", "the terminal's group"])
def test_ctrl_c_ends_in_good_order_and_the_run_goes_on_later(bench: Bench, whole_group: bool) -> None:
    # Three lanes: samples reach them in any order, and two hang.
    bench.write(["right", "wrong", "daemon\nhang", "right", "hang"], secret=SECRET, limits={"parallel": 3})
    host = bench.start(start_new_session=True)
    wait_until(lambda: bench.finished() >= 2, "two records")
    os.killpg(host.pid, signal.SIGINT) if whole_group else host.send_signal(signal.SIGINT)
    _, said = host.communicate(timeout=20)  # the hanging candidate has 30 s
    assert host.returncode == 130 and "interrupted; the same command goes on from here" in said, said
    bench.assert_nothing_runs()
    assert not bench.scratch()
    outcomes = [json.loads(record)["attempts"][0]["verdicts"][0]["outcome"] for record in bench.records()]
    assert set(outcomes) <= {"passed", "wrong_value"}, "what was interrupted has no record"
    assert json.loads((bench.folder / "out/status.json").read_text())["state"] == "interrupted"
    stored = (bench.folder / "out/config.yaml").read_text()
    assert "suites:" in stored, "the config is kept from the start"

    again = bench.run("out", "--set", "limits.call_timeout=100ms")  # limits do not change what a run is
    assert again.returncode == 0, again.stderr
    assert f"{len(outcomes)} of 5 samples are done" in again.stderr
    assert len(bench.records()) == 5 == bench.finished()
    assert json.loads((bench.folder / "out/status.json").read_text())["state"] == "finished"
    bench.assert_nothing_runs()


def test_a_second_ctrl_c_ends_at_once(bench: Bench) -> None:
    bench.write(["hang"])
    bench.mend('[ "$5" = candidate ] && sleep 1000')  # a parent that never gets ready holds the end up
    host = bench.start()
    wait_until(lambda: bench.starts() >= 2, "the parents' start")
    host.send_signal(signal.SIGINT)
    time.sleep(0.2)
    host.send_signal(signal.SIGINT)
    host.communicate(timeout=20)
    assert host.returncode == 130
    bench.assert_nothing_runs()
