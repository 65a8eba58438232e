"""What one file is to become, and what llama.cpp says of it: plain data, and its log. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tools.quantize.bundle import Value
from tools.quantize.llama.types import FILE_TYPES, UNQUANTISED

_TENSOR = re.compile(r"^\[ *(\d+)/ *(\d+)\] (.+?) +- \[[^\]]*\], type = *(\w+), ")
_PLANNED = re.compile(r"size = .* -> .* \((\w+)\)$")
_CONVERTING = re.compile(r"converting to (\w+) \.\.")
_WITHOUT = re.compile(r"did not find weights for (.+)$")
_NEEDS = re.compile(r"will require an imatrix|requires an importance matrix")
_FALLBACK = re.compile(r"WARNING: (\d+) of \d+ tensor\(s\) required fallback")
_SIZE = re.compile(r"quant size += +([\d.]+) MiB \(([\d.]+) BPW\)")
_FAILED = re.compile(r"(?:failed to quantize|error loading model): (.+)$")


class Override(Value):
    """Matrices whose type is not left to the recipe."""

    pattern: str
    """A regular expression, found anywhere in the tensor's name."""
    type: str


class Order(Value):
    """One run of llama.cpp's quantiser."""

    source: str
    target: str
    """The file to be written; of a plan, which writes none, it is not used."""
    type: str
    """A file type."""
    plan: bool = False
    """Only say what would become of each tensor."""
    threads: int = 1
    """They do not change the result."""
    imatrix: str = ""
    """File of an importance matrix."""
    overrides: tuple[Override, ...] = ()
    """The first that fits counts."""
    output_type: str = ""
    """Of the matrix that gives the logits, where it is one of its own."""
    embedding_type: str = ""
    """Of the table of tokens."""
    allow_requantize: bool = False

    @property
    def number(self) -> int:
        """llama_ftype."""
        return FILE_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Tensor:
    """What becomes of one."""

    name: str
    before: str
    after: str

    @property
    def requantised(self) -> bool:
        """It had lost precision before, and loses more."""
        return self.before != self.after and self.before not in UNQUANTISED


@dataclass(frozen=True, slots=True)
class Account:
    """What llama.cpp said while it planned or worked."""

    tensors: tuple[Tensor, ...]
    total: int
    """Tensors of the file; more than are listed if it did not come to the end."""
    needs_importance: bool
    without_importance: tuple[str, ...]
    """Matrices that the importance matrix has no entry for."""
    fallbacks: int
    """Matrices whose rows fit no whole number of the type's blocks: they got another type."""
    mib: float
    """Of all tensors together, afterwards; 0 if it did not come to the end."""
    bits_per_weight: float
    failure: str
    """Its reason, if it gave up."""

    @property
    def types(self) -> dict[str, int]:
        """Tensor type -> how many have it afterwards."""
        return dict(Counter(tensor.after for tensor in self.tensors).most_common())

    @property
    def requantised(self) -> int:
        return sum(tensor.requantised for tensor in self.tensors)


def progress(line: str) -> tuple[int, int] | None:
    """Which tensor of how many a line of the log begins with."""
    found = _TENSOR.match(line)
    return (int(found[1]), int(found[2])) if found else None


def account(log: Iterable[str]) -> Account:
    """Read llama.cpp's log. Lines that say nothing of this are passed over."""
    tensors: list[Tensor] = []
    total, fallbacks, needs, failure = 0, 0, False, ""
    mib = bits = 0.0
    without: list[str] = []
    for line in log:
        if found := _TENSOR.match(line):
            total = int(found[2])
            tensors.append(Tensor(found[3], *[found[4].upper()] * 2))
        if (found := _PLANNED.search(line) or _CONVERTING.search(line)) and tensors:
            last = tensors.pop()
            tensors.append(Tensor(last.name, last.before, found[1].upper()))
        if found := _WITHOUT.search(line):
            without.append(found[1])
        if found := _FALLBACK.search(line):
            fallbacks = int(found[1])
        if found := _SIZE.search(line):
            mib, bits = float(found[1]), float(found[2])
        if found := _FAILED.search(line):
            failure = failure or found[1].strip()
        needs = needs or bool(_NEEDS.search(line))
    return Account(tuple(tensors), total, needs, tuple(without), fallbacks, mib, bits, failure)
