"""What a `contain` object may say."""

import pytest

import contain


def test_a_full_object_is_taken():
    spec = {
        "work": "/w",
        "log": "/w/log",
        "limits": {"DATA": 1, "FSIZE": 1, "NOFILE": 1, "NPROC": 1, "CORE": 0, "CPU": 1},
    }
    assert contain.check(spec) is spec


@pytest.mark.parametrize(
    "spec",
    [
        None,
        [],
        {},
        {"work": 1},
        {"work": "/w", "net": True},
        {"work": "/w", "limits": []},
        {"work": "/w", "limits": {"AS": 1}},
        {"work": "/w", "limits": {"CPU": -1}},
        {"work": "/w", "limits": {"CPU": True}},
        {"work": "/w", "limits": {"CPU": 1.5}},
        {"work": "/w", "log": 3},
    ],
)
def test_anything_else_is_refused(spec):
    with pytest.raises(contain.ContainError):
        contain.check(spec)
