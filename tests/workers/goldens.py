"""A checker's worker with a task of a checkout in TritonBench's layout open, and candidates' answers to it."""
import json
import os


class Judge:
    """A checker's worker with one task open."""

    def __init__(self, host, work, file, entries, golden=None, reference=""):
        text, program = file.read_text().split("#" * 146)
        self.golden = golden or text
        oracle = {"reference": reference, "golden": self.golden, "program": program, "cases": None,
                  "policy": {"tf32": True}}
        task = {"id": file.stem, "entries": entries, "facts": {}, "oracle": oracle, "limits": {"bytes": 1 << 28}}
        self.worker = host.fork(work)
        self.worker.hello()
        self.opened = self._ask({"do": "open", "judge": "strict", "how": "calls", "device": "cpu", "seed": "07" * 32,
                                 "fds": ["task"]}, json.dumps(task).encode())

    def _ask(self, request, *contents):
        descriptors = [os.memfd_create("x") for _ in contents]
        try:
            for descriptor, data in zip(descriptors, contents):
                os.write(descriptor, data)
            return self.worker.ask(request | {"key": "k"}, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def outcome(self, candidate, index):
        """Of a candidate worker's answer to one call."""
        arguments, outputs = os.memfd_create("a"), os.memfd_create("o")
        try:
            call = self.worker.ask({"do": "arguments", "key": "k", "index": index, "fds": ["arguments"]}, [arguments])
            fields = ("entry", "arguments", "backward", "storages")
            request = {"do": "call", "index": index, "library": True, "fds": ["arguments", "outputs"]}
            reply = candidate.worker.ask(request | {f: call[f] for f in fields}, [arguments, outputs])
            return self.worker.ask({"do": "judge", "key": "k", "index": index, "reply": reply, "sample": "s",
                                    "fds": ["outputs"]}, [outputs])
        finally:
            os.close(arguments)
            os.close(outputs)
