"""What a task's cases ask for, as `examine` tells it: parts that nothing shows, and references that differ from run to
run."""
import math

import torch
from checking import Task
from ignored import ends, parts_of, put, tiles, wide_of
from runs import leaves_of

HEAD = "import torch\n"


def examined(reference, *arguments, policy=None):
    cases = [{"name": f"case {at}", "arguments": given} for at, given in enumerate(arguments)]
    task = Task(HEAD + reference, cases, policy)
    assert task.opened["not_judged"] is None, task.opened
    return task.ask({"do": "examine"})


def rows(reply):
    return {f"{row['argument']}, {row['part']}": row for row in reply["parts"]}


def weak(reply):
    return [name for name, row in rows(reply).items() if row["moved"] is None or row["moved"] < 10]


X = {"tensor": [5, 40]}


def test_cases_that_ask_for_everything_are_clean():
    found = examined("def f(x, w, n, s, flag):\n    return (x * w)[:, :n] * (s if flag else 1)\n",
                     {"x": X, "w": {"tensor": [40]}, "n": 40, "s": 0.5, "flag": True})
    assert found["ok"] and found["calls"] == 2 and found["unstable"] == [] and found["notes"] == []
    assert found["parameters"] == {"f": ["x", "w", "n", "s", "flag"]}
    assert list(rows(found)) == ["x, tensor", "x, last element", "x, last tile", "w, tensor", "w, last element",
                                 "w, last tile", "n, scalar", "s, scalar", "flag, scalar"]
    assert weak(found) == []
    assert all(row["case"] == "case 0" and row["note"] == "" for row in found["parts"])


def test_what_no_case_shows_is_told_with_how_far_it_moves():
    found = examined("def f(x, w, eps, n):\n    return x[:, :39] * w + 1 + eps\n",
                     {"x": X, "w": {"tensor": [39], "draw": "constant", "value": 0}, "eps": 1.0e-12, "n": 3})
    assert weak(found) == ["x, tensor", "x, last element", "x, last tile", "w, tensor", "w, last element",
                           "w, last tile", "eps, scalar", "n, scalar"]
    assert rows(found)["n, scalar"]["moved"] < 1 and 0 < rows(found)["eps, scalar"]["moved"] < 10
    found = examined("def f(x):\n    return x[:, :39] * 2\n", {"x": X})
    assert weak(found) == ["x, last element"]
    assert rows(found)["x, last element"]["note"] == "dimension -1"


def test_another_case_can_show_what_one_does_not():
    reference = "def f(x, bias):\n    return x + bias if bias is not None else x * 1\n"
    nothing = {"x": X, "bias": None}
    assert [row["argument"] for row in examined(reference, nothing)["parts"]] == ["x"] * 3
    found = examined(reference, nothing, {"x": X, "bias": {"tensor": [40]}})
    assert weak(found) == [] and rows(found)["bias, last tile"]["case"] == "case 1"


def test_a_last_tile_is_beyond_a_block_where_some_case_has_one():
    """The small case would show it; no kernel has a block that small."""
    reference = "def f(x):\n    return x[..., :32] * 2\n"
    assert weak(examined(reference, {"x": {"tensor": [7]}})) == []
    assert weak(examined(reference, {"x": {"tensor": [7]}}, {"x": {"tensor": [33]}})) == ["x, last tile"]


def test_the_tensors_of_a_list_are_parts_each_by_its_name():
    found = examined("def f(xs, w):\n    return xs[0] * w[0] + xs[1]\n", {"xs": [X, X, X], "w": [2.0, 3.0]})
    assert weak(found) == ["xs[2], tensor", "xs[2], last element", "xs[2], last tile", "w[1], scalar"]


def test_an_argument_that_is_written_in_place():
    reference = "def f(x, y, lr, out):\n    x[:, :30] -= lr * y\n    out.copy_(x)\n"
    out = {"tensor": [5, 40], "draw": "constant", "value": 7}
    found = examined(reference, {"x": X, "y": {"tensor": [5, 30]}, "lr": 0.5, "out": out},
                     policy={"mutates": ["x", "out"]})
    assert found["unstable"] == [] and found["notes"] == []
    assert weak(found) == ["out, tensor", "out, last element", "out, last tile"]  # its contents are never read


def test_an_argument_that_is_there_to_be_written_and_returned():
    """Its contents mean nothing; who ignores it does not write it."""
    out = {"tensor": [5, 40]}
    reference = "def f(x, out):\n    return out.copy_(x * 2)\n"
    assert weak(examined(reference, {"x": X, "out": out}, policy={"mutates": ["out"]})) == []
    reference = "def f(x, out):\n    out[:, :39] = x[:, :39] * 2\n    return out\n"
    found = examined(reference, {"x": X, "out": out | {"draw": "constant"}}, policy={"mutates": ["out"]})
    assert "out, tensor" not in weak(found) and rows(found)["x, last element"]["note"] == "dimension -1"


def test_a_matrix_that_must_have_an_inverse():
    given = {"a": {"tensor": [4, 4], "draw": "values", "values": [9, 1, 0, 2, 1, 8, 1, 0, 0, 1, 7, 1, 2, 0, 1, 9]}}
    assert weak(examined("def f(a):\n    return torch.linalg.cholesky(a)\n", given)) == []


def test_gradients_show_what_results_do_not():
    reference = "def f(x, w):\n    return (x.detach() * 0 + x - x.detach() * 1) * w.detach() + w * 0\n"
    given = {"x": X | {"grad": True}, "w": {"tensor": [40], "grad": True}}
    assert weak(examined(reference, given)) == ["x, tensor", "x, last element", "x, last tile", "w, tensor",
                                                "w, last element", "w, last tile"]
    assert weak(examined(reference, given, policy={"backward": True})) == ["x, tensor", "x, last element",
                                                                          "x, last tile"]


def test_a_property_says_what_shows():
    reference = """
def f(x, seed, p):
    return torch.rand(x.shape, generator=torch.Generator().manual_seed(seed)) + x * 0
def check(arguments, result, earlier):
    for before, answer in earlier:
        if before["seed"] == arguments["seed"] and not torch.equal(answer, result):
            return "two results"
        if before["seed"] != arguments["seed"] and torch.equal(answer, result):
            return "one result"
"""
    case = {"x": X, "seed": 3, "p": 0.5}
    found = examined(reference, case, case, policy={"property": True})
    assert found["unstable"] == [] and "seed, scalar" not in weak(found) and "p, scalar" in weak(found)
    # Without a second call of the same seed or of a neighbour's, nothing holds a candidate to the seed.
    one = Task(HEAD + reference, [{"name": "c", "arguments": {"x": {"tensor": [2]}, "seed": 3, "p": 0.5}}],
               {"property": True}).ask({"do": "examine"})
    assert "seed, scalar" in weak(one)


def test_a_reference_that_fails_its_own_property_shows_nothing():
    found = examined("def f(x):\n    return x * 2\ndef check(arguments, result, earlier):\n    return 'wrong'\n",
                     {"x": X}, policy={"property": True})
    assert found["parts"] == [] and "judged wrong" in found["notes"][0]


def test_ties_and_rounding_excuse_what_they_excuse_a_candidate():
    ties = {"x": {"tensor": [3, 4], "draw": "constant", "value": 1}}
    reference = "def f(x):\n    return x.argmax(-1)\n"
    assert weak(examined(reference, ties, policy={"ties": True})) == ["x, tensor", "x, last element", "x, last tile"]
    assert weak(examined(reference, {"x": X | {"draw": "sorted"}}, policy={"ties": True})) == []
    codes = "def f(x, s):\n    return torch.round(x * s).to(torch.int8)\n"
    given = {"x": {"tensor": [50], "draw": "uniform", "low": -50, "high": 50}, "s": 1.0}
    assert weak(examined(codes, given, policy={"quantised": True})) == []


def test_indices_stay_within_their_own_values():
    found = examined("def f(x, index):\n    return x[index]\n",
                     {"x": {"tensor": [6, 3]}, "index": {"tensor": [20], "dtype": "int64", "draw": "integers",
                                                         "low": 1, "high": 6}})
    assert weak(found) == [] and found["notes"] == []


def test_a_reference_that_raises_gives_no_evidence_and_that_is_said():
    found = examined("def f(x, n):\n    assert n == 40\n    return x.reshape(-1, n) * 2\n", {"x": X, "n": 40})
    row = rows(found)["n, scalar"]
    assert row["moved"] is None and row["case"] is None and "AssertionError" in row["note"]


def test_one_tensor_under_two_names_tells_neither_alone():
    found = examined("def f(x, y):\n    return x + y\n", {"x": X, "y": {"same_as": "x"}})
    assert {row["moved"] for row in found["parts"]} == {None}
    assert "shares its memory" in found["parts"][0]["note"]


def test_layouts_with_shared_elements():
    found = examined("def f(x):\n    return x * 2\n", {"x": X | {"layout": "expanded"}})
    assert weak(found) == [] and found["notes"] == []


def test_an_unstable_reference_is_told():
    counts = "n = []\ndef f(x):\n    n.append(0)\n    return x * 2, x + 1e-7 * x * len(n)\n"
    found = examined(counts, {"x": X})
    assert found["unstable"][0] == {"call": 0, "case": "case 0", "what": "result[1]"}
    junk = "def f(x):\n    out = torch.empty_like(x)\n    out[:, :39] = x[:, :39]\n    return out\n"
    found = examined(junk, {"x": X})
    assert found["unstable"][0]["what"] == "result"


def test_a_random_reference_is_seeded_alike():
    found = examined("def f(x):\n    return x + torch.randn_like(x)\ndef check(a, r, e):\n    return None\n", {"x": X},
                     policy={"property": True})
    assert found["unstable"] == []


def test_a_reference_that_fails_is_noted():
    found = examined("def f(x):\n    raise ValueError('no')\n", {"x": X})
    assert found["parts"] == [] and "ValueError: no" in found["notes"][0]


def test_several_entries_are_told_apart():
    reference = HEAD + "def f(x):\n    return x * 2\ndef g(x):\n    return x[:, :39] * 2\n"
    task = Task(reference, [{"name": "c", "arguments": {"x": X}}])
    task.checker._opened[task.key].plan.reference["g"] = task.checker._opened[task.key].plan.reference["f"]
    assert {row["argument"] for row in task.ask({"do": "examine"})["parts"]} == {"f.x"}


def test_bench_calls_are_never_run():
    task = Task(HEAD + "def f(x):\n    assert x.numel() < 1000\n    return x * 2\n",
                [{"name": "c", "arguments": {"x": X}}], bench=[{"name": "b", "arguments": {"x": {"tensor": [2000]}}}])
    found = task.ask({"do": "examine"})
    assert found["calls"] == 2 and found["notes"] == [] and weak(found) == []


def test_ends_and_tiles():
    assert [where for where, _, _ in ends(torch.Size([3, 1, 4]))] == ["dimension -1", "dimension -3",
                                                                      "the very last one"]
    assert list(ends(torch.Size([1]))) == [] and len(list(ends(torch.Size([5])))) == 1
    for n, start in ((2, 1), (3, 2), (4, 2), (5, 4), (1000, 512), (1025, 1024)):
        (_, region, beside), = tiles(torch.Size([n]), {-1})
        assert region == (slice(start, None),) and beside == (slice(start - 1, start),)


def test_parts_are_put_into_a_copy_of_the_same_form():
    def f(a, rest):
        return a

    base = torch.arange(12.0).reshape(3, 4)
    arguments = ((base.t(), {"k": [True, 7, math.inf, "text", None, torch.float16]}), {})
    leaves = leaves_of(f, arguments)
    found = list(parts_of(leaves, wide_of(leaves)))
    assert {part.argument for part in found} == {"a", "rest['k'][0]", "rest['k'][1]", "rest['k'][2]"}
    for part in found:
        for value in part.values():
            made = put(f, arguments, part.position, value)
            changed = [i for i, (one, other) in enumerate(zip(leaves, leaves_of(f, made)))
                       if not (torch.equal(one[1], other[1]) if i == 0 else one[1] == other[1])]
            assert changed == [part.position] and made[0][0].stride() == (1, 4)
    assert torch.equal(base, torch.arange(12.0).reshape(3, 4))
