"""Frames: what passes, what is refused, and that descriptors never leak."""

import json
import os
import socket
import struct
import threading

import pytest

import frames


@pytest.fixture
def pair():
    a, b = socket.socketpair()
    yield a, frames.Channel(b)
    a.close()
    b.close()


def raw(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def test_messages_and_descriptors_go_both_ways(memfd):
    a, b = socket.socketpair()
    one, two = frames.Channel(a), frames.Channel(b)
    one.send({"do": "load", "text": "ü\n"}, [memfd(b"first"), memfd(b"second")])
    message, descriptors = two.receive()
    assert message == {"do": "load", "text": "ü\n"}
    assert [os.pread(d, 10, 0) for d in descriptors] == [b"first", b"second"]
    frames.close_all(descriptors + descriptors)
    two.send({"ok": True})
    assert one.receive() == ({"ok": True}, [])
    one.close()
    with pytest.raises(EOFError):
        two.receive()
    two.close()


def test_a_large_frame_passes_in_pieces():
    a, b = socket.socketpair()
    message = {"text": "x" * 3_000_000}
    sender = threading.Thread(target=frames.Channel(a).send, args=(message,))
    sender.start()
    assert frames.Channel(b).receive() == (message, [])
    sender.join()
    a.close()
    b.close()


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"1",
        b"",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"{",
        b"\xff{}",
        b'{"a":' + b"[" * 200_000,
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)
def test_what_is_no_object_is_refused(pair, data):
    pair[0].sendall(raw(data))
    with pytest.raises(frames.ProtocolError):
        pair[1].receive()


def test_a_frame_over_the_limit_is_refused_before_it_is_read(pair):
    pair[0].sendall(struct.pack("<I", frames.LIMIT + 1))
    with pytest.raises(frames.ProtocolError, match="over the limit"):
        pair[1].receive()


@pytest.mark.parametrize("cut", [1, 3, 4, 8])
def test_a_torn_frame_is_refused(pair, cut):
    pair[0].sendall(raw(b'{"a": 1}')[:cut])
    pair[0].shutdown(socket.SHUT_WR)
    with pytest.raises(frames.ProtocolError):
        pair[1].receive()


def test_refused_frames_leak_no_descriptors(pair, memfd):
    before = set(os.listdir("/proc/self/fd"))
    rights = struct.pack("i", memfd())
    mine = set(os.listdir("/proc/self/fd")) - before
    pair[0].sendmsg([raw(b"[]")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    with pytest.raises(frames.ProtocolError):
        pair[1].receive()
    assert set(os.listdir("/proc/self/fd")) == before | mine


def test_too_many_descriptors_are_refused(pair, memfd):
    rights = struct.pack("i", memfd()) * (frames.MOST_DESCRIPTORS + 3)
    pair[0].sendmsg([raw(b"{}")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    with pytest.raises(frames.ProtocolError, match="descriptors"):
        pair[1].receive()


def test_what_json_cannot_say_is_not_sent(pair):
    for message in ({"x": float("nan")}, {"x": "y" * frames.LIMIT}):
        with pytest.raises(ValueError):
            pair[1].send(message)
    pair[1].send({"x": 1})
    assert pair[0].recv(100) == raw(b'{"x":1}')


def test_a_replaced_json_changes_nothing(pair, monkeypatch):
    monkeypatch.setattr(json, "dumps", lambda *a, **k: "{}")
    monkeypatch.setattr(json, "loads", lambda *a, **k: {})
    pair[1].send({"x": 1})
    assert pair[0].recv(100) == raw(b'{"x":1}')
