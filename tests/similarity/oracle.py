"""CodeBLEU once more, in plain Python and by its definition rather than by speed: what the plugin is held to.

Written from the papers (BLEU; Chen and Cherry's smoothing 1; CodeBLEU, arXiv 2009.10297) and from what CodeXGLUE's
program does; shares nothing with the plugin but tree-sitter and its grammar. Names are kept in the order of appearance
where CodeXGLUE has a set (see the plugin's README).
"""
from __future__ import annotations

import collections
import functools
import io
import math
import re
import token
import tokenize
import typing

import flow
import trees

KEYWORDS = set("""False None True and as assert async await break class continue def del elif else except finally for
    from global if import in is lambda nonlocal not or pass raise return try while with yield""".split())
LATER_KEYWORDS = {"match", "case", "type"}


def grams(words: list[str], order: int) -> collections.Counter:
    return collections.Counter(zip(*(words[start:] for start in range(order))))


def bleu(pairs: list[tuple[float, float]], size: int, against: int) -> float:
    if pairs[0][0] == 0:
        return 0.0
    shares = [(matched or 0.1) / max(1, all_) for matched, all_ in pairs]
    brevity = 1.0 if size > against else math.exp(1 - against / size)
    return brevity * math.prod(shares) ** 0.25


def ngrams(golden: list[str], code: list[str]) -> float:
    pairs = []
    for order in range(1, 5):
        ours, theirs = grams(code, order), grams(golden, order)
        pairs.append(((ours & theirs).total(), ours.total()))
    return bleu(pairs, len(code), len(golden))


def weighted_ngrams(golden: list[str], code: list[str], keywords: set[str]) -> float:
    pairs = []
    for order in range(1, 5):
        ours, theirs = grams(code, order), grams(golden, order)
        weight = (lambda gram: 1 if gram[0] in keywords else 0.2) if order == 1 else (lambda gram: 1)
        pairs.append((sum(count * weight(gram) for gram, count in (ours & theirs).items()),
                      sum(count * weight(gram) for gram, count in theirs.items())))
    return bleu(pairs, len(code), 2)


def without_python_comments(text: str) -> str:
    """Tokens put where they stood; docstrings are strings that begin a line, in a wide sense."""
    out, row, column, before = [], 0, 0, token.INDENT
    try:
        for kind, said, begin, end, _ in tokenize.generate_tokens(io.StringIO(text).readline):
            if begin[0] > row:
                column = 0
            out.append(" " * (begin[1] - column))
            docstring = kind == token.STRING and (before in (token.INDENT, token.NEWLINE) or begin[1] == 0)
            if kind != token.COMMENT and not docstring:
                out.append(said)
            before, (row, column) = kind, end
    except (tokenize.TokenError, IndentationError):
        return text
    return without_blank_lines("".join(out))


def without_java_comments(text: str) -> str:
    pattern = r"""(//[^\n]*|/\*(?:.|\n)*?\*/)|'(?:\\(?:.|\n)|[^'\\])*'|"(?:\\(?:.|\n)|[^"\\])*\""""
    return without_blank_lines(re.sub(pattern, lambda found: " " if found[1] else found[0], text))


def without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def subtrees(root: trees.Node) -> list:
    """One key for each node with children, and the root: equal for equal S-expressions."""
    numbers: dict = subtrees.numbers
    out = []

    def number(node: trees.Node) -> int:
        seen = tuple((child.field, number(child)) for child in node.children)
        seen = tuple(it for it, child in zip(seen, node.children) if child.is_named or child.is_missing)
        key = numbers.setdefault(node.note or (node.head(), seen), len(numbers))
        if node.children:
            out.append(key)
        return key

    whole = number(root)
    return out or [whole]


subtrees.numbers = {}


def syntax(golden: list, code: list) -> float:
    there = set(code)
    return sum(it in there for it in golden) / len(golden)


def data_flow(golden: list, code: list) -> float | None:
    wanted, there = collections.Counter(golden), collections.Counter(code)
    return (wanted & there).total() / wanted.total() if wanted else None


def code_bleu(golden: str, code: str, variant: str) -> tuple[float, float, float, float | None]:
    """n-grams, weighted n-grams, syntax, data flow (None where the golden has none)."""
    wanted, ours = side(golden, variant), side.__wrapped__(code, variant)
    keywords = KEYWORDS if variant == "paper" else KEYWORDS | LATER_KEYWORDS
    return (ngrams(wanted.words, ours.words), weighted_ngrams(wanted.words, ours.words, keywords),
            syntax(wanted.subtrees, ours.subtrees), data_flow(wanted.flows, ours.flows))


class Side(typing.NamedTuple):
    words: list[str]
    subtrees: list[int]
    flows: list[tuple]


@functools.cache
def side(text: str, variant: str) -> Side:
    paper = variant == "paper"
    text = (text.replace("\r", "").replace("\n", "\\n") if paper else text).strip()
    clean = (without_java_comments if paper else without_python_comments)(text)
    root = trees.parse(clean.encode())
    return Side(text.split(), subtrees(root), flow.flows(root, clean))


def paper_code(answer: str) -> str:
    return "\n\n".join(re.findall(r"```python\n(.*?)```", answer, re.DOTALL)) or answer
