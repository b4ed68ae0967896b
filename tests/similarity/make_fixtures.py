"""Writes tests/fixtures/similarity/figures.json: texts of our own, and what other people's CodeBLEU says of them.

    TOUCHSTONE_TRITONBENCH=… PYTHON_WITH_CODEBLEU tests/similarity/make_fixtures.py

Needs a build with tests, PyPI's codebleu 0.7.0 (for `standard`) and upstream's checkout (for `paper`).
"""
from __future__ import annotations

import json

import oracle
import peers
import trees

KERNEL = """import torch
import triton
import triton.language as tl


@triton.jit
def add_kernel(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    offsets = pid * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    y = tl.load(y_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, x + y, mask=mask)


def add(x, y):
    out = torch.empty_like(x)
    n = out.numel()
    add_kernel[(triton.cdiv(n, 1024),)](x, y, out, n, BLOCK=1024)
    return out
"""
OTHER = KERNEL.replace("pid", "which").replace("mask=mask", "mask=mask, other=0.0").replace("1024", "256")
DOCUMENTED = '''"""What this file is."""
import math  # for pi
def area(r):
    """Says
    more than it does."""
    # a comment
    "and a string"
    x = "kept"; "kept too"
    text = """kept # too"""
    return math.pi * r ** 2  # the end
'''
LOOPS = """def f(rows, n=0, *rest, key=None):
    total = n
    for i, row in enumerate(rows):
        for x in row:
            total += x * i
        else:
            last = x
    while total > 10:
        total = total - n
        n = total
    if key:
        total = key(total)
    elif rest:
        total = rest[0]
    else:
        rows = []
    return [total for total in rows if total], total
"""
CASES = {
    "the same": (KERNEL, KERNEL),
    "renamed": (KERNEL, OTHER),
    "nothing in common": (KERNEL, "print('hello')\n"),
    "an answer that is no code": (KERNEL, "I cannot help with that.\n"),
    "a fenced answer": (KERNEL, f"Here:\n```python\n{OTHER}```\nand\n```python\nprint(1)\n```\n"),
    "half an answer": (KERNEL, OTHER[:OTHER.index("x = tl")] + "x = tl.load(\n"),
    "docstrings and comments": (DOCUMENTED, DOCUMENTED.replace("r ** 2", "r * r").replace("# a comment", "")),
    "comments against none": (DOCUMENTED, "import math\ndef area(r):\n    return math.pi * r ** 2\n"),
    "loops and branches": (LOOPS, LOOPS.replace("total += x * i", "total = total + i * x")),
    "loops against branches": (LOOPS, LOOPS.replace("while total > 10", "if total > 10")),
    "a loop's else": ("for a in b:\n    c = a\nelse:\n    d = c\n", "for a in b:\n    c = a\n"),
    "no data flow in the golden": ("pass\n", "x = 1\ny = x\n"),
    "no data flow in either": ("pass\n", "pass\n"),
    "a string breaks the data flow": ("self.x = 'abc'\ny = 1\nz = y\n", "self.x = abc\ny = 1\nz = y\n"),
    "several at once": ("a, b, c = 1, 2, 3\na, b = b, a\nx = y = a\n", "a, b, c = f()\n(a, b) = (b, a)\nx = a\n"),
    "floor division": ("n = a // b\nm = n // 2\nk = m + n\n", "n = a // b\nm = n\nk = m + n\n"),
    "quotes and slashes": ("u = 'http://x' + \"//\"\nv = u /* 2 */ 3\n", "u = 'http://x'\nv = u // 2\n"),
    "tabs": ("def f(x):\n\ty = x\n\tif y:\n\t\treturn y\n\treturn x\n", "def f(x):\n    y = x\n    return y\n"),
    "Windows' line ends": ("x = 1\r\ny = x\r\n\r\nz = y # end\r\n", "x = 1\ny = x\nz = y\n"),
    "not ASCII": ("né = 'é→'; x = né + né\ny = x + né  # Ωmega\n", "ne = 'e'; x = ne + ne\ny = x + ne\n"),
    "odd white space": ("x\u00a0= 1\u2003+ 2\u3000\n\x1fy = x\n\u2028", "x = 1 + 2\ny = x\n"),
    "a string without an end": ("x = 'abc\ny = x\n", "x = 'abc'\ny = x\n"),
    "three quotes without an end": ('x = 1\n"""doc\ny = x # kept\n', "x = 1\ny = x # kept\n"),
    "an unclosed bracket": ("f(x,\n  y # kept\n", "f(x,\n  y)\n"),
    "brackets that close too often": ("x = 1))\ny = x  # gone\n'kept'\n", "x = 1\ny = x\n"),
    "an odd dedent": ("if x:\n        a = 1\n    b = a # kept\n", "if x:\n    a = 1\nb = a\n"),
    "continued lines": ("x = 1 + \\\n    2\ny = 'a\\\nb' + x\nz = f'{x!r:>{y}}' rb'' '' \\\n", "x = 1 + 2\ny = 'ab'\n"),
    "stray signs": ("x = $1 ? 2 ! 3\n\\ y\nz = x != 1\t?\n", "x = 1\nz = x != 1\n"),
    "words alike": ("a a a a a b\n", "a a a\n"),
    "one word": ("x\n", "x\n"),
    "two words": ("x y\n", "x y z\n"),
    "new keywords": ("match x:\n    case 1:\n        type = x\n", "match x:\n    case 2:\n        type = x\n"),
    "comprehensions": ("a = [x + y for x in b for y in x if y]\n", "a = {x: y for x, y in b}\nc = lambda x: x + a\n"),
    "parameters": ("def f(a, b=c, *d, e: int = 3, **g) -> None: return b(e)\n", "def f(a, b=c): return b(a)\n"),
    "words that are types": ("identifier = 1\nx = identifier\n", "integer = 1\nx = integer\n"),
}


def main() -> None:
    cases = []
    for name, (golden, answer) in CASES.items():
        code = oracle.paper_code(answer)
        cases.append({"name": name, "golden": golden, "code": code, "answer": answer,
                      "standard": peers.pypi(golden, code)[1:], "paper": peers.upstream(golden, code)[1:]})
    source = ("standard: PyPI codebleu 0.7.0; paper: the files of TritonBench 603e28a; both on tree-sitter 0.20.7 with "
              "tree-sitter-python 0.23.6, Python 3.11, sets in the order of appearance")
    path = trees.ROOT / "tests/fixtures/similarity/figures.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"source": source, "figures": ["n-grams", "weighted n-grams", "syntax", "data flow"],
                                "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
