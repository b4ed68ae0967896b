"""Every published answer of TritonBench, where TOUCHSTONE_TRITONBENCH names a checkout: the plugin and oracle.py."""
from __future__ import annotations

import concurrent.futures
import functools
import json
import multiprocessing
import os
from pathlib import Path

import pytest

import oracle
import peers
import plugin_figures

ROOT = os.environ.get("TOUCHSTONE_TRITONBENCH", "")
pytestmark = [pytest.mark.tritonbench,
              pytest.mark.skipif(not ROOT, reason="TOUCHSTONE_TRITONBENCH names no checkout")]
FILES = sorted((Path(ROOT) / "LLM_generated").glob("Bench_*/*.jsonl")) if ROOT else []


@functools.cache
def references() -> list[tuple[str, str]]:
    """Channel T's descriptions and references: upstream gives its answers no golden."""
    rows = json.loads((Path(ROOT) / "data/TritonBench_T_v1.jsonl").read_text(encoding="utf-8"))
    texts = [(Path(ROOT) / "data/TritonBench_T_v1" / row["file"]).read_text(encoding="utf-8") for row in rows]
    return [(row["description"], text.split("#" * 146)[0]) for row, text in zip(rows, texts)]


def pairs_of(file: Path) -> list[tuple[str, str, str]]:
    """Golden, code, answer."""
    out = []
    for line in file.read_text(encoding="utf-8").split("\n"):
        row = json.loads(line) if line.strip() else {}
        if not row.get("predict"):
            continue
        asked = row.get("instruction") or row["prompt"]
        golden = row["label"] or next(reference for description, reference in references() if description in asked)
        out.append((golden, oracle.paper_code(row["predict"]), row["predict"]))
    return out


def expected(pairs: list[tuple[str, str, str]], variant: str) -> list[list[float]]:
    out = []
    for golden, code, _ in pairs:
        *parts, flow = oracle.code_bleu(golden, code, variant)
        parts.append(0.0 if flow is None else flow)
        out.append([sum(parts) / 4, *parts])
    return out


def differences(file: Path) -> list[str]:
    found = []
    for variant in ("standard", "paper"):
        pairs = pairs_of(file)
        for row, (ours, wanted) in enumerate(zip(plugin_figures.figures(pairs, f"variant={variant}"),
                                                 expected(pairs, variant), strict=True)):
            if ours is None or max(abs(a - b) for a, b in zip(ours, wanted, strict=True)) > 1e-9:
                found.append(f"{file.name} row {row} {variant}: {ours} instead of {wanted}")
    return found


def test_every_published_answer():
    assert len(FILES) == 44
    workers = concurrent.futures.ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))
    with workers:
        assert not [it for found in workers.map(differences, FILES) for it in found]


@pytest.mark.skipif(not peers.has_upstream(), reason="the checkout lacks EVAL/CodeBLEU")
def test_upstream_itself():
    """Its own files over one model's answers."""
    pairs = pairs_of(next(file for file in FILES if file.name == "output_gpt-4o_comp.jsonl"))
    for (golden, code, _), ours in zip(pairs, plugin_figures.figures(pairs, "variant=paper"), strict=True):
        assert ours == pytest.approx(peers.upstream(golden, code), abs=1e-9)
