"""Every candidate of cheats/ and honest/ is judged as its own file says, in one run on the CPU."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from support import binary  # noqa: E402

FILES = sorted(HERE.glob("*/*.py"))
EXPECTED = re.compile(r"^expect: (\w+)(?:: (.*))?$", re.MULTILINE)
CONFIG = """name: candidates
suites: [{{use: operators}}]
prompts: [simple]
models: [{{use: replay, file: {answers}}}]
runtime: {{use: triton, device: cpu}}
judges: [strict]
metrics: [accuracy]
profilers: []
report: [json]
"""


def named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    work = tmp_path_factory.mktemp("candidates")
    rows = (
        {"id": file.stem.split("__")[0], "answer": f"```python\n{file.read_text()}```\n", "note": named(file)}
        for file in FILES
    )
    answers, config = work / "answers.jsonl", work / "config.yaml"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows))
    config.write_text(CONFIG.format(answers=json.dumps(str(answers))))
    ended = subprocess.run([binary(), "run", config, "--output", work / "run"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    records = (work / "run/records.jsonl").read_text().splitlines()
    return {r["note"]: r["attempts"][-1]["verdicts"][0] for r in map(json.loads, records) if r["note"]}


@pytest.mark.parametrize("file", FILES, ids=named)
def test_is_judged_as_it_says(verdicts: dict[str, dict], file: Path) -> None:
    outcome, words = EXPECTED.search(file.read_text()).groups()
    verdict = verdicts[named(file)]
    assert verdict["outcome"] == outcome, verdict["reason"]
    assert (words or "") in verdict["reason"]
