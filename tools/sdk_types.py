"""The types of the SDK's headers, read from their text: enough C++ for headers in the house's format, and an error for
what is not understood, so that nothing is left out in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from source_text import without_comments

HEAD = re.compile(r"^(template <class \w+>\n)?(?:extern \"C\" )?(struct|class|enum class)(?: \[\[nodiscard\]\])? "
                  r"(\w+)(?: : [\w ]+)? \{", re.MULTILINE)
VIRTUAL = re.compile(r"\bvirtual\s+([^;{}]*?)\s*(?:= 0;|\{|;|= default;)", re.DOTALL)
FIELD = re.compile(r"^(?P<kind>[\w:<>, ]+?[&*]?) (?P<names>\w+(?:\{[^}]*\})?(?:, \w+(?:\{[^}]*\})?)*);$", re.DOTALL)


@dataclass
class Enum:
    name: str
    values: list[str]


@dataclass
class Class:
    name: str
    template: bool
    fields: list[tuple[str, str]] = field(default_factory=list)     # (type, name), public ones
    virtuals: list[tuple[str, str]] = field(default_factory=list)   # (signature, name)


def body(text: str, opening: int) -> str:
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[opening + 1 : at]
    raise SystemExit("sdk_types: a brace is never closed")


def one_line(text: str) -> str:
    return " ".join(text.split())


def outside_functions(text: str) -> str:
    """The body without what stands in braces of functions; initialisers of fields stay."""
    text, out, at = re.sub(r"^\s*(?:public|protected|private):\s*$", "", text, flags=re.MULTILINE), "", 0
    while at < len(text):
        if text[at] == "{" and not re.search(r"[\w>]$", out[-1:]):
            at += len(body(text, at)) + 2
            out += ";"
        else:
            out += text[at]
            at += 1
    return out


def read_struct(name: str, template: bool, text: str) -> Class:
    out = Class(name, template)
    for match in VIRTUAL.finditer(text):
        signature = one_line(match[1])
        if not signature.startswith("~"):
            out.virtuals.append((signature, re.search(r"(\w+)\(", signature)[1]))
    public = text.split(" private:")[0]
    for statement in outside_functions(public).split(";"):
        found = FIELD.match(one_line(statement) + ";")
        pointer = re.match(r"(Result<.*>) \(\*(\w+)\)(\(.*\))$", one_line(statement))
        if pointer:
            out.fields.append((f"{pointer[1]}(*){pointer[3]}", pointer[2]))
        elif found and not re.match(r"(using|friend|return|explicit|static|virtual)\b", found["kind"]):
            names = re.sub(r"\{[^}]*\}", "", found["names"])
            out.fields += [(found["kind"], one) for one in names.split(", ")]
        elif name not in ("Value", "Result", "Config", "Host") and not out.virtuals and one_line(statement):
            raise SystemExit(f"sdk_types: cannot read this of {name}: {one_line(statement)}")
    return out


def read_headers(folder: Path) -> tuple[list[Class | Enum], list[str]]:
    """Types in the order of files and text; as text, private fields and the aliases that stand for types."""
    types: list[Class | Enum] = []
    aliases: list[str] = []
    for path in sorted(folder.glob("*.hpp")):
        text = without_comments(path.read_text(encoding="utf-8"))
        if path.name == "toolchain.hpp":
            continue  # of the build alone: nothing of it crosses
        for match in HEAD.finditer(text):
            inside = body(text, match.end() - 1)
            if match[2] == "enum class":
                types.append(Enum(match[3], re.findall(r"\w+", inside)))
            else:
                types.append(read_struct(match[3], bool(match[1]), inside))
        aliases += [f"{name[3]}: {one_line(found)}" for name in HEAD.finditer(text)
                    for found in re.findall(r"^  [^(;}\n]* \w+_;", body(text, name.end() - 1), re.MULTILINE)]
        aliases += [one_line(found) for found in re.findall(r"^using \w+ =[^;]*;", text, re.MULTILINE)]
        declared = len(re.findall(r"^(?:extern \"C\" )?(?:struct|class|enum)\b[^;]*\{", text, re.MULTILINE))
        if declared != len(HEAD.findall(text)):
            raise SystemExit(f"sdk_types: {path} has a type that is not understood")
    return types, aliases
