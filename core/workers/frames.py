"""Frames on a stream socket: a little-endian u32 length and that many bytes of one JSON object; descriptors ride on the
first byte. What arrives may have been written by a candidate, so every size is checked before it is used.

The functions that a channel needs are bound at import: a candidate that replaces `json.dumps` or `os.write` later
changes nothing here.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

LIMIT = 4 << 20  # bytes of one frame's JSON
MOST_DESCRIPTORS = 8  # on one frame
_PREFIX = struct.Struct("<I")
_DESCRIPTOR = struct.Struct("i")


class ProtocolError(Exception):
    """The peer sent what the protocol does not allow; the channel is of no use any more."""


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


_to_text = json.JSONEncoder(allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode
_from_text = json.JSONDecoder(parse_constant=_no_constant).decode
_pack, _unpack = _PREFIX.pack, _PREFIX.unpack
_close = os.close


def decode_object(data: bytes) -> dict:
    """One JSON object from bytes; anything else is a ProtocolError."""
    try:
        value = _from_text(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not a JSON object: {error}") from None
    if type(value) is not dict:
        raise ProtocolError(f"a JSON object was expected, not {type(value).__name__}")
    return value


def encode_object(message: dict, limit: int = LIMIT) -> bytes:
    """The bytes of one JSON object; ValueError where it is too large or holds what JSON cannot say."""
    data = _to_text(message).encode("ascii")
    if len(data) > limit:
        raise ValueError(f"a message of {len(data)} bytes is over the limit of {limit}")
    return data


def close_all(descriptors: list[int]) -> None:
    """Closes descriptors that may be closed already."""
    for descriptor in descriptors:
        try:
            _close(descriptor)
        except OSError:
            pass


class Channel:
    """One end of a stream socket that it owns. Not for use by several threads."""

    def __init__(self, sock: socket.socket, limit: int = LIMIT):
        self._socket = sock
        self._limit = limit
        # Bound here, once: see the module's text.
        self._recvmsg, self._recv_into = sock.recvmsg, sock.recv_into
        self._sendall, self._sendmsg = sock.sendall, sock.sendmsg

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def receive(self) -> tuple[dict, list[int]]:
        """The next message and its descriptors, which the caller closes. EOFError where the peer is gone between
        frames, ProtocolError where a frame is torn, too large, or no JSON object."""
        space = socket.CMSG_SPACE(MOST_DESCRIPTORS * _DESCRIPTOR.size)
        head, ancillary, flags, _ = self._recvmsg(_PREFIX.size, space, socket.MSG_CMSG_CLOEXEC)
        descriptors = _descriptors(ancillary)
        try:
            if flags & socket.MSG_CTRUNC:
                raise ProtocolError("more descriptors than a frame may carry")
            if not head:
                raise EOFError("the peer closed the channel")
            head += bytes(self._exactly(_PREFIX.size - len(head)))
            length = _unpack(head)[0]
            if length > self._limit:
                raise ProtocolError(f"a frame of {length} bytes is over the limit of {self._limit}")
            return decode_object(bytes(self._exactly(length))), descriptors
        except BaseException:
            close_all(descriptors)
            raise

    def send(self, message: dict, descriptors: list[int] | None = None) -> None:
        """Sends a message; ValueError (and nothing sent) where it is too large or holds what JSON cannot say."""
        data = encode_object(message, self._limit)
        data = _pack(len(data)) + data
        if descriptors:
            rights = b"".join(_DESCRIPTOR.pack(d) for d in descriptors)
            sent = self._sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            data = data[sent:]
        self._sendall(data)

    def _exactly(self, count: int) -> bytearray:
        buffer = bytearray(count)
        view = memoryview(buffer)
        done = 0
        while done < count:
            got = self._recv_into(view[done:])
            if got == 0:
                raise ProtocolError("the channel ended inside a frame")
            done += got
        return buffer


def _descriptors(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    found: list[int] = []
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            whole = len(data) - len(data) % _DESCRIPTOR.size
            found += [item[0] for item in _DESCRIPTOR.iter_unpack(data[:whole])]
    return found
