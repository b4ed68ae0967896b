"""Measures the budgets of the spine with the built program and prints them as a Markdown table; see benchmark.sh.

overhead   host time a sample: the slope of wall time over the number of samples, one lane, answers without code, so
           that no candidate runs; durable records and artifacts included
memory     largest resident size of the host over a run of 10,000 records
add        from asking for a candidate worker to its reply, arguments ready: fork, load, call; then compile evidence
plugins    a list of 200 more plugins: the accuracy metric under other names of as many letters, and one that crashes
measure    other metrics on the quickstart's records, copied until they are 1,000: artifacts read, no worker started
quickstart a whole run of configs/quickstart.yaml
tritonbench 166 published answers on the CPU
similarity CodeBLEU of two models' published answers to TritonBench-G, beside PyPI's codebleu where TOUCHSTONE_CODEBLEU
           names a folder that pip put it in (--target), with a tree-sitter-python that it works with (0.21.0)
"""
from __future__ import annotations

import json
import os
import pathlib
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build/release/bin/touchstone"
SECTIONS = ("overhead", "memory", "add", "plugins", "measure", "quickstart", "tritonbench",
            "similarity")


def run(config: dict | pathlib.Path, folder: pathlib.Path) -> tuple[float, float]:
    """(wall seconds, largest resident MiB of the host) of one run."""
    if isinstance(config, dict):
        path = folder / "config.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
    else:
        path = config
    start, most = time.monotonic(), 0
    with subprocess.Popen([PROGRAM, "run", path, "--output", folder / "run"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, high_water(process.pid))
            time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"{path}: exit {process.returncode}")
    return time.monotonic() - start, most / 1024


def high_water(process: int) -> int:
    """KiB, or 0 once the process is gone."""
    try:
        lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def synthetic(folder: pathlib.Path, samples: int) -> dict:
    """A run of so many answers without code to one task."""
    folder.mkdir(exist_ok=True)
    answers = folder / "answers.jsonl"
    answers.write_text("".join(json.dumps({"id": "add", "answer": f"I am sorry, {n}."}) + "\n" for n in range(samples)))
    return {"name": "bench", "suites": [{"use": "operators", "where": {"names": ["add"]}}],
            "models": [{"use": "replay", "file": str(answers)}], "runtime": {"use": "triton", "device": "cpu"},
            "metrics": ["accuracy"], "limits": {"parallel": 1}}


def overhead(work: pathlib.Path) -> list[tuple]:
    slopes = []
    for turn in range(3):
        few, many = work / f"few{turn}", work / f"many{turn}"
        short, _ = run(synthetic(few, 1), few)
        long, _ = run(synthetic(many, 2001), many)
        slopes.append((long - short) / 2000 * 1e3)
    return [("host overhead a sample", f"{statistics.median(slopes):.2f} ms", "5 ms", "3 x 2,000")]


def memory(work: pathlib.Path) -> list[tuple]:
    folder = work / "memory"
    _, most = run(synthetic(folder, 10_000), folder)
    return [("host memory at 10,000 records", f"{most:.0f} MiB", "100 MB", "1")]


def add(work: pathlib.Path) -> list[tuple]:
    sys.path[:0] = [str(ROOT / "core/workers"), str(ROOT / "tests/workers")]
    import host
    import torch
    text = (ROOT / "operators/elementwise/add/golden.py").read_text()
    triton = ROOT / "plugins/runtimes/triton"
    candidates = host.Host("candidate", "candidate", triton, {"TRITON_INTERPRET": "1", "CUDA_VISIBLE_DEVICES": ""})
    compilers = host.Host("compiler", "compiler", triton, {"CUDA_VISIBLE_DEVICES": ""})
    calls, proofs = [], []
    for turn in range(30):
        folder = work / f"add{turn}"
        folder.mkdir()
        start = time.monotonic()
        worker = host.Candidate(candidates, folder, text, ["add"])
        reply = worker.call("add", torch.ones(4096), torch.ones(4096))
        calls.append((time.monotonic() - start) * 1e3)
        worker.end()
        start = time.monotonic()
        compiler = host.Candidate(compilers, folder, text, ["add"])
        compiler.worker.ask({"do": "compile", "launches": reply["launches"]})
        proofs.append((time.monotonic() - start) * 1e3)
        compiler.end()
    candidates.close()
    compilers.close()
    return [("`add`, request to outputs, warm CPU worker", f"{statistics.median(calls):.0f} ms", "100 ms", "30"),
            ("`add`, compile evidence for two targets", f"{statistics.median(proofs):.0f} ms", "300 ms", "30")]


def plugins(work: pathlib.Path) -> list[tuple]:
    folder, times = work / "plugins/metrics", []
    folder.mkdir(parents=True)
    original = (ROOT / "build/release/lib/touchstone/plugins/metrics/accuracy.so").read_bytes()
    for number in range(199):
        name = f"metric{number:02x}"
        (folder / f"{name}.so").write_bytes(original.replace(b"accuracy\0", name.encode() + b"\0"))
    crash = work / "crash.c"
    crash.write_text("int touchstone_plugin;\n"
                     "__attribute__((constructor)) static void crash(void) { __builtin_trap(); }\n")
    subprocess.run(["cc", "-shared", "-fPIC", crash, "-o", folder / "crashes.so"], check=True)
    for _ in range(5):
        start = time.monotonic()
        done = subprocess.run([PROGRAM, "list", "--plugins", folder.parent], capture_output=True, text=True)
        times.append((time.monotonic() - start) * 1e3)
    if done.stderr.count("crashed with signal") != 1 or done.stdout.count("metric") < 199:
        raise SystemExit(f"list of 200 plugins: {done.stderr[:500]}")
    return [("`list` of 200 more plugins, one crashing", f"{statistics.median(times):.0f} ms", "300 ms", "5")]


def measure(work: pathlib.Path) -> list[tuple]:
    folder = work / "measure"
    folder.mkdir()
    run(ROOT / "configs/quickstart.yaml", folder)
    records = folder / "run/records.jsonl"
    lines = [json.loads(line) for line in records.read_text().splitlines()]
    with open(records, "w", encoding="utf-8") as file:
        for number in range(1000):
            record = dict(lines[number % len(lines)])
            old, record["key"] = record["key"], f"{number:024}"
            shutil.copytree(folder / "run/artifacts" / old, folder / "run/artifacts" / record["key"])
            file.write(json.dumps(record) + "\n")
    times = []
    for turn in range(5):
        start = time.monotonic()
        subprocess.run([PROGRAM, "measure", folder / "run", "--metrics", "accuracy,latency", "--as", f"turn{turn}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.monotonic() - start)
    return [("`measure` of 1,000 records", f"{statistics.median(times):.2f} s", "3 s", "5")]


def quickstart(work: pathlib.Path) -> list[tuple]:
    times = []
    for turn in range(3):
        folder = work / f"quick{turn}"
        folder.mkdir()
        times.append(run(ROOT / "configs/quickstart.yaml", folder)[0])
    return [("quickstart's main job", f"{statistics.median(times):.1f} s", "15 s", "3")]


def tritonbench(work: pathlib.Path) -> list[tuple]:
    if not os.environ.get("TOUCHSTONE_TRITONBENCH"):
        return []
    answers = "$TOUCHSTONE_TRITONBENCH/LLM_generated/Bench_T_general_purpose/output_gpt-4o.jsonl"
    config = {"name": "bench", "suites": ["tritonbench"], "metrics": ["accuracy"],
              "models": [{"use": "replay", "file": answers, "match": "instruction", "answer_field": "predict",
                          "duplicates": "last"}], "runtime": {"use": "triton", "device": "cpu"}}
    folder = work / "tritonbench"
    folder.mkdir()
    return [("TritonBench-T, 166 answers, CPU", f"{run(config, folder)[0]:.0f} s", "90 s", "1")]


def pairs(model: str) -> bytes:
    """A model's answers to channel G, complex, as tests/similarity/pairs.cpp reads them."""
    file = pathlib.Path(os.environ["TOUCHSTONE_TRITONBENCH"], "LLM_generated/Bench_G_general_purpose",
                        f"output_{model}_comp.jsonl")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    texts = [text.encode() for row in rows for text in (row["label"], code_of(row["predict"]), row["predict"])]
    return b"".join(b"%d\n%s" % (len(text), text) for text in texts)


def code_of(answer: str) -> str:
    return "\n\n".join(re.findall(r"```python\n(.*?)```", answer, re.DOTALL)) or answer


def children() -> tuple[float, int]:
    """CPU seconds of all ended processes that this one started, and the largest one's KiB."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def code_bleu(command: list, file: pathlib.Path, work: pathlib.Path) -> float:
    """Median CPU milliseconds of a whole process over a file of pairs."""
    times = []
    for _ in range(5):
        start, _ = children()
        with open(file, "rb") as pairs_of_file:
            subprocess.run(command, stdin=pairs_of_file, stdout=subprocess.DEVNULL, check=True, cwd=work)
        times.append((children()[0] - start) * 1e3)
    return statistics.median(times)


def similarity(work: pathlib.Path) -> list[tuple]:
    if not os.environ.get("TOUCHSTONE_TRITONBENCH"):
        return []
    one, two, program = work / "one.pairs", work / "two.pairs", work / "pairs"
    one.write_bytes(pairs("gpt-4o"))
    two.write_bytes(pairs("gpt-4o") + pairs("claude-3-5-sonnet-20240620"))
    subprocess.run(["c++", "-O3", "-DNDEBUG", "-std=c++20", f"-I{ROOT}/core/sdk", ROOT / "tests/similarity/pairs.cpp",
                    "-o", program, "-ldl"], check=True)
    command = [program, ROOT / "build/release/lib/touchstone/plugins/metrics/similarity.so"]
    # Memory before anything larger has run: the kernel keeps the largest of all.
    peak = int(subprocess.run([sys.executable, "-c", "import resource, subprocess, sys; subprocess.run(sys.argv[2:], "
                               "stdin=open(sys.argv[1]), stdout=subprocess.DEVNULL, check=True); "
                               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", one, *command],
                              check=True, capture_output=True, text=True).stdout)
    ours, both = code_bleu(command, one, work), code_bleu(command, two, work)
    rows = [("CodeBLEU of 184 pairs, memory", f"{peak / 1024:.0f} MiB", "100 MB", "1"),
            ("CodeBLEU of 184 pairs, CPU time", f"{ours:.0f} ms", "–", "5"),
            ("the same of a further model", f"{both - ours:.0f} ms", "–", "5")]
    if folder := os.environ.get("TOUCHSTONE_CODEBLEU"):
        versions, theirs = pypi_code_bleu(folder, one)
        rows += [(f"PyPI's, CPU time ({versions})", f"{theirs:.0f} ms", "–", "3"),
                 ("ours is faster", f"{theirs / ours:.0f} times", "100 times", "3"),
                 ("ours is faster for a further model", f"{theirs / (both - ours):.0f} times", "100 times", "3")]
    return rows


def pypi_code_bleu(folder: str, file: pathlib.Path) -> tuple[str, float]:
    """Versions, and median CPU milliseconds without start and imports."""
    times = []
    for _ in range(3):
        done = subprocess.run([sys.executable, ROOT / "tests/similarity/time_codebleu.py", file], check=True, text=True,
                              stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": folder})
        versions, seconds = done.stdout.rsplit(", ", 1)
        times.append(float(seconds) * 1e3)
    return versions, statistics.median(times)


def main() -> None:
    wanted = sys.argv[1:] or SECTIONS
    unknown = [name for name in wanted if name not in SECTIONS]
    if unknown:
        raise SystemExit(f"unknown section {unknown[0]}: one of {', '.join(SECTIONS)}")
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as name:
        rows = [row for section in wanted for row in globals()[section](pathlib.Path(name))]
    import torch
    import triton
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
          f"torch {torch.__version__}, triton {triton.__version__}, load {os.getloadavg()[0]:.1f}\n")
    print("| figure | measured (median) | budget | n |\n|---|---:|---:|---:|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
