"""What torch.save wrote into `data.pkl`, without unpickling it.

A pickle is a program for a machine with a stack and a memo. This is that machine with the few
instructions that torch.save uses for tensors in dicts, lists and tuples; it looks no name up and
calls nothing: the names it knows stand for themselves, and what is "called" with them only becomes
a description of a tensor. Everything else is refused by name.

Source: `pickletools` (the instructions), torch/_utils.py and torch/serialization.py (their use).
"""

import pickletools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PROTOCOL = 2
MAX_BYTES = 4 << 20
"""Whisper large, of 1,259 tensors, needs 0.3 MB."""
_MAX_STEPS = 1_000_000
_MAX_STACK = 100_000
_MAX_RANK = 8
_ORDERED_DICT = "collections OrderedDict"
_TENSOR = "torch._utils _rebuild_tensor_v2"
_PARAMETER = "torch._utils _rebuild_parameter"


class RefusedError(ValueError):
    """Something that a checkpoint has no need of; says what, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the pickle mentions: "module name"."""

    text: str


@dataclass(frozen=True, slots=True)
class StorageRef:
    """Numbers in a member of the zip."""

    kind: str
    """"HalfStorage", ..."""
    key: str
    """Of the member `data/<key>`."""
    count: int
    """How many numbers, as the pickle has it."""


@dataclass(frozen=True, slots=True)
class TensorRef:
    """A view of a storage, in numbers (not bytes); nothing of it is checked against the file."""

    storage: StorageRef
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Ordered(dict[Any, Any]):
    """What the pickle calls an OrderedDict: the only thing that may be given attributes."""


STORAGES = ("Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool")
_NAMES = {_ORDERED_DICT, _TENSOR, _PARAMETER, *(f"torch {kind}Storage" for kind in STORAGES)}


def read_pickle(data: bytes) -> object:
    """The dicts, lists, tuples, texts and numbers in `data`, with a TensorRef for each tensor.

    Raises RefusedError for anything that a checkpoint does not need.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(f"its pickle has {len(data)} bytes")
    with warnings.catch_warnings():
        # pickletools decodes texts of instructions that are refused next, and warns of their form.
        warnings.simplefilter("ignore")
        return _run(data)


def _run(data: bytes) -> object:
    machine = _Machine()
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if step > _MAX_STEPS:
                raise RefusedError("its pickle has too many instructions")
            if opcode.name == "STOP":
                break
            machine.do(opcode.name, argument)
    except RefusedError:
        raise
    except ValueError as error:  # pickletools: an instruction that is none, or is cut short
        raise RefusedError("its pickle is damaged") from error
    return machine.result()


class _Machine:
    """The stack and the memo. Sizes are bounded: each instruction adds one thing at most, and
    nothing is ever copied, compared or printed but texts and numbers."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def do(self, opcode: str, argument: Any) -> None:
        """Raises RefusedError if the instruction is not allowed, or not on what the stack holds."""
        action = _ACTIONS.get(opcode)
        if action is None:
            raise RefusedError(f"its pickle uses the instruction {opcode}")
        action(self, argument)
        if len(self._stack) > _MAX_STACK or len(self._marks) > _MAX_STACK:
            raise RefusedError("its pickle is nested too deeply")

    def result(self) -> object:
        if len(self._stack) != 1 or self._marks:
            raise RefusedError("its pickle does not end with one value")
        return self._stack[0]

    def push(self, value: object) -> None:
        self._stack.append(value)

    def pop(self) -> Any:
        floor = self._marks[-1] if self._marks else 0
        if len(self._stack) <= floor:
            raise RefusedError("its pickle takes from an empty stack")
        return self._stack.pop()

    def top(self) -> Any:
        value = self.pop()
        self._stack.append(value)
        return value

    def mark(self, _: object) -> None:
        self._marks.append(len(self._stack))

    def since_mark(self) -> list[Any]:
        if not self._marks:
            raise RefusedError("its pickle lacks a mark")
        start = self._marks.pop()
        values = self._stack[start:]
        del self._stack[start:]
        return values

    def tuple_of(self, count: int) -> None:
        self.push(tuple([self.pop() for _ in range(count)][::-1]))

    def put(self, index: int) -> None:
        self._memo[index] = self.top()

    def get(self, index: int) -> None:
        if index not in self._memo:
            raise RefusedError("its pickle asks for what it has not kept")
        self.push(self._memo[index])

    def name(self, text: str) -> None:
        if text not in _NAMES:
            raise RefusedError(f"loading it would run {text[:80].replace(' ', '.', 1)!r}")
        self.push(Name(text))

    def append(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not list:
            raise RefusedError("its pickle appends to what is no list")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, dict) or len(values) % 2:
            raise RefusedError("its pickle sets items of what is no dict")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | int):
                raise RefusedError("its pickle has keys that are neither texts nor numbers")
            target[key] = value

    def build(self, _: object) -> None:
        """The versions that a `state_dict()` carries as an attribute are dropped."""
        state, target = self.pop(), self.top()
        if type(target) is not _Ordered or type(state) is not dict or set(state) - {"_metadata"}:
            raise RefusedError("its pickle uses the instruction BUILD on what is no state dict")

    def persistent(self, _: object) -> None:
        match self.pop():
            case ("storage", Name(text), str(key), str(), int(count)) if text.endswith("Storage"):
                if not key.isascii() or not key.isdigit():
                    raise RefusedError("its pickle names a storage that is no number")
                self.push(StorageRef(text.removeprefix("torch "), key, count))
            case _:
                raise RefusedError("its pickle refers to what is no storage of torch")

    def reduce(self, _: object) -> None:
        arguments, function = self.pop(), self.pop()
        if not isinstance(function, Name) or type(arguments) is not tuple:
            raise RefusedError("its pickle uses the instruction REDUCE on what is no name")
        self.push(_described(function.text, arguments))


def _described(function: str, arguments: tuple[Any, ...]) -> object:
    """What calling `function` would give: never is it called."""
    match function, arguments:
        case (str(name), ()) if name == _ORDERED_DICT:
            return _Ordered()
        case (str(name), (StorageRef() as storage, int(offset), tuple(shape), tuple(strides), *_)):
            if name == _TENSOR and _whole(shape) and _whole(strides):
                return TensorRef(storage, offset, shape, strides)
        case (str(name), (TensorRef() as tensor, bool(), dict())) if name == _PARAMETER:
            return tensor
    raise RefusedError(
        f"its pickle calls {function.replace(' ', '.')} in a way that torch does not"
    )


def _whole(sizes: tuple[Any, ...]) -> bool:
    return len(sizes) <= _MAX_RANK and all(type(size) is int for size in sizes)


_ACTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "NONE": lambda machine, _: machine.push(None),
    "NEWTRUE": lambda machine, _: machine.push(True),
    "NEWFALSE": lambda machine, _: machine.push(False),
    **dict.fromkeys(
        ("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE"), _Machine.push
    ),
    "EMPTY_TUPLE": lambda machine, _: machine.push(()),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "EMPTY_DICT": lambda machine, _: machine.push({}),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.since_mark())),
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "APPEND": lambda machine, _: machine.append([machine.pop()]),
    "APPENDS": lambda machine, _: machine.append(machine.since_mark()),
    "SETITEM": lambda machine, _: machine.set_items([machine.pop(), machine.pop()][::-1]),
    "SETITEMS": lambda machine, _: machine.set_items(machine.since_mark()),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT"), _Machine.put),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), _Machine.get),
    "GLOBAL": _Machine.name,
    "BINPERSID": _Machine.persistent,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}


def _protocol(_: _Machine, version: int) -> None:
    if version != PROTOCOL:
        raise RefusedError(
            f"its pickle is of protocol {version}, not {PROTOCOL} as torch.save's are"
        )


_ACTIONS["PROTO"] = _protocol
