"""Trees and storages that are malformed are refused, as a candidate may have written them."""

import copy

import pytest

import tensors
from tensors import Blocks, Decoder, TreeError


def node(**changes):
    plain = {
        "k": "tensor",
        "storage": 0,
        "dtype": "float32",
        "size": [2],
        "stride": [1],
        "offset": 0,
        "grad": False,
        "parameter": False,
        "id": 0,
        "kind": "Tensor",
    }
    return plain | changes


BAD = [
    None,
    1,
    [],
    {},
    {"k": "pickle", "v": ""},
    {"k": "__init__"},
    {"k": ["int"]},
    {"k": "int", "v": 1},
    {"k": "int", "v": "1e3"},
    {"k": "int", "v": "9" * 500},
    {"k": "float", "v": "1.5"},
    {"k": "float", "v": 1.5},
    {"k": "bool", "v": 1},
    {"k": "str", "v": None},
    {"k": "bytes", "v": "?"},
    {"k": "dtype", "v": "Tensor"},
    {"k": "dtype", "v": "quint8"},
    {"k": "device", "v": "cuda:0; x"},
    {"k": "none", "v": 1},
    {"k": "list"},
    {"k": "list", "v": {}},
    {"k": "dict", "v": [[{"k": "list", "v": []}, {"k": "none"}]]},
    {"k": "dict", "v": [[{"k": "none"}]]},
    {"k": "named", "name": "P", "fields": [["def", {"k": "none"}]]},
    {"k": "named", "name": "P", "fields": [["x", {"k": "none"}], ["x", {"k": "none"}]]},
    {"k": "named", "name": "P", "fields": [["_x", {"k": "none"}]]},
    {"k": "size", "v": [{"k": "int", "v": "-1"}]},
    {"k": "memory_format", "v": "x"},
    {"k": "generator", "device": "cpu", "state": 0},
    {"k": "generator", "device": "cpu", "state": -1},
    node(storage=1),
    node(storage=-1),
    node(storage=True),
    node(dtype="object"),
    node(size=[5]),
    node(size=[-1]),
    node(size=[2, 2]),
    node(stride=[-1]),
    node(stride=[9]),
    node(offset=3),
    node(offset=-1),
    node(offset=2**62),
    node(size=[2**40], stride=[0]),
    node(size=[2**39, 4], stride=[0, 0]),
    node(grad=1),
    node(dtype="int32", grad=True),
    node(id=-1),
    node(id=None),
    node(size=[1.0]),
    node(dtype="float64", size=[2]),
    node(kind=None),
    node(extra=1),
]


@pytest.mark.parametrize("tree", BAD, ids=range(len(BAD)))
def test_malformed_trees_are_refused(tree, memfd):
    storages = [{"at": 64, "bytes": 12, "zone": 8, "device": "cpu"}]
    with pytest.raises(TreeError):
        Decoder(Blocks(storages, memfd(b"\xa5" * 200)))(tree)


def test_well_formed_neighbour_of_the_malformed_is_taken(memfd):
    storages = [{"at": 64, "bytes": 12, "zone": 8, "device": "cpu"}]
    assert Decoder(Blocks(storages, memfd(b"\xa5" * 200)))(node(offset=1)).shape == (2,)


def test_one_id_must_mean_one_thing(memfd):
    storages = [{"at": 64, "bytes": 12, "zone": 8, "device": "cpu"}]
    with pytest.raises(TreeError, match="one id"):
        Decoder(Blocks(storages, memfd(b"\xa5" * 200)))({"k": "list", "v": [node(), node(offset=1)]})


def test_deep_and_wide_trees_are_refused(memfd):
    deep = {"k": "none"}
    for _ in range(tensors.DEEPEST + 1):
        deep = {"k": "list", "v": [deep]}
    for tree in (deep, {"k": "list", "v": [{"k": "none"}] * 20_001}):
        with pytest.raises(TreeError):
            Decoder(Blocks([], memfd()))(copy.copy(tree))


@pytest.mark.parametrize(
    "storages",
    [
        {},
        [1],
        [{"at": 0}],
        [{"at": 0, "bytes": 8, "zone": 8, "device": "cpu"}],
        [{"at": 64, "bytes": 300, "zone": 0, "device": "cpu"}],
        [{"at": 64, "bytes": -1, "zone": 0, "device": "cpu"}],
        [{"at": 65, "bytes": 1, "zone": 0, "device": "cpu"}],
        [{"at": 64, "bytes": True, "zone": 0, "device": "cpu"}],
        [{"at": 64, "bytes": 8, "zone": 0, "device": 3}],
        [{"at": 64, "bytes": 65, "zone": 0, "device": "cpu"}, {"at": 128, "bytes": 1, "zone": 0, "device": "cpu"}],
        [{"at": 128, "bytes": 1, "zone": 0, "device": "cpu"}, {"at": 64, "bytes": 1, "zone": 0, "device": "cpu"}],
    ],
)
def test_malformed_storages_are_refused(storages, memfd):
    with pytest.raises(TreeError):
        Blocks(storages, memfd(bytes(200)))
