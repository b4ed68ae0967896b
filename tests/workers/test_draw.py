"""Contents and layouts of drawn arguments."""
import math

import pytest
import torch
from draw import BadSpec, derive, draw, generator

SEED = b"s" * 32


def made(*path, **spec):
    return draw(spec, SEED, *(path or ("t", "check", 0, "x")))


def test_depends_on_seed_and_path_alone():
    first = made(tensor=[5, 7])
    assert torch.equal(first, made(tensor=[5, 7]))
    assert not torch.equal(first, made("t", "check", 1, "x", tensor=[5, 7]))
    assert not torch.equal(first, draw({"tensor": [5, 7]}, b"other", "t", "check", 0, "x"))
    assert derive(SEED, "a", 1) != derive(SEED, "a", 2) and 0 <= derive(SEED, "a") < 1 << 63


def test_layout_does_not_change_contents():
    plain = made(tensor=[4, 6])
    for layout in ("transposed", "strided", "offset"):
        other = made(tensor=[4, 6], layout=layout)
        assert torch.equal(plain, other), layout
        assert (other.stride(), other.storage_offset()) != (plain.stride(), 0), layout


def test_layouts():
    assert made(tensor=[4, 6], layout="transposed").stride() == (1, 4)
    assert made(tensor=[4, 6], layout="strided").stride() == (12, 2)
    offset = made(tensor=[4, 6], layout="offset")
    assert offset.storage_offset() == 3 and offset.untyped_storage().nbytes() > offset.numel() * 4
    expanded = made(tensor=[4, 6], layout="expanded")
    assert expanded.stride() == (0, 1) and torch.equal(expanded[0], expanded[3])
    last = made(tensor=[2, 3, 4, 5], layout="channels_last")
    assert last.is_contiguous(memory_format=torch.channels_last) and not last.is_contiguous()


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_normal_has_its_mean_and_deviation(dtype):
    x = made(tensor=[20000], dtype=dtype, mean=10, std=3)
    assert str(x.dtype) == f"torch.{dtype}"
    assert abs(x.double().mean() - 10) < 0.2 and abs(x.double().std() - 3) < 0.2


def test_kinds():
    u = made(tensor=[1000], draw="uniform", low=-2, high=3)
    assert u.min() >= -2 and u.max() < 3 and u.min() < -1.5 and u.max() > 2.5
    i = made(tensor=[1000], dtype="int64", draw="integers", low=-3, high=3)
    assert set(i.tolist()) == set(range(-3, 3))
    assert made(tensor=[1000], dtype="bool", draw="bernoulli", p=0.5).float().mean() == pytest.approx(0.5, abs=0.1)
    p = made(tensor=[3, 50], dtype="int32", draw="permutation")
    assert all(sorted(row) == list(range(50)) for row in p.tolist()) and p[0].tolist() != p[1].tolist()
    s = made(tensor=[2, 50], draw="sorted")
    assert torch.equal(s, s.sort(-1).values)
    assert made(tensor=[2], draw="constant", value=7).tolist() == [7, 7]
    assert made(tensor=[2, 2], draw="values", values=[1, 2, 3, 4], dtype="int8").tolist() == [[1, 2], [3, 4]]
    assert made(tensor=[1], draw="constant", value="-inf").item() == -math.inf
    big = 2 ** 62 + 1
    assert made(tensor=[1], draw="values", values=[big], dtype="int64").item() == big
    assert made(tensor=[]).shape == () and made(tensor=[0, 5]).shape == (0, 5)


def test_sprinkle_puts_as_many_as_asked():
    x = made(tensor=[6, 50], sprinkle={"nan": 2, "inf": 3, "-inf": 1, "zero": 4})
    assert int(x.isnan().sum()) == 2 and int((x == math.inf).sum()) == 3
    assert int((x == -math.inf).sum()) == 1 and int((x == 0).sum()) == 4


def test_grad():
    assert made(tensor=[3], grad=True).requires_grad and not made(tensor=[3]).requires_grad
    assert made(tensor=[3, 4], grad=True, layout="strided").is_leaf


@pytest.mark.parametrize("spec, word", [
    ({"tensor": "4"}, "tensor"), ({"tensor": [-1]}, "tensor"), ({"tensor": [True]}, "tensor"),
    ({"tensor": [4], "dtype": "float3"}, "did you mean float32"), ({"tensor": [4], "draw": "normals"},
        "did you mean normal"),
    ({"tensor": [4], "layout": "stridden"}, "did you mean strided"), ({"tensor": [4], "low": 1}, "low"),
    ({"tensor": [4], "sprinkle": {"nans": 1}}, "did you mean nan"), ({"tensor": [4], "sprinkle": {"nan": 5}},
        "5 elements"),
    ({"tensor": [4], "dtype": "int32", "sprinkle": {"nan": 1}}, "holds no nan"),
    ({"tensor": [4], "layout": "transposed"}, "needs at least 2"), ({"tensor": [], "layout": "expanded"},
        "needs at least 1"),
    ({"tensor": [4], "layout": "channels_last"}, "4 or 5"), ({"tensor": [4], "dtype": "int32", "grad": True},
        "gradient"),
    ({"tensor": [4], "draw": "values", "values": [1]}, "1 given for 4"), ({"tensor": [4], "mean": "much"},
        "not a number"),
    ({"tensor": [4], "draw": "integers", "low": 5, "high": 5}, "high"),
])
def test_bad_descriptions_name_the_key(spec, word):
    with pytest.raises(BadSpec, match=word):
        draw(spec, SEED, "x")


def test_generator_is_the_devices_own():
    assert generator(SEED, "a").device.type == "cpu"
