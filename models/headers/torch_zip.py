"""A PyTorch checkpoint (.pt, .pth, .bin): a zip whose members are bare, and one pickle.

Nothing is unpickled: the pickle's instructions are only listed, to see which functions they would
call. Source: PyTorch's notes on serialization and its caffe2/serialize/inline_container.h.
"""

import pickletools
from collections.abc import Iterator
from pathlib import PurePosixPath

from models.cursor import Cursor
from models.headers.header import Detail, Header, Tensor, quantisation_of
from models.headers.zip_table import Member, members

ZIP = b"PK\x03\x04"
PICKLE = b"\x80"
PICKLED = "data.pkl"
_DATA = PurePosixPath("data")
_LONGEST_PICKLE = 4 << 20
"""Whisper large has 0.3 MB: a line for each tensor."""
_MOST_STEPS = 1_000_000
_STORAGES = {
    "HalfStorage": ("float16", 2),
    "BFloat16Storage": ("bfloat16", 2),
    "FloatStorage": ("float32", 4),
    "DoubleStorage": ("float64", 8),
    "LongStorage": ("int64", 8),
    "IntStorage": ("int32", 4),
    "ShortStorage": ("int16", 2),
    "CharStorage": ("int8", 1),
    "ByteStorage": ("uint8", 1),
    "BoolStorage": ("bool", 1),
}
_TYPES = {name for name, _ in _STORAGES.values()}
_HARMLESS = {
    "collections OrderedDict",
    *(f"torch._utils _rebuild_{what}" for what in ("tensor", "tensor_v2", "parameter")),
    *(f"torch {name}" for name in (*_STORAGES, *_TYPES, "Size", "device")),
}
"""What a checkpoint needs to hold tensors and plain values: none of it runs code of the file."""


def torch_header(cursor: Cursor) -> Header:
    """Check a PyTorch checkpoint, from its start.

    Raises ModelError naming what is wrong, also where it is one of the older format, or a program
    (TorchScript).
    """
    found = torch_members(cursor)
    pickled = found[PICKLED]
    called = _called(cursor, pickled)
    storages = [each for name, each in found.items() if PurePosixPath(name).parent == _DATA]
    tensors = tuple(_storages(storages, called))
    details: dict[str, Detail] = {"storages": len(storages), "pickle": f"{pickled.bytes} bytes"}
    return Header(
        format="torch",
        architecture="checkpoint",
        quantisation=quantisation_of(tensors),
        bytes=len(cursor.data),
        tensors=tensors,
        details=details,
    )


def torch_members(cursor: Cursor) -> dict[str, Member]:
    """The files in a checkpoint by their names below its own folder, each bare: "data.pkl", the
    numbers of a storage as "data/0".

    Raises ModelError if it is no checkpoint.
    """
    if cursor.data[:1] == PICKLE:
        raise cursor.wrong(
            "is a pickle, perhaps a checkpoint of PyTorch before 1.6, which can only be run",
            "take its safetensors instead, or load and save it with PyTorch where that is safe",
        )
    if cursor.data[:4] != ZIP:
        raise cursor.wrong("is not a zip, as PyTorch's checkpoints are")
    found = members(cursor)
    if any(_is_program(each) for each in found):
        raise cursor.wrong("is a program (TorchScript)", "take the checkpoint it was made from")
    if any(each.compressed for each in found):
        raise cursor.wrong("is a zip with compressed members, which PyTorch does not write")
    named = {each.name.partition("/")[2]: each for each in found}
    folders = {each.name.partition("/")[0] for each in found}
    if PICKLED not in named or len(folders) != 1:
        raise cursor.wrong("is a zip, but no checkpoint of PyTorch")
    return named


def _is_program(member: Member) -> bool:
    path = PurePosixPath(member.name)
    return path.name == "constants.pkl" or "code" in path.parts[1:2]


def _called(cursor: Cursor, pickled: Member) -> set[str]:
    """What unpickling would call, as "module name". Raises ModelError unless all is harmless."""
    if pickled.bytes > _LONGEST_PICKLE:
        raise cursor.wrong(f"has a pickle of {pickled.bytes} bytes, too long for a checkpoint")
    called: set[str] = set()
    try:
        for name in _names(cursor.data[pickled.start : pickled.start + pickled.bytes]):
            called.add(name)
    except ValueError as error:
        raise cursor.wrong(f"has a damaged pickle ({error})") from error
    wild = sorted(called - _HARMLESS)
    if wild:
        shown = ", ".join(name[:100].replace(" ", ".", 1) for name in wild[:3])
        raise cursor.wrong(f"would run {shown} when it is loaded", "take its safetensors instead")
    return called


def _names(pickle: bytes) -> Iterator[str]:
    """What each instruction that looks something up by its name looks up."""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(pickle)):
        if count > _MOST_STEPS:
            raise ValueError("too many instructions")
        match opcode.name:
            case "GLOBAL":
                yield str(argument)
            case "STACK_GLOBAL" | "INST" | "OBJ" | "EXT1" | "EXT2" | "EXT4":
                # Names put together while it runs: torch.save does not do that.
                yield f"{opcode.name} whatever that finds"


def _storages(found: list[Member], called: set[str]) -> Iterator[Tensor]:
    """Each array of numbers; of which type is only known where there is one type."""
    kinds = [kind for name, kind in _STORAGES.items() if f"torch {name}" in called]
    name, each = kinds[0] if len(kinds) == 1 else ("mixed", 1)
    for member in found:
        yield Tensor(member.name, (member.bytes // each,), name, member.bytes)
