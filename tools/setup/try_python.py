"""Tries whether the Python that runs this can judge kernels: by doing it, not by comparing version numbers.

Imports torch and triton, runs a small kernel under Triton's interpreter (--device cpu), on the GPU (cuda), or both
where there is a GPU (auto). Says what is wrong and how to mend it, and exits 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import metadata

try:
    import torch
    import triton
    import triton.language as tl
except Exception as error:  # whatever an import of a broken installation raises: reported in main
    torch, import_error = None, error


def kernel_sum(device: str) -> str | None:
    """Row sums and a masked copy with a loop; what went wrong, or None."""

    @triton.jit
    def row_sum(x, sums, copy, columns, BLOCK: tl.constexpr):
        row = tl.program_id(0)
        total = 0.0
        for start in range(0, columns, BLOCK):
            at = start + tl.arange(0, BLOCK)
            values = tl.load(x + row * columns + at, mask=at < columns, other=0.0)
            tl.store(copy + row * columns + at, values, mask=at < columns)
            total += tl.sum(values, axis=0)
        tl.store(sums + row, total)

    x = torch.arange(21, dtype=torch.float32, device=device).reshape(3, 7)
    sums, copy = torch.zeros(3, device=device), torch.zeros_like(x)
    row_sum[(3,)](x, sums, copy, 7, BLOCK=4)
    return None if torch.equal(sums, x.sum(1)) and torch.equal(copy, x) else "a kernel gave wrong values"


def remedy(text: str) -> str:
    """What to do about an error's text."""
    if "0-dimensional arrays" in text:
        return f"numpy is too new for this triton's interpreter: {sys.executable} -m pip install 'numpy<2.3'"
    if "Python.h" in text:
        return "triton compiles its driver on the spot: install Python's headers (apt-get install python3-dev)"
    if "C compiler" in text or "gcc" in text:
        return "triton compiles its driver on the spot: install a C compiler (apt-get install gcc)"
    if "NVIDIA driver" in text or "no CUDA" in text:
        return "no GPU that torch can use: look at nvidia-smi, or use the CPU (tools/setup.sh cpu)"
    if "No module named" in text:
        return f"{sys.executable} -m pip install -r tools/requirements.txt"
    return f"compare with the versions in tools/requirements.txt ({versions()})"


def versions() -> str:
    found = []
    for name in ("torch", "triton", "numpy"):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def trouble(device: str) -> str | None:
    """Runs the kernel in a process of its own: the interpreter is chosen when triton is imported."""
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    environment.pop("TRITON_INTERPRET", None)
    if device == "cpu":
        environment["TRITON_INTERPRET"] = "1"
    command = [sys.executable, "-P", __file__, "--kernel", device]
    where = "under the interpreter" if device == "cpu" else "on the GPU"
    try:
        done = subprocess.run(command, env=environment, text=True, timeout=300, capture_output=True)
    except subprocess.TimeoutExpired:
        return f"a kernel does not end {where} ({versions()}): waited 300 s"
    if done.returncode == 0:
        return None
    said = (done.stderr + done.stdout).strip()
    last = said.splitlines()[-1] if said else f"it ended with {done.returncode}"
    return f"a kernel fails {where} ({versions()}): {last}\n  {remedy(said)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--kernel", choices=["cpu", "cuda"])
    asked = parser.parse_args()
    if torch is None:
        print(f"  cannot import torch and triton: {import_error}\n  {remedy(str(import_error))}")
        return 1
    if asked.kernel:
        wrong = kernel_sum(asked.kernel)
        print(wrong or "ok")
        return 1 if wrong else 0
    devices = [asked.device]
    if asked.device == "auto":
        devices = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    troubles = [found for device in devices if (found := trouble(device))]
    for found in troubles:
        print(f"  {found}")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
