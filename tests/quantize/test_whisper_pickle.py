"""A checkpoint's pickle is described, never run: what torch writes is read, all else is refused."""

import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import ModelError
from tests.quantize.checkpoints import Raw, pickled, pickled_tensor, torch_zip
from tools.quantize.convert.whisper_pickle import MAX_BYTES, RefusedError, TensorRef, read_pickle
from tools.quantize.convert.whisper_torch import TorchArchive

WRITTEN = Path(__file__).with_name("written_by_torch.zip")
"""By torch.save of torch 2.13.0: `table` is a float32 tensor of 4 x 6 numbers, each an eighth of
its index; the dict below "model_state_dict" holds it, `table.t()`, `table[1:3, ::2]`, and others of
several types; "module" is the `state_dict()` of a `torch.nn.Linear(3, 2)`."""
TABLE = np.arange(24, dtype="<f4").reshape(4, 6) / 8
ORDERED = b"ccollections\nOrderedDict\n)R"


@pytest.fixture(scope="module")
def written() -> TorchArchive:
    return TorchArchive(WRITTEN, WRITTEN.read_bytes())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("half", np.arange(6, dtype="<f2").reshape(2, 3) / 4),
        ("whole", TABLE),
        ("transposed", TABLE.T),
        ("slice", TABLE[1:3, ::2]),
        ("parameter", np.array([1.5, -2.0], "<f4")),
        ("bfloat16", np.array([1.0, -3.0, 0.5], "<f4")),
        ("scalar", np.array(2.5, "<f4")),
        ("empty", np.zeros((0, 3), "<f4")),
    ],
)
def test_what_torch_writes_is_read(written: TorchArchive, name: str, expected: Any) -> None:
    tree: Any = written.tree
    found = written.view(name, tree["model_state_dict"][name])
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected, strict=True)


def test_plain_values_and_a_state_dict_of_torch_are_read(written: TorchArchive) -> None:
    tree: Any = written.tree
    assert tree["dims"] == {
        **{"n_mels": 80, "n_vocab": 51_864, "ratio": 0.5},
        **{"big": 2**40, "none": None, "flag": True, "neg": -5},
    }
    assert tree["rest"] == {"lr": [1e-4], "betas": (0.9, 0.99)}
    assert list(tree["module"]) == ["weight", "bias"]
    weight = written.view("weight", tree["module"]["weight"])
    np.testing.assert_array_equal(weight, np.arange(6).reshape(2, 3))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("long", "'long' is a LongStorage, not floats"),
        ("expanded", "'expanded' reaches beyond its storage"),
    ],
)
def test_what_no_checkpoint_of_whisper_has_is_not_read(
    written: TorchArchive, name: str, says: str
) -> None:
    tree: Any = written.tree
    with pytest.raises(ModelError, match=says):
        written.view(name, tree["model_state_dict"][name])


SYSTEM = b"cposix\nsystem\n(" + pickled("touch /") + b"tR."
HOSTILE = {
    "a function": (SYSTEM, r"would run 'posix\.system'"),
    "builtins": (b"cbuiltins\neval\n.", r"would run 'builtins\.eval'"),
    "getattr": (b"c__builtin__\ngetattr\n.", "would run '__builtin__"),
    "torch's own": (b"ctorch.hub\nload\n.", r"would run 'torch\.hub\.load'"),
    "a part of a name": (b"ctorch._utils\n_rebuild_tensor_v2.__globals__\n.", "would run"),
    "names from the stack": (pickled("os") + pickled("system") + b"\x93.", "STACK_GLOBAL"),
    "an instance": (b"(" + pickled("x") + b"iposix\nsystem\n.", "instruction INST"),
    "an object": (b"(cposix\nsystem\no.", "would run"),
    "a new object": (ORDERED + b")\x81.", "instruction NEWOBJ"),
    "a new object with keys": (ORDERED + b")}\x92.", "instruction NEWOBJ_EX"),
    "an extension": (b"\x82\x01.", "instruction EXT1"),
    "a long extension": (b"\x84\x01\0\0\0.", "instruction EXT4"),
    "attributes of a dict": (b"}}b.", "instruction BUILD on what is no state dict"),
    "other attributes": (ORDERED + pickled({"__dict__": 1}) + b"b.", "BUILD on what is no"),
    "slots": (ORDERED + b"}}\x86b.", "BUILD on what is no"),
    "a text id": (b"Pposix.system\n.", "instruction PERSID"),
    "an id that is a text": (pickled("posix") + b"Q.", "what is no storage"),
    "a key that is a path": (
        pickled(("storage", Raw(b"ctorch\nHalfStorage\n"), "../0", "cpu", 1)) + b"Q.",
        "a storage that is no number",
    ),
    "a call of a text": (pickled("os") + b")R.", "REDUCE on what is no name"),
    "a call of a storage": (b"ctorch\nHalfStorage\n)R.", r"calls torch\.HalfStorage in a way"),
    "a dict with a factory": (
        b"ccollections\nOrderedDict\n(" + pickled("a") + b"tR.",
        r"calls collections\.OrderedDict in a way",
    ),
    "a tensor of nothing": (b"ctorch._utils\n_rebuild_tensor_v2\n)R.", "in a way that torch"),
    "an empty stack": (b"0.", "instruction POP"),
    "taking from nothing": (b"\x86.", "takes from an empty stack"),
    "taking below a mark": (b"}(s.", "takes from an empty stack"),
    "no mark": (b"}u.", "lacks a mark"),
    "a mark left": (b"}(.", "takes from an empty stack|does not end with one value"),
    "two values": (b"}}.", "does not end with one value"),
    "no value": (b".", "does not end with one value"),
    "no end": (b"}", "is damaged|does not end"),
    "what was not kept": (b"h\x05.", "asks for what it has not kept"),
    "keys that are tuples": (b"}()s" + b".", "takes from|neither texts nor numbers"),
    "a tuple as key": (b"})Ns.", "neither texts nor numbers"),
    "odd items": (b"}(" + pickled("a") + b"u.", "sets items of what is no dict"),
    "items of a list": (b"]" + pickled("a") + b"Ns.", "sets items of what is no dict"),
    "appending to a dict": (b"}Na.", "appends to what is no list"),
    "copies": (b"}2.", "instruction DUP"),
    "a byte array": (b"\x96" + struct.pack("<Q", 1 << 60) + b".", "is damaged|BYTEARRAY8"),
    "a text of digits": (b"I" + b"9" * 10_000 + b"\n.", "is damaged|instruction INT"),
    "a later protocol": (b"\x80\x05}.", "is of protocol 5"),
    "no instruction": (b"\xff.", "is damaged"),
    "nothing": (b"", "is damaged"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_all_else_is_refused_by_name(case: str) -> None:
    data, says = HOSTILE[case]
    with pytest.raises(RefusedError, match=says):
        read_pickle(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"(" * 200_000 + b".", "nested too deeply"),
        (b")" * 200_000 + b".", "nested too deeply"),
        (b"N" + b"q\0" * 1_500_000 + b".", "too many instructions"),
        (b"N" * (MAX_BYTES + 1), r"has \d+ bytes"),
    ],
)
def test_a_pickle_that_never_ends_does(data: bytes, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        read_pickle(data)


def test_bombs_stay_as_small_as_their_pickle() -> None:
    """Each list holds the one before it ten times: unrolled, there would be 10**200 values."""
    began = time.process_time()
    laughs = b"]q\0" + b"".join(
        b"](" + b"h%c" % index * 10 + b"eq%c" % (index + 1) for index in range(200)
    )
    with pytest.raises(RefusedError, match="does not end with one value"):
        read_pickle(laughs + b".")
    nested = read_pickle(b"]" + b"\x85" * 90_000 + b".")
    assert isinstance(nested, tuple)
    far = read_pickle(b"Nr\xff\xff\xff\x7f0".replace(b"0", b"") + b".")  # memo 2**31 - 1
    assert far is None
    assert time.process_time() - began < 5


def archive(tmp_path: Path, tensor: bytes, storage: bytes, **options: Any) -> TorchArchive:
    path = torch_zip(b"\x80\x02" + tensor + b".", {"0": storage}, tmp_path / "x.pt", **options)
    return TorchArchive(path, path.read_bytes())


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((4,), (1,), 1),
        ((2, 2), (4, 1), 0),
        ((2, 2), (2, 1), -1),
        ((2, 2), (-2, 1), 3),
        ((-1,), (1,), 0),
        ((2,), (1, 1), 0),
        ((1 << 60, 1 << 60), (0, 0), 0),
        ((0,), (1,), 1 << 70),
    ],
)
def test_no_tensor_reaches_beyond_its_storage(
    tmp_path: Path, shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    read = archive(tmp_path, pickled_tensor(0, np.zeros(4, "<f2"), "Half"), bytes(8))
    good = read.tree
    assert isinstance(good, TensorRef)
    assert read.view("x", good).shape == (4,)
    with pytest.raises(ModelError, match="'x' reaches beyond its storage"):
        read.view("x", TensorRef(good.storage, offset, shape, strides))


def test_a_storage_must_be_there_bare_and_little_endian(tmp_path: Path) -> None:
    tensor = pickled_tensor(0, np.zeros(4, "<f2"), "Half")
    with pytest.raises(ModelError, match="compressed members"):
        archive(tmp_path, tensor, bytes(8), compression=zipfile.ZIP_DEFLATED)
    short = archive(tmp_path, tensor, bytes(6))
    assert isinstance(short.tree, TensorRef)
    with pytest.raises(ModelError, match="reaches beyond its storage"):
        short.view("x", short.tree)
    gone = archive(tmp_path, pickled_tensor(7, np.zeros(4, "<f2"), "Half"), bytes(8))
    assert isinstance(gone.tree, TensorRef)
    with pytest.raises(ModelError, match="it has no data/7"):
        gone.view("x", gone.tree)
    big = (tmp_path / "x.pt").read_bytes().replace(b"little", b"bigger")
    with pytest.raises(ModelError, match="big-endian"):
        TorchArchive(tmp_path / "x.pt", big)


PICKLE = zipfile.ZipFile(WRITTEN).read("written_by_torch/data.pkl")
WHOLE = WRITTEN.read_bytes()


def tensors(value: object) -> Iterator[TensorRef]:
    """Those of a tree that was altered: it may be any other, and hold itself."""
    seen: set[int] = set()
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, TensorRef):
            yield each
        if isinstance(each, dict | list | tuple) and id(each) not in seen:
            seen.add(id(each))
            left.extend(each.values() if isinstance(each, dict) else each)


@given(st.integers(0, len(PICKLE) - 1), st.binary(min_size=1, max_size=12), st.booleans())
def test_an_altered_pickle_is_read_or_refused(at: int, noise: bytes, insert: bool) -> None:
    data = PICKLE[:at] + noise + PICKLE[at if insert else at + len(noise) :]
    with suppress(RefusedError):
        assert all(len(each.shape) <= 8 for each in tensors(read_pickle(data)))


@given(st.binary(max_size=300))
@example(SYSTEM)
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(RefusedError):
        assert not list(tensors(read_pickle(data)))


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6))
def test_an_altered_zip_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    path = tmp_path_factory.mktemp("zip") / "x.pt"
    path.write_bytes(WHOLE[:at] + noise + WHOLE[at + len(noise) :])
    with suppress(ModelError):
        read = TorchArchive(path, path.read_bytes())
        for each in tensors(read.tree):
            with suppress(ModelError):
                assert read.view("x", each).shape == each.shape
