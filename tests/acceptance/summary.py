"""The findings as Markdown."""
from __future__ import annotations

from collections.abc import Iterable

from findings import Goldens, Line, Mutants, Nulls, Published, References, upper_bound
from interruptions import Killed

ANSWERS = ("none", "zeros", "first", "random", "constant", "raises")


def listed(title: str, lines: Iterable[Line]) -> list[str]:
    lines = list(lines)
    return [f"{title}:", *(f"- {line}" for line in lines)] if lines else []


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    head = list(head)
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]


def number(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def heading(manifest: dict, date: str) -> list[str]:
    candidate, devices = manifest["workers"]["candidate"], manifest["devices"]
    device = ", ".join(f"{device['id']} ({device['name']})" for device in devices if "trouble" not in device)
    versions = ", ".join(f"{name} {candidate[name]}" for name in ("python", "torch", "triton", "numpy")
                         if name in candidate)
    return [f"{date}, {device}, touchstone {manifest['touchstone']}, {versions}"]


def goldens_text(found: Goldens, seeds: int) -> list[str]:
    out = ["## Goldens", ""]
    basis = f"({number(found.samples, 'sample')}, {number(seeds, 'seed')})"
    if found.accused:
        out.append(f"{found.failed_calls} of {found.calls} calls accused {basis}.")
    else:
        out.append(f"0 of {found.calls} calls accused {basis}, upper 95 % "
                   f"bound {100 * upper_bound(found.calls):.2f} %.")
    if found.by_operator:
        out += ["", *table(["operator", "calls"], sorted(found.by_operator.items()))]
    return out + [""] + listed("Accused", found.accused) + listed("No verdict", found.open)


def nulls_text(found: Nulls) -> list[str]:
    count = sum(len(answers) for answers in found.outcomes.values())
    answers = [*ANSWERS, *sorted({a for row in found.outcomes.values() for a in row} - set(ANSWERS))]
    rows = ([operator, *(row.get(answer, "–") for answer in answers)]
            for operator, row in sorted(found.outcomes.items()))
    return ["## Null answers", "", f"{len(found.passed)} of {count} passed, {len(found.library)} were right by value.",
            "", *table(["operator", *answers], rows), "", *listed("Passed", found.passed),
            *listed("Right by value (not_triton): the cases are weak", found.library),
            *listed("No verdict", found.open)]


def mutants_text(found: Mutants) -> list[str]:
    caught = sum(found.caught.values())
    return ["## Mutants", "",
            f"{caught} of {found.listed} caught, {len(found.explained)} pass with a reason, "
            f"{len(found.missed)} missed.",
            "", *table(["caught as", "mutants"], found.caught.most_common()), "",
            *listed("Missed", found.missed), *listed("Pass with a reason", found.explained),
            *listed("Caught, though the list excuses them: look again", found.doubtful),
            *listed("No verdict", found.open)]


def references_text(found: References, seeds: int) -> list[str]:
    judged = found.right + len(found.accused)
    return ["## TritonBench-T's references as candidates", "",
            f"{found.right} of {judged} right and `not_triton` ({number(found.samples, 'sample')}, "
            f"{number(seeds, 'seed')}); {number(len(found.views), 'task')} compute nothing and pass; "
            f"{number(len(found.not_judged), 'task')} not judged.", "",
            *listed("Accused", found.accused), *listed("No verdict", found.open),
            *listed("Nothing to compute", (Line(task, "passed", "") for task in sorted(found.views))),
            *listed("Not judged", (Line(task, "not_judged", why) for task, why in sorted(found.not_judged.items())))]


def published_text(found: Published, against: str | None) -> list[str]:
    names = sorted({outcome for counts in found.outcomes.values() for outcome in counts})
    rows = ([model, sum(counts.values()), *(counts[name] for name in names)]
            for model, counts in sorted(found.outcomes.items()))
    out = ["## Published answers on TritonBench-T", "", *table(["model", "records", *names], rows), "",
           *listed("No verdict", found.open)]
    if against:
        differing = sum(map(len, found.differing.values()))
        out += [f"{found.compared - differing} of {found.compared} outcomes are those of the other device.", ""]
        for cause, lines in sorted(found.differing.items(), key=lambda item: (item[0] is not None, -len(item[1]))):
            out += listed(f"Different ({len(lines)}): {cause}" if cause else "Different, for no known cause", lines)
    return out


def kills_text(found: Killed) -> list[str]:
    return ["## Kills", "", f"{number(found.kills, 'SIGKILL')} in {number(found.rounds, 'run')} of "
            f"{number(found.records, 'record')}; {'all came to the same records' if not found.wrong else 'not well'}, "
            f"workers seen to end: {found.processes}.", "",
            *(f"- {text}" for text in found.wrong)]
