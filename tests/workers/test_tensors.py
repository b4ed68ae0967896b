"""Trees: everything that travels arrives as it was; what is malformed is refused."""

import collections
import math
import os

import pytest
import torch

import tensors
from tensors import Blocks, Decoder, Opaque, Sink, TreeError, encode

ALL_DTYPES = [d for d in tensors.DTYPES.values()]


def trip(value, memfd, **options):
    """Encode, write, read, decode."""
    sink = Sink(**options)
    tree = encode(value, sink)
    fd = memfd()
    sink.write(fd)
    blocks = Blocks(sink.storages, fd)
    return Decoder(blocks)(tree), blocks


def bits(tensor):
    return bytes(tensor.detach().contiguous().reshape(-1).view(torch.uint8).tolist()) if tensor.numel() else b""


@pytest.mark.parametrize("dtype", ALL_DTYPES, ids=str)
def test_every_dtype_keeps_its_bits(dtype, memfd):
    raw = torch.randint(0, 2 if dtype == torch.bool else 256, (6 * dtype.itemsize,), dtype=torch.uint8)
    value = raw.view(dtype).reshape(2, 3)
    got, _ = trip(value, memfd)
    assert got.dtype == dtype and got.shape == (2, 3) and bits(got) == bits(value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.tensor(3.5),
        lambda: torch.empty(0, 5),
        lambda: torch.empty(0),
        lambda: torch.randn(4, 1).expand(4, 7),
        lambda: torch.randn(5, 6).T,
        lambda: torch.randn(10, 10)[1::2, 2::3],
        lambda: torch.randn(100)[7:9],
        lambda: torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        lambda: torch.tensor(1.0).expand(3, 0),
    ],
)
def test_layouts_survive(make, memfd):
    value = make()
    got, _ = trip(value, memfd)
    assert (
        got.shape == value.shape and got.stride() == value.stride() and got.storage_offset() == value.storage_offset()
    )
    assert torch.equal(got, value)


def test_shared_storages_and_identity_survive(memfd):
    base = torch.arange(12.0)
    view = base[3:].view(3, 3)
    got, _ = trip([base, view, base, {"x": view}], memfd)
    assert got[0] is got[2] and got[1] is got[3]["x"] and got[0] is not got[1]
    got[0][3] = 99
    assert got[1][0, 0] == 99


def test_conjugates_arrive_resolved(memfd):
    value = torch.randn(3, dtype=torch.complex64).conj()
    got, _ = trip(value, memfd)
    assert torch.equal(got, value.resolve_conj()) and not got.is_conj()


def test_gradients_and_parameters(memfd):
    leaf = torch.randn(3, requires_grad=True)
    parameter = torch.nn.Parameter(torch.randn(2))
    frozen = torch.nn.Parameter(torch.randn(2), requires_grad=False)
    got, _ = trip((leaf, parameter, frozen), memfd)
    assert got[0].requires_grad and got[0].is_leaf and type(got[0]) is torch.Tensor
    assert type(got[1]) is torch.nn.Parameter and got[1].requires_grad
    assert type(got[2]) is torch.nn.Parameter and not got[2].requires_grad


Point = collections.namedtuple("Point", "x y")


def test_scalars_and_containers(memfd):
    value = {
        "a": [1, -(2**70), True, None, "ü\ud800".encode("utf-8", "replace").decode(), b"\0\xff"],
        2: (1.5, -0.0, math.inf, -math.inf, 5e-324, 1e308, 2 + 3j),
        "d": torch.bfloat16,
        (1, "k"): torch.device("cpu"),
        "s": slice(None, 3, -1),
        "m": torch.channels_last,
        "l": torch.strided,
        "z": torch.Size([2, 3]),
        "p": Point(1, [2]),
    }
    got, _ = trip(value, memfd)
    point = got.pop("p")
    assert point == (1, [2]) and point._fields == ("x", "y") and type(point).__name__ == "Point"
    value.pop("p")
    assert got == value and type(got["z"]) is torch.Size and math.copysign(1, got[2][1]) == -1
    assert math.isnan(trip(math.nan, memfd)[0])


def test_return_types_keep_their_type(memfd):
    got, _ = trip(torch.max(torch.randn(3, 4), 1), memfd)
    assert type(got) is torch.return_types.max and got.indices.dtype == torch.int64


def test_a_generator_goes_on_where_it_stood(memfd):
    generator = torch.Generator().manual_seed(5)
    torch.rand(3, generator=generator)
    got, _ = trip([generator], memfd)
    assert torch.equal(torch.rand(4, generator=got[0]), torch.rand(4, generator=generator))


class Lazy(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise AssertionError("the candidate's code ran in the encoder")


class Proxy:
    __class__ = torch.Tensor


def test_strange_results_are_opaque_or_named(memfd):
    sparse = torch.eye(3).to_sparse()
    meta = torch.empty(3, device="meta")
    got, _ = trip([object(), sparse, meta, Proxy(), {1, 2}, lambda: 0], memfd)
    assert all(isinstance(item, Opaque) for item in got)
    with pytest.raises(TreeError, match="cannot travel"):
        encode(sparse, Sink(), strict=True)
    tree = encode(torch.randn(3).as_subclass(Lazy), Sink())
    assert tree["kind"] == "Lazy" and tree["k"] == "tensor"


def test_cycles_and_floods_are_refused():
    loop = []
    loop.append(loop)
    for value in (loop, list(range(30_000))):
        with pytest.raises(TreeError):
            encode(value, Sink())


def test_results_know_the_arguments_memory(memfd):
    arguments = (torch.arange(8.0), torch.zeros(2, 2))
    sink = Sink()
    tree = encode(arguments, sink)
    fd = memfd()
    sink.write(fd)
    blocks = Blocks(sink.storages, fd)
    decoder = Decoder(blocks)
    x, y = decoder(tree)
    y.add_(1)
    fresh = torch.ones(3)
    out = Sink(blocks, decoder.objects)
    result = encode([x, x[2:4], fresh, torch.from_numpy(y.numpy())], out)["v"]
    after = encode((x, y), out)["v"]
    assert [n["storage"] for n in result] == [0, 0, 2, 1] and result[1]["offset"] == 2
    assert result[0]["id"] == after[0]["id"] == tree["v"][0]["id"] and result[3]["id"] != after[1]["id"]
    answer = memfd()
    out.write(answer)
    back = Blocks(out.storages, answer)
    assert back.damaged() == []
    assert torch.equal(Decoder(back)({"k": "list", "v": after})[1], torch.ones(2, 2))


def test_red_zones_show_writes_before_and_after(memfd):
    sink = Sink()
    tree = encode([torch.zeros(5), torch.zeros(5)], sink)
    fd = memfd()
    sink.write(fd)
    for offset in (-1, 20):
        os.pwrite(fd, b"\0", sink.storages[1]["at"] + offset)
        assert Blocks(sink.storages, fd).damaged() == [1]
        os.pwrite(fd, b"\xff", sink.storages[1]["at"] + offset)
    assert Blocks(sink.storages, fd).damaged() == []
    got = Decoder(Blocks(sink.storages, fd))(tree)
    assert got[0].data_ptr() % 64 == 0 and got[0].untyped_storage().nbytes() == 20


@pytest.mark.gpu
def test_a_recorded_cuda_device_becomes_the_workers(memfd):
    sink = Sink()
    tree = encode([torch.arange(5.0, device="cuda"), torch.arange(3.0), torch.device("cuda:7")], sink)
    fd = memfd()
    sink.write(fd)
    blocks = Blocks(sink.storages, fd, "cuda:0")
    x, y, device = Decoder(blocks)(tree)
    assert x.device == device == torch.device("cuda:0") and y.device.type == "cpu" and x.tolist() == [0, 1, 2, 3, 4]
    x.add_(1)
    answer = memfd()
    blocks.write(answer)
    assert Decoder(Blocks(sink.storages, answer))(tree)[0].tolist() == [1, 2, 3, 4, 5]
