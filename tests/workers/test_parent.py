"""The fork server: children start contained, end accounted for, and leave nothing behind."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

import host as support

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def host():
    made = support.Host("checker", "echo_worker", HERE)
    yield made
    made.close()


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not os.path.exists(f"/proc/{pid}"):
            return True
        time.sleep(0.01)
    return False


def test_the_first_packet_tells_facts(host):
    assert host.first["v"] == 1 and host.first["ready"] is True
    assert host.first["facts"]["echo"] == "checker" and host.first["facts"]["python"].startswith("3.")


@pytest.mark.parametrize(
    "module, environment, reason, remedy",
    [
        ("echo_worker", {"ECHO_FAILS": "1"}, "the echo is broken", "mend the echo"),
        ("no_such_worker", {}, "No module named", "install"),
    ],
)
def test_a_parent_that_cannot_work_says_why(module, environment, reason, remedy):
    made = support.Host("checker", module, HERE, environment)
    assert made.first["ready"] is False and reason in made.first["reason"] and remedy in made.first["remedy"]
    assert made.process.wait(10) == 1
    made.close()


def test_a_child_starts_contained(host, tmp_path):
    worker = host.fork(tmp_path, {"NOFILE": 100, "CORE": 0})
    hello = worker.hello()
    about = worker.ask({"do": "about"})
    assert hello == {"pid": about["pid"], "role": "checker"}
    assert about["session"] == about["pid"] and about["cwd"] == about["home"] == str(tmp_path)
    assert about["stdin"] == "/dev/null" and about["files"] == [100, 100]
    assert len(about["open"]) == 5 and about["open"][:3] == [0, 1, 2]  # the channel, and the listing's own
    assert "NoNewPrivs:\t1" in about["status"]
    line = worker.end()
    assert line["exit"] == 0 and line["signal"] is None and line["peak_bytes"] > 1 << 20
    assert line["wall_seconds"] >= 0 and line["cpu_seconds"] >= 0


@pytest.mark.parametrize(
    "request_, exit_, signal_",
    [({"do": "exit", "code": 7}, 7, None), ({"do": "raise"}, 70, None), ({"do": "unknown"}, 70, None)],
)
def test_ends_are_told_apart(host, tmp_path, request_, exit_, signal_):
    worker = host.fork(tmp_path)
    worker.hello()
    with pytest.raises(EOFError):
        worker.ask(request_)
    line = worker.end()
    assert (line["exit"], line["signal"]) == (exit_, signal_)


def test_what_is_printed_lands_in_the_log(host, tmp_path):
    worker = host.fork(tmp_path)
    worker.hello()
    assert worker.ask({"do": "print"}) == {"ok": True}
    assert worker.end()["exit"] == 0
    assert (tmp_path / "log.txt").read_text() == '{"exit": 0}\n{}\n'


def test_a_kill_reaches_a_busy_child(host, tmp_path):
    worker = host.fork(tmp_path)
    pid = worker.hello()["pid"]
    worker.channel.send({"do": "loop"})
    os.kill(pid, signal.SIGKILL)
    line = worker.end()
    assert line["signal"] == signal.SIGKILL and line["exit"] is None and not os.path.exists(f"/proc/{pid}")


def test_a_cpu_limit_ends_a_busy_child(host, tmp_path):
    worker = host.fork(tmp_path, {"CPU": 1})
    worker.hello()
    worker.channel.send({"do": "loop"})
    with pytest.raises(EOFError):
        worker.channel.receive()
    line = worker.end()
    assert line["signal"] == signal.SIGXCPU and line["cpu_seconds"] >= 0.9


def test_daemons_do_not_outlive_their_worker(host, tmp_path):
    worker = host.fork(tmp_path)
    worker.hello()
    daemon = worker.ask({"do": "daemon"})["pid"]
    assert os.path.exists(f"/proc/{daemon}")
    worker.end()  # the last word comes after the sweep
    assert not os.path.exists(f"/proc/{daemon}")


def test_one_end_harms_no_neighbour(host, tmp_path):
    first, second = host.fork(tmp_path), host.fork(tmp_path)
    first.hello(), second.hello()
    with pytest.raises(EOFError):
        first.ask({"do": "exit", "code": 1})
    assert first.end()["exit"] == 1
    assert second.ask({"do": "helper"})["text"] == "42\n"
    assert second.end()["exit"] == 0


def test_many_children_are_all_accounted_for(host, tmp_path):
    workers = [host.fork(tmp_path) for _ in range(20)]
    for worker in workers:
        worker.hello()
    assert [w.end()["exit"] for w in workers] == [0] * 20


@pytest.mark.parametrize(
    "packet, count",
    [
        (b"{", 2),
        (b'{"v":1,"do":"fork","contain":{"work":"/","walls":1}}', 2),
        (b'{"v":2,"do":"fork","contain":{"work":"/"}}', 2),
        (b'{"v":1,"do":"fork","contain":{"work":"/","limits":{"AS":1}}}', 2),
        (b'{"v":1,"do":"fork","contain":{"work":"/"}}', 1),
    ],
)
def test_bad_requests_are_refused_and_harm_nothing(host, tmp_path, packet, count):
    read, write = os.pipe()
    host.packet(packet, [write] * count)
    os.close(write)
    text = b"".join(iter(lambda: os.read(read, 4096), b""))
    os.close(read)
    assert b"refused" in text if count == 2 else text == b""
    worker = host.fork(tmp_path)
    worker.hello()
    assert worker.end()["exit"] == 0


def test_a_wall_that_cannot_be_raised_ends_the_child(host, tmp_path):
    worker = host.fork(tmp_path / "missing", log=str(tmp_path / "log.txt"))
    with pytest.raises(EOFError):
        worker.hello()
    assert worker.end()["exit"] == 70


def test_the_end_of_the_host_ends_everything(tmp_path):
    made = support.Host("checker", "echo_worker", HERE)
    worker = made.fork(tmp_path)
    pid = worker.hello()["pid"]
    daemon = worker.ask({"do": "daemon"})["pid"]
    worker.channel.send({"do": "sleep"})
    made.close()
    assert made.process.returncode == 0 and gone(pid) and gone(daemon)


def test_a_killed_parent_takes_its_children_along(tmp_path):
    made = support.Host("checker", "echo_worker", HERE)
    pid = made.fork(tmp_path).hello()["pid"]
    made.process.kill()
    made.process.wait()
    assert gone(pid)
    made.close()


def test_the_command_line_is_checked():
    run = subprocess.run(
        ["python3", str(support.PARENT), "--role", "judge", "--module", "x"], capture_output=True, text=True
    )
    assert run.returncode == 2 and "invalid choice" in run.stderr
