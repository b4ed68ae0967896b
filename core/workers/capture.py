"""Runs a user's own PyTorch program and keeps how it calls the functions that were named: `touchstone capture`.

The program is trusted, for it is the user's own: it runs as by hand, in this process, with its own sys.argv, terminal
and environment. What was seen before it ends, however it ends, is written. Exit status: 0, 1 the program failed, 2 a
function or a folder that cannot be used, 5 nothing was called.
"""
from __future__ import annotations

import argparse
import os
import sys
import traceback
import types

OWN = ("capture", "capture_tensor", "capture_watch", "capture_write")


def words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="touchstone capture")
    parser.add_argument("--function", action="append", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--family", required=True)
    parser.add_argument("--most", type=int, required=True)
    parser.add_argument("--data", action="store_true")
    parser.add_argument("script")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args()


def make_room(script: str) -> None:
    """The program may have modules of our names: what we need is imported by now, and its own folder stands first."""
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    for name in OWN:
        sys.modules.pop(name, None)


def run(script: str, arguments: list[str]) -> int:
    """The program's exit status, its traceback printed without our frames."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=script, __builtins__=__builtins__)
    sys.modules["__main__"], sys.argv = main, [script, *arguments]
    try:
        with open(script, "rb") as file:
            code = compile(file.read(), script, "exec")
        exec(code, main.__dict__)
    except SystemExit as end:
        if isinstance(end.code, int) or end.code is None:
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BaseException as error:
        show(error)
        return 1
    return 0


def show(error: BaseException) -> None:
    """As the interpreter would, as if nobody stood between the program and what it called."""
    ours = os.path.dirname(os.path.realpath(__file__)) + os.sep + "capture"
    story = traceback.TracebackException.from_exception(error)
    told = [story]
    for part in told:
        part.stack[:] = [frame for frame in part.stack if not os.path.realpath(frame.filename).startswith(ours)]
        told.extend(more for more in (part.__cause__, part.__context__) if more is not None)
    sys.stdout.flush()
    print("".join(story.format()), end="", file=sys.stderr)


def say(text: str) -> None:
    print(f"touchstone capture: {text}", file=sys.stderr)


def main() -> int:
    asked = words()
    from capture_watch import Unknown, watch
    from capture_write import targets, write

    make_room(asked.script)
    try:
        folders = targets(asked.output, asked.family, asked.function)
        watched = watch(asked.function, asked.most, asked.data)
    except (Unknown, FileExistsError) as error:
        say(str(error))
        return 2
    status = run(asked.script, asked.arguments)
    for function in watched:
        function.unbind()
    if status:
        say(f"the program ended with status {status}; what it called before is kept")
    kept = 0
    for function, folder in zip(watched, folders):
        for note in function.notes:
            say(f"{function.name}: {note}")
        if function.cases:
            write(function, folder, asked)
            kept += 1
        say(f"{function.name}: {function.count} calls, {len(function.cases)} distinct"
            + (f" → {folder}" if function.cases else ": nothing is written"))
    if kept:
        say(f"write golden.py there, then: touchstone eval FILE --task NAME --operators {asked.output}")
    return 130 if status == 130 else 1 if status else 0 if kept else 5


if __name__ == "__main__":
    sys.exit(main())
