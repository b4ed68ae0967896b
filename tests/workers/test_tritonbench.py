"""All of TritonBench channel T, where TOUCHSTONE_TRITONBENCH names a checkout: what is recorded and redrawn."""
import os
from pathlib import Path

import pytest
import torch

import record
from record_program import fingerprint

ROOT = os.environ.get("TOUCHSTONE_TRITONBENCH", "")
pytestmark = [pytest.mark.tritonbench,
              pytest.mark.skipif(not ROOT, reason="TOUCHSTONE_TRITONBENCH names no checkout")]
FILES = sorted((Path(ROOT) / "data/TritonBench_T_v1").glob("*.py")) if ROOT else []
RANDOM = """bitwise_and_binomial dropout_relu_batch_norm_conv2d dropout_sigmoid_linear fused_bmm_dropout_gelu
    fused_bmm_rmsnorm_gelu_dropout fused_bmm_rmsnorm_gelu_dropout_sub fused_fractional_max_pool2d_with_relu
    fused_hardshrink_dropout fused_mul_add_logsoftmax_dropout_bmm fused_mv_logsoftmax_dropout fused_transformer_block
    rand""".split()
UNABLE = "Adam SGD autocast quantize_dynamic".split()


def plan_of(file):
    reference, program = file.read_text().split("#" * 146)
    entry = "dynamic_custom" if file.stem == "quantize_dynamic" else file.stem
    oracle = {"reference": reference, "golden": "", "program": program, "cases": None, "policy": {"tf32": True}}
    return record.record({"id": file.stem, "entries": [entry], "facts": {}, "oracle": oracle,
                          "limits": {"bytes": 1 << 28}}, "cpu", b"\x01" * 32)


def test_it_is_whole():
    assert len(FILES) == 166


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_calls(file):
    plan = plan_of(file)
    if file.stem in RANDOM + UNABLE:
        assert plan.not_judged and not plan.calls
        assert ("random" in plan.tags) == (file.stem in RANDOM)
        return
    assert plan.not_judged is None, plan.not_judged
    assert any(c.phase == "redrawn" for c in plan.calls), plan.notes
    assert "fixed inputs" not in plan.tags
    marks = [fingerprint(call.build()) for call in plan.calls]
    assert marks == [fingerprint(call.build()) for call in plan.calls]
    assert marks == [fingerprint(call.build()) for call in plan_of(file).calls]
    for call in plan.calls:
        args, kwargs = call.build()
        if call.raises:
            with pytest.raises(Exception) as caught:
                plan.reference[call.entry](*args, **kwargs)
            assert caught.type.__name__ == call.raises
        else:
            torch.manual_seed(call.rng)
            plan.reference[call.entry](*args, **kwargs)
