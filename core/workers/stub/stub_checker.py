"""The stub runtime's checker: one call for each check case, right where the candidate says so."""

import hashlib
import json
import os


def prepare(role):
    return {"stub": role}


def serve(channel, role):
    checker = Checker()
    while True:
        request, descriptors = channel.receive()
        try:
            channel.send({"ok": True, **(getattr(checker, "do_" + request["do"])(request, descriptors) or {})})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


class Checker:
    """One open task."""

    def __init__(self):
        self._calls, self._seed, self._names = [], "", []

    def do_open(self, request, descriptors):
        size = os.fstat(descriptors[0]).st_size
        task = json.loads(os.pread(descriptors[0], size, 0))
        self._seed = request["seed"]
        cases = task["oracle"]["cases"]["check"] if task["oracle"]["cases"] else [{"name": "program", "arguments": {}}]
        self._calls = [{"index": index, "entry": task["entries"][0], "case": case["name"], "phase": "check"}
                       for index, case in enumerate(cases)]
        self._names = list(cases[0]["arguments"])
        return {"calls": self._calls, "not_judged": None, "notes": [], "tags": []}

    def do_arguments(self, request, descriptors):
        nothing = {"k": "tuple", "v": [{"k": "tuple", "v": []}, {"k": "dict", "v": []}]}
        return {"entry": self._calls[request["index"]]["entry"], "arguments": nothing, "backward": None,
                "storages": []}

    def do_judge(self, request, descriptors):
        reply = request["reply"]
        if not reply["ok"]:
            return {"outcome": reply["outcome"], "reason": reply["reason"], "details": {}, "reference_work": 1.0}
        if reply["returned"].get("v") in ("right", "library"):
            return {"outcome": "passed", "reason": "", "details": {}, "reference_work": 1.0}
        if reply["returned"].get("v") == "curse":
            os._exit(3)
        # What was drawn must show in a record, so that tests see whether a secret gives the same inputs again.
        drawn = hashlib.sha256(f"{self._seed}/{request['index']}".encode()).hexdigest()[:8]
        return {"outcome": "wrong_value", "reason": f"wrong for {drawn}", "details": {"drawn": drawn},
                "reference_work": 1.0}

    def do_examine(self, request, descriptors):
        rows = [{"argument": name, "part": "tensor", "moved": 1e9, "case": self._calls[0]["case"], "note": ""}
                for name in self._names]
        return {"calls": len(self._calls), "parameters": {self._calls[0]["entry"]: self._names}, "unstable": [],
                "parts": rows, "notes": []}

    def do_close(self, request, descriptors):
        self._calls = []
