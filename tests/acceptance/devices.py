"""Why one answer may end differently on a CPU and on a GPU: what Triton's interpreter and its compiler see
differently."""
from __future__ import annotations

import re

RIGHT = ("passed", "not_triton")
NOT_COMPILED = re.compile(r"CompilationError|UnsupportedLanguageConstruct|[Uu]nsupported (ptr type|tensor index)|"
                          r"Mask argument cannot|Expected a scalar in shape|Input shapes should have")


def explain(cpu: dict, gpu: dict) -> str | None:
    """The cause of two records of one sample ending differently; None where none is known."""
    on_cpu, on_gpu = (record["attempts"][-1]["verdicts"][0] for record in (cpu, gpu))
    both_wrong = on_cpu["outcome"] not in RIGHT and on_gpu["outcome"] not in RIGHT
    notes = (cpu["attempts"][-1].get("execution") or {}).get("notes") or []
    if "cannot be accessed from Triton" in on_gpu["reason"]:
        return "a kernel is given a tensor of the host: the interpreter reads it, a GPU cannot"
    if "No module named" in on_cpu["reason"] + on_gpu["reason"]:
        return "a package is there on one machine only"
    if "stores outside every tensor" in on_cpu["reason"]:
        return "it stores outside its tensors: refused on the CPU, on a GPU whatever comes of it"
    if any("loads outside every tensor" in note for note in notes):
        return "it loads outside its tensors: NaN on the CPU, on a GPU whatever lies there"
    if on_cpu["outcome"] == "timeout":
        return "the interpreter is too slow for it"
    if both_wrong and NOT_COMPILED.search(on_gpu["reason"]):
        return "wrong on both: it does not compile, and the interpreter meets another fault first"
    if both_wrong:
        return "wrong on both: which fault is met first differs"
    return None
