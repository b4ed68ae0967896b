"""Variances and their like, spelt out under perturbation: what torch gives, every overload, and no needless import."""
import subprocess
import sys

import pytest
import torch

from conftest import ROOT
from modes import Noise, Rounding

FORMS = {
    "var_mean of all": lambda x: torch.var_mean(x),
    "var_mean, unbiased by flag": lambda x: torch.var_mean(x, unbiased=False),
    "var_mean over dims": lambda x: torch.var_mean(x, dim=(0, -1), keepdim=True),
    "var_mean with correction": lambda x: torch.var_mean(x, dim=1, correction=2),
    "std": lambda x: x.std(),
    "std, biased, over a dim": lambda x: x.std(-1, unbiased=False),
    "std_mean": lambda x: torch.std_mean(x, dim=(1,), correction=0, keepdim=True),
    "std_mean of a flag": lambda x: torch.std_mean(x, False),
    "layer_norm": lambda x: torch.nn.functional.layer_norm(x, (7,)),
    "group_norm": lambda x: torch.nn.functional.group_norm(x, 2),
}


@pytest.mark.parametrize("form", FORMS)
def test_tiny_noise_leaves_the_value_but_for_noise(form):
    x = torch.randn(3, 4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    expected = FORMS[form](x)
    with Rounding(Noise(1), 1e-9, 0.0, [x]):
        found = FORMS[form](x)
    torch.testing.assert_close(found, expected, rtol=1e-7, atol=1e-8)
    assert not all(torch.equal(a, b) for a, b in zip(torch.atleast_1d(found), torch.atleast_1d(expected)))


def test_a_norm_is_judged_without_the_import_of_dynamo():
    text = """
import sys, torch
from modes import Noise, Rounding
x = torch.ones(2, 3, dtype=torch.float64)
with Rounding(Noise(1), 1e-9, 0.0, [x]):
    torch.nn.functional.layer_norm(x, (3,))
sys.exit("torch._dynamo" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", text], cwd=ROOT / "core/workers", check=True, timeout=120)
