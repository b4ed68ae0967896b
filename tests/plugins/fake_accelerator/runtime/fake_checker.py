"""The fake accelerator's checker, without torch: a call is right where the candidate says so. (With `language: torch`
the checker is the core's.)"""

import json
import os

import fake_device


def prepare(role):
    if fake_device.read("fault") == "unready":
        from parent import Unready

        raise Unready("the device's firmware is too old", "update it")
    return {"driver": "1.0"}


def serve(channel, role):
    calls = []
    while True:
        request, descriptors = channel.receive()
        if fake_device.read("fault") == "deaf":
            os._exit(3)
        reply = {"ok": True}
        if request["do"] == "open":
            task = json.loads(os.pread(descriptors[0], os.fstat(descriptors[0]).st_size, 0))
            cases = [(phase, case["name"]) for phase, found in task["oracle"]["cases"].items() for case in found]
            calls = [{"index": index, "entry": task["entries"][0], "case": name, "phase": phase}
                     for index, (phase, name) in enumerate(cases)]
            reply |= {"calls": calls, "not_judged": None, "notes": [], "tags": []}
        elif request["do"] == "arguments":
            nothing = {"k": "tuple", "v": [{"k": "tuple", "v": []}, {"k": "dict", "v": []}]}
            reply |= {"entry": calls[request["index"]]["entry"], "arguments": nothing, "backward": None,
                      "storages": []}
        elif request["do"] == "judge":
            reply |= {"details": {}, "reference_work": 1.0} | judged(request["reply"])
        elif request["do"] == "time":
            with fake_device.Timing():
                reply["timing"] = {"mode": "cold", "clock": fake_device.Timing.CLOCK, "seconds": [3e-6] * 3}
        for descriptor in descriptors:
            os.close(descriptor)
        channel.send(reply)


def judged(said):
    if not said["ok"]:
        return {"outcome": said["outcome"], "reason": said["reason"]}
    if said["returned"].get("v") == "right":
        return {"outcome": "passed", "reason": ""}
    return {"outcome": "wrong_value", "reason": "as it says"}
