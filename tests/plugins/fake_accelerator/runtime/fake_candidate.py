"""Candidates of the fake accelerator, without torch: one act a line, done anew in every call (README)."""

import os
import signal
import time

import fake_device
from fake_device import DeviceError


def prepare(role):
    return {"driver": "1.0"}


def serve(channel, role):
    worker = Candidate()
    while True:
        request, descriptors = channel.receive()
        try:
            reply = worker.answer(request, descriptors)
        except DeviceError as error:
            reply = {"ok": False, "outcome": "device_error", "phase": "call", "reason": str(error)}
        except (ValueError, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
            reply = {"ok": False, "outcome": "call_error", "phase": "call", "reason": reason}
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        channel.send(reply)


class Candidate:
    """One candidate, from its text to its last call."""

    def answer(self, request, descriptors):
        if request["do"] == "load":
            text = os.pread(descriptors[0], os.fstat(descriptors[0]).st_size, 0).decode()
            self._acts = [line.split() for line in text.splitlines() if line.strip()]
            return {"ok": True, "entries": request["entries"]}
        if request["do"] == "time":
            with fake_device.Timing():
                return self._call(request) | {"timing": {
                    "mode": "cold", "clock": fake_device.Timing.CLOCK, "seconds": [2e-6, 2e-6, 2e-6]}}
        if request["index"] == 0 and not request.get("kernels"):
            fake_device.use()
        fake_device.call()
        return self._call(request)

    def _call(self, request):
        reply = {"ok": True, "returned": {"k": "none"}, "after": {"k": "none"}, "gradients": None, "storages": [],
                 "launches": [], "library": [], "races": [], "kernels": [], "log": ""}
        for act, *words in self._acts:
            if act in ("right", "wrong"):
                reply["returned"] = {"k": "str", "v": act}
                reply["launches"] = [{"kernel": act, "source": "0" * 64, "own": True, "count": 1}]
            elif act == "on":
                reply["log"] = fake_device.named(*words)
            elif act == "sleep":
                time.sleep(float(*words))
            elif act == "orphan":
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(1000)
        if request.get("kernels") and os.environ.get("FAKE_COUNTERS"):
            reply["kernels"] = [{"name": "act", "seconds": 1e-6, "count": len(self._acts), "own": True, "op": None,
                                 "moves": False}]
        return reply
