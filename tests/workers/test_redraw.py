"""Redrawn contents differ from what was recorded, and keep what a reference may rely on."""
import pytest
import torch

from redraw import redraw

SEED = b"\x05" * 32


def drawn(*tensors, accepts=lambda args, kwargs: True, number=0, seed=SEED):
    found = redraw((tensors, {}), seed, number, accepts)
    return None if found is None else found[0]


def one(tensor):
    (new,) = drawn(tensor)
    assert new.dtype == tensor.dtype and new.shape == tensor.shape and new.stride() == tensor.stride()
    assert not torch.equal(new, tensor)
    return new


def test_signs_zeros_and_sides_of_one_stay_where_they_are():
    gen = torch.Generator().manual_seed(1)
    x = torch.randn(40, 50, generator=gen)
    x[::7] = 0
    new = one(x)
    assert torch.equal(new.sign(), x.sign()) and torch.equal(new.abs() > 1, x.abs() > 1)
    assert torch.equal(new.argmax(1), x.argmax(1)) is False


def test_what_is_not_finite_stays():
    x = torch.tensor([1.5, float("nan"), -2.5, float("inf"), float("-inf"), 3.0])
    new = one(x)
    assert torch.equal(torch.isnan(new), torch.isnan(x)) and torch.equal(torch.isinf(new), torch.isinf(x))


@pytest.mark.parametrize("x", [torch.rand(3, 8), 2 * torch.rand(100) - 1])
def test_ranges_of_probabilities_and_cosines_stay(x):
    assert one(x).abs().max() <= 1 and torch.equal(one(x) >= 0, x >= 0)


def test_magnitudes_of_any_size_stay_in_range():
    x = torch.tensor([1e10, 1e20, 1e30, 1e-10, 1e-20])
    new = one(x)
    assert torch.isfinite(new).all() and new[:3].min() > 1e9 and new[3:].max() < 1e-9


def test_order_along_the_last_dimension_stays():
    assert (one(torch.linspace(-3, 5, 20)).diff() >= 0).all()
    assert (one(torch.tensor([9.0, 7.0, 2.0])).diff() <= 0).all()


def test_integers_stay_in_range_and_distinct():
    x = torch.tensor([[4, 0, 3], [1, 9, 9]])
    assert 0 <= one(x).min() and one(x).max() <= 9
    permutation = torch.tensor([3, 1, 0, 2])
    assert torch.equal(one(permutation).sort().values, torch.arange(4))
    assert (one(torch.tensor([1, -3, 5, -1, -3])) != 0).all()  # no zero where none was


def test_offsets_stay_offsets():
    x = torch.tensor([0, 11, 17, 40, 64])
    new = one(x)
    assert new[0] == 0 and new[-1] == 64 and (new.diff() >= 0).all()


def test_booleans_keep_their_density_and_masks_their_shape():
    x = torch.tensor([True] * 5 + [False] * 20)
    assert one(x).sum() == 5
    assert drawn(torch.ones(4, 4, dtype=torch.bool).tril()) is None


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_positive_definite_matrices_stay_so(dtype):
    g = torch.randn(2, 5, 5, dtype=dtype, generator=torch.Generator().manual_seed(0))
    x = g @ g.mH + torch.eye(5)
    new = one(x)
    assert torch.equal(new, new.mH) and (torch.linalg.eigvalsh(new) > 0).all()
    torch.linalg.cholesky(new)


def test_symmetric_orthogonal_and_triangular_matrices_stay_so():
    x = torch.tensor([[1.0, 5.0, -2.0], [5.0, -3.0, 4.0], [-2.0, 4.0, 2.0]])
    assert torch.equal(one(x), one(x).T)
    q = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(0))).Q
    assert torch.allclose(one(q) @ one(q).T, torch.eye(6), atol=1e-5)
    assert torch.equal(one(torch.randn(5, 5).tril()).triu(1), torch.zeros(5, 5))


def test_rows_that_sum_to_one_stay_so():
    x = torch.softmax(torch.randn(4, 7, generator=torch.Generator().manual_seed(0)), -1)
    assert torch.allclose(one(x).sum(-1), torch.ones(4)) and (one(x) > 0).all()
    assert torch.allclose(one(x.log()).exp().sum(-1), torch.ones(4))


def test_labels_stay_labels_and_equal_elements_equal():
    assert sorted(one(torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, 1.0])).tolist()) == [-1.0, -1.0, 1.0, 1.0, 1.0, 1.0]
    assert len(one(torch.full((3, 4), 2.0)).unique()) == 1


def test_aliasing_expansion_and_strides_stay():
    base = torch.randn(6, 4)
    a, b = drawn(base, base.t())
    assert torch.equal(a.t(), b) and a.data_ptr() == b.data_ptr()
    (wide,) = drawn(torch.randn(1, 5).expand(3, 5))
    assert wide.stride() == (0, 1) and torch.equal(wide[0], wide[2])
    x = torch.randn(4, requires_grad=True)
    new, again = drawn(x, x)
    assert new is again and new.requires_grad and new.is_leaf


def test_nothing_to_change_and_nothing_accepted():
    assert drawn(torch.zeros(3)) is None and drawn(torch.empty(0)) is None and drawn(3, "text") is None
    assert drawn(torch.randn(8), accepts=lambda args, kwargs: False) is None


def test_later_attempts_change_less():
    whole = drawn(torch.tensor([5.0, 10.0, 7.0, 3.0]), accepts=lambda a, k: torch.equal(a[0], a[0].round()))
    assert whole is not None
    smaller = drawn(torch.full((4,), 80.0), accepts=lambda a, k: bool(a[0].max() <= 80))
    assert smaller is not None


def test_equal_seeds_draw_equal_contents():
    x = torch.randn(50)
    assert torch.equal(drawn(x)[0], drawn(x)[0])
    assert not torch.equal(drawn(x)[0], drawn(x, number=1)[0])
    assert not torch.equal(drawn(x)[0], drawn(x, seed=b"\x06" * 32)[0])


def test_integers_that_belong_together_stay_where_floating_contents_can_change():
    starts, lengths = torch.tensor([0, 60, 90, 160, 200]), torch.tensor([60, 30, 70, 40, 50])
    x = torch.randn(2, 250)
    new_x, new_starts, new_lengths = drawn(x, starts, lengths)
    assert torch.equal(new_starts, starts) and torch.equal(new_lengths, lengths) and not torch.equal(new_x, x)
    assert not torch.equal(drawn(x, starts)[1], starts)  # one alone is drawn
    assert not torch.equal(drawn(starts, lengths)[1], lengths)
