"""The data flow of CodeXGLUE for Python, for oracle.py."""
from __future__ import annotations

import trees

DEEPEST = 900


class Broken(Exception):
    """The rules meet a node that they have no token for."""


class Reader:
    def __init__(self, root: trees.Node, text: str):
        self.lines = text.split("\n")
        self.places: list[tuple] = []
        self.collect(root)
        self.number = {place: index for index, place in enumerate(self.places)}  # of several, the last

    @staticmethod
    def is_token(node: trees.Node) -> bool:
        return node.type != "comment" and (not node.children or node.type == "string")

    def collect(self, node: trees.Node) -> None:
        if self.is_token(node):
            self.places.append((node.start_point, node.end_point))
        else:
            for child in node.children:
                self.collect(child)

    def spelt(self, place: tuple) -> str:
        """Columns are bytes, and cut characters all the same."""
        (row, begin), (last, end) = place
        if row == last:
            return self.lines[row][begin:end]
        return self.lines[row][begin:] + "".join(self.lines[row + 1:last]) + self.lines[last][:end]

    def token(self, node: trees.Node) -> tuple[int, str]:
        place = node.start_point, node.end_point
        if place not in self.number:
            raise Broken
        return self.number[place], self.spelt(place)

    def variables(self, node: trees.Node | None) -> list[tuple[int, str]]:
        if node is None:
            raise Broken
        if not self.is_token(node):
            return [it for child in node.children for it in self.variables(child)]
        index, name = self.token(node)
        return [] if name == node.type else [(index, name)]

    def read(self, node: trees.Node, states: dict, depth: int = 0) -> tuple[list, dict]:
        """Entries (token, name, computed, names, tokens) and where each variable was last set."""
        if depth > DEEPEST:
            raise Broken
        if self.is_token(node):
            return self.leaf(node, states)
        if node.type == "default_parameter":
            return self.parameter(node, states, depth)
        if node.type in ("assignment", "augmented_assignment", "for_in_clause"):
            return self.assignment(node, states, depth)
        if node.type == "if_statement":
            return self.branches(node, states, depth)
        if node.type in ("for_statement", "while_statement"):
            return self.loop(node, states, depth)
        return self.in_turn(sorted(node.children, key=lambda it: it.type != "for_in_clause"), states, depth)

    def in_turn(self, nodes: list, states: dict, depth: int) -> tuple[list, dict]:
        entries = []
        for node in nodes:
            more, states = self.read(node, states, depth + 1)
            entries += more
        return entries, states

    def leaf(self, node: trees.Node, states: dict) -> tuple[list, dict]:
        index, name = self.token(node)
        if name == node.type:
            return [], states
        if name in states:
            return [(index, name, False, [name], list(states[name]))], states
        if node.type == "identifier":
            states = {**states, name: [index]}
        return [(index, name, False, [], [])], states

    def parameter(self, node: trees.Node, states: dict, depth: int) -> tuple[list, dict]:
        value = node.child_by_field_name("value")
        names = self.variables(node.child_by_field_name("name"))
        if value is None:
            return [(index, name, False, [], []) for index, name in names], \
                {**states, **{name: [index] for index, name in names}}
        values = self.variables(value)
        entries, states = self.read(value, states, depth + 1)
        entries += [(index, name, False, [source], [at]) for index, name in names for at, source in values]
        return entries, {**states, **{name: [index] for index, name in names}}

    def assignment(self, node: trees.Node, states: dict, depth: int) -> tuple[list, dict]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type == "for_in_clause":
            return self.assign([left], [node.children[-1]], states, depth)
        return ([], states) if right is None else self.assign(*self.sides(left, right), states, depth)

    @staticmethod
    def sides(left: trees.Node | None, right: trees.Node | None) -> tuple[list, list]:
        if left is None or right is None:
            raise Broken
        lefts, rights = ([child for child in side.children if child.type != ","] for side in (left, right))
        return (lefts, rights) if len(lefts) == len(rights) > 0 else ([left], [right])

    def assign(self, lefts: list, rights: list, states: dict, depth: int) -> tuple[list, dict]:
        entries, states = self.in_turn(rights, states, depth)
        for left, right in zip(lefts, rights):
            targets, sources = self.variables(left), self.variables(right)
            for index, name in targets:
                entries.append((index, name, True, [it for _, it in sources], [at for at, _ in sources]))
                states = {**states, name: [index]}
        return entries, states

    def branches(self, node: trees.Node, states: dict, depth: int) -> tuple[list, dict]:
        entries, main, ways = [], states, []
        for child in node.children:
            if child.type in ("elif_clause", "else_clause"):
                more, way = self.read(child, states, depth + 1)
                ways.append(way)
            else:
                more, main = self.read(child, main, depth + 1)
            entries += more
        ways += [main] if any("else" in child.type for child in node.children) else [main, states]
        names = {name for way in ways for name in way}
        return entries, {name: sorted({at for way in ways for at in way.get(name, [])}) for name in names}

    def loop(self, node: trees.Node, states: dict, depth: int) -> tuple[list, dict]:
        entries = []
        for _ in range(2):
            if node.type == "while_statement":
                more, states = self.in_turn(node.children, states, depth)
            else:
                sides = self.sides(node.child_by_field_name("left"), node.child_by_field_name("right"))
                more, states = self.assign(*sides, states, depth)
                if node.children[-1].type == "block":
                    body, states = self.read(node.children[-1], states, depth + 1)
                    more += body
            entries += more
        return merged(entries, lambda it: it[:3]), states


def merged(entries: list, key) -> list:
    """Entries of one key become one: each name once, in the order of appearance; the last relation."""
    out: dict = {}
    for entry in entries:
        known = out.get(key(entry))
        if known:
            entry = (*entry[:3], list(dict.fromkeys(known[3] + entry[3])), list(dict.fromkeys(known[4] + entry[4])))
        out[key(entry)] = entry
    return list(out.values())


def flows(root: trees.Node, text: str) -> list[tuple]:
    """(variable, computed, variables it comes from), variables numbered by appearance."""
    try:
        entries = sorted(Reader(root, text).read(root, {})[0], key=lambda it: it[0])
    except Broken:
        return []
    used = {at for entry in entries for at in entry[4]} | {entry[0] for entry in entries if entry[4]}
    numbers: dict = {}
    out = []
    for _, name, computed, names, _ in merged([it for it in entries if it[0] in used], lambda it: it[0]):
        sources = tuple(numbers.setdefault(it, len(numbers)) for it in names)
        out.append((numbers.setdefault(name, len(numbers)), computed, sources))
    return out
