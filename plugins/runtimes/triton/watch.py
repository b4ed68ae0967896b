"""What the launches of a call in the interpreter did: launches, races, notes, and who wrote which memory."""

from __future__ import annotations

import sys

import races
from launches import Launches, Specialiser
from memory import Memory

_MOST_RACES = 20
_MOST_NOTES = 20


class Watch:
    """What the launches of a call did. `busy` is above zero while the interpreter itself is at work."""

    def __init__(self) -> None:
        self.launches, self.specialise, self.memory = Launches(), Specialiser(), Memory()
        self.kernel, self.count = "", 0  # the kernel that runs; launches so far
        self.file = ""  # lines are told of this file only
        self.check_races = True
        self.busy = 0
        self.recorder: races.Recorder | None = None
        self.races: list[str] = []
        self.notes: list[str] = []

    def clear(self) -> None:
        self.launches.clear()
        self.races, self.notes = [], []

    def line(self) -> int:
        """The candidate's line that is running; 0 where none is."""
        return self.frame()[0]

    def frame(self) -> tuple[int, str]:
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno, self.file
            frame = frame.f_back
        return 0, ""

    def note(self, text: str) -> None:
        if text not in self.notes and len(self.notes) < _MOST_NOTES:
            self.notes.append(text)

    def end(self, name: str, recorder: races.Recorder) -> None:
        """Looks for a race in what a launch left, and tells it in words."""
        found = recorder.find()
        if recorder.full:
            self.note(f"races not looked for: {name}: a launch made too many accesses")
        elif recorder.waits:
            self.note(
                f"races not looked for: {name}: between accesses that its atomics may order (line {recorder.waits})"
            )
        if found and len(self.races) < _MOST_RACES:
            program, line, other, other_line = found
            self.races.append(
                f"{name}: program {program} stores (line {line}) where program {other} also accesses memory "
                f"(line {other_line}), with no order between them"
            )


watch = Watch()
