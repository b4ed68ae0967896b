"""Candidates of the fake accelerator in PyTorch: a function is called with tensors on the device and counts as a
kernel.

The shared modules do the protocol's work: arguments out of a memfd, results into another, device names mapped.
"""

import hashlib
import os

import torch

import fake_device
import hardware
from storages import Blocks, Sink
from tensors import Decoder, encode


def prepare(role):
    torch.set_num_threads(1)
    return {"torch": torch.__version__, "driver": "1.0"}


def serve(channel, role):
    worker = Candidate()
    while True:
        request, descriptors = channel.receive()
        try:
            reply = worker.answer(request, dict(zip(request["fds"], descriptors)))
        except fake_device.DeviceError as error:
            reply = {"ok": False, "outcome": "device_error", "phase": "call", "reason": str(error)}
        except Exception as error:
            outcome = "load_error" if request["do"] == "load" else "call_error"
            reply = {"ok": False, "outcome": outcome, "phase": "call", "reason": f"{type(error).__name__}: {error}"}
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        channel.send(reply)


class Candidate:
    """One candidate, from its text to its last call."""

    def answer(self, request, files):
        if request["do"] == "load":
            return self._load(request, files["code"])
        decoder = Decoder(Blocks(request["storages"], files["arguments"], self._device))
        args, kwargs = decoder(request["arguments"])
        with hardware.mapped(self._device):
            if request["do"] == "time":
                clock = hardware.clock(self._device)
                timing = {"mode": "cold", "clock": clock.name,
                          "seconds": [clock.seconds(self._entries[request["entry"]], args, kwargs) for _ in range(5)]}
                more = {"timing": timing}
            else:
                more = {"launches": [{"kernel": request["entry"], "source": self._hash, "own": True, "count": 1}],
                        "library": [], "races": [], "kernels": []}
            result = self._entries[request["entry"]](*args, **kwargs)
        sink = Sink(decoder.blocks, decoder.objects)
        reply = {"ok": True, "returned": encode(result, sink), "after": encode((args, kwargs), sink), "gradients": None}
        sink.write(files["outputs"])
        return reply | {"storages": sink.storages, "log": ""} | more

    def _load(self, request, code):
        text = os.pread(code, os.fstat(code).st_size, 0).decode()
        self._device, self._hash = hardware.own_device(request["device"]), hashlib.sha256(text.encode()).hexdigest()
        fake_device.use()
        names = {}
        with hardware.mapped(self._device):
            exec(compile(text, request["file"], "exec"), names)
        self._entries = {name: names[name] for name in request["entries"]}
        return {"ok": True, "entries": list(self._entries)}
