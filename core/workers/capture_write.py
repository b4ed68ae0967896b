"""From what was watched to an operator folder (operators/README.md): operator.yaml with the calls as cases, a reference
that calls the very function, and a README that says what is left to write."""
from __future__ import annotations

import inspect
import json
import os
from typing import Any

BENCHES = 2  # the largest calls are timed too


def targets(output: str, family: str, names: list[str]) -> list[str]:
    """One new folder a function. FileExistsError: there is one already; nothing is overwritten."""
    out: list[str] = []
    for name in names:
        parts = name.split(".")
        folder = os.path.join(output, family, parts[-1])
        if folder in out:
            folder = os.path.join(output, family, "_".join(parts[-2:]))
        if os.path.exists(folder) or folder in out:
            raise FileExistsError(f"{folder} is there already: give another --output, or remove it")
        out.append(folder)
    return out


def write(function: Any, folder: str, asked: Any) -> None:
    os.makedirs(folder)
    entry = os.path.basename(folder)
    shown = parameters(function)
    texts = {"operator.yaml": contract(function, entry, shown), "README.md": readme(function, entry, asked),
             "reference.py": reference(function, entry, shown, asked)}
    for name, text in texts.items():
        with open(os.path.join(folder, name), "x", encoding="utf-8") as file:
            file.write(text)


def parameters(function: Any) -> dict[str, str]:
    """What the calls gave, in the function's order: name → how the signature says it."""
    given = {name for case in function.cases.values() for name in case.arguments}
    out = {}
    for name, default in function.parameters.items():
        if name not in given:
            continue
        always = all(name in case.arguments for case in function.cases.values())
        sayable = default is None or isinstance(default, (bool, int, float, str))
        kind = ": " + kind_of(function, name)
        if not always and not sayable:
            default, sayable = None, True  # left out where a call leaves it out: None stands for that
        out[name] = kind + (f" = {default!r}" if sayable and default is not inspect.Parameter.empty else "")
    return dict(sorted(out.items(), key=lambda item: "=" in item[1]))


def kind_of(function: Any, name: str) -> str:
    seen = [case.arguments[name] for case in function.cases.values() if name in case.arguments]
    if any(isinstance(value, dict) and ("tensor" in value or "same_as" in value) for value in seen):
        return "Tensor" + (" | None" if None in seen else "")
    kinds = {type(value).__name__ for value in seen if value is not None and not isinstance(value, dict)}
    return kinds.pop() if len(kinds) == 1 else "object"


def flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def contract(function: Any, entry: str, shown: dict[str, str]) -> str:
    cases = list(function.cases.values())
    signature = f"{entry}({', '.join(name + kind for name, kind in shown.items())}) -> Tensor"
    dtypes = sorted({spec["dtype"] for case in cases for spec in case.arguments.values()
                     if isinstance(spec, dict) and "tensor" in spec and "float" in spec["dtype"]})
    lines = [f"# {function.count} calls of {function.name}, {len(cases)} distinct, as a program made them.",
             "tags: [captured]", f"signature: {flow(signature)}", "instruction:",
             f"  simple: {flow(f'Write `{signature}`: what {function.name} of PyTorch computes.')}",
             f"  complex: {flow(complex_text(function, signature))}", "policy:",
             f"  dtypes: {flow(dtypes or ['float32'])}"]
    if function.mutates & set(shown):
        lines.append(f"  mutates: {flow(sorted(function.mutates & set(shown)))}")
    lines += ["cases:", "  check:"]
    lines += [line for number, case in enumerate(cases, 1) for line in case_lines(case, number)]
    lines.append("  bench:")
    largest = sorted(range(len(cases)), key=lambda at: -cases[at].elements())[:BENCHES]
    lines += [line for at in largest for line in case_lines(cases[at], at + 1) if not line.startswith("    #")]
    return "\n".join(lines) + "\n"


def complex_text(function: Any, signature: str) -> str:
    return (f"Write `{signature}`: what {function.name} of PyTorch computes, in the same shapes and dtypes, for the "
            "layouts in which the program calls it. Half-precision inputs are computed in float32 and rounded once. "
            + (f"It writes {', '.join(sorted(function.mutates))}; all other arguments stay as they are."
               if function.mutates else "Arguments stay as they are."))


def case_lines(case: Any, number: int) -> list[str]:
    """Comments say what a drawn tensor does not."""
    lines = [f"    # {name}: " + ", ".join(f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
                                            for key, value in seen.items()) for name, seen in case.seen.items()]
    lines += [f"    # {note}" for note in case.notes]
    times = "once" if case.count == 1 else f"{case.count} times"
    lines.append(f"    - name: {flow(f'call {number}, made {times}')}")
    return [*lines, f"      arguments: {flow(case.arguments)}"]


def reference(function: Any, entry: str, shown: dict[str, str], asked: Any) -> str:
    module, _, attribute = function.name.rpartition(".")
    top = module.split(".")[0]
    lines = [f'"""{function.name}, as {os.path.basename(asked.script)} calls it."""']
    if top != "torch":
        folder = os.path.dirname(os.path.abspath(asked.script))
        lines += ["import sys", "", "# The program's own module: copy what it needs to here before you share this.",
                  f"sys.path.insert(0, {folder!r})"]
    lines += [f"import {top}" if top == "torch" else f"import {module}  # noqa: E402"]
    if top != "torch" or "nn" in module:
        lines += ["import torch.nn.functional"] if top == "torch" else []
    head = ", ".join(name + (kind[kind.index(" = "):].replace(" = ", "=") if " = " in kind else "")
                     for name, kind in shown.items())
    return "\n".join([*lines, "", "", f"def {entry}({head}):", *body(function, shown), ""])


def body(function: Any, shown: dict[str, str]) -> list[str]:
    """By position as far as the function's own order goes, then by name; what a call left out is left out."""
    order = [name for name in function.parameters if not name.startswith("_")]
    if function.gathers in shown:
        first = [name for name in order[:order.index(function.gathers)] if name in shown]
        return [f"    return {function.name}({', '.join([*first, '*' + function.gathers])})"]
    args, rest = [], [name for name in order if name in shown]
    while rest and order and rest[0] == order[0] and "=" not in shown[rest[0]]:
        args.append(rest.pop(0))
        order.pop(0)
    named = ", ".join(f"{name!r}: {name}" for name in rest)
    if any(" = None" in shown[name] for name in rest):
        return [f"    given = {{{named}}}",
                "    given = {name: value for name, value in given.items() if value is not None}",
                f"    return {function.name}({', '.join([*args, '**given'])})"]
    return [f"    return {function.name}({', '.join([*args, *(f'{name}={name}' for name in rest)])})"]


def readme(function: Any, entry: str, asked: Any) -> str:
    kept = "Values are kept." if asked.data else "No data is kept: contents are drawn by the comments' statistics."
    script, distinct = os.path.basename(asked.script), len(function.cases)
    lines = [f"# {entry}: calls of {function.name}", "",
             f"Captured from `{script}`: {function.count} calls, {distinct} distinct.",
             kept, "", "## What is left to write",
             "- `golden.py`: a Triton implementation that is known to be right. Candidates are judged against",
             "  `reference.py` with or without it; without it the model `golden` answers with the reference.",
             "- The instruction: edge cases, and what is unspecified.",
             "- Cases that the program never makes: odd sizes, size 1, empty, large magnitude, other layouts."]
    if function.gradients:
        lines += [f"- The program asks for gradients in {function.gradients} distinct calls: `policy: {{backward:",
                  "  true}` and `grad: true` on those tensors have them judged too."]
    if function.notes:
        lines += ["", "## Left out", *(f"- {note}" for note in function.notes)]
    lines += ["", "```sh", f"touchstone eval FILE.py --task {entry} --operators {asked.output}", "```", ""]
    return "\n".join(lines)
