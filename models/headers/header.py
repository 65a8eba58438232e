"""What every reader of a format answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Literal

Format = Literal["ggml", "gguf", "onnx", "safetensors", "torch", "ctranslate2"]
Detail = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tensor:
    """One named array of numbers in the file."""

    name: str
    shape: tuple[int, ...]
    """The slowest dimension first, as NumPy has it."""
    type: str
    """As the format calls it: "Q4_K", "float16", "F16"."""
    bytes: int

    @property
    def parameters(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Header:
    """A file that is what it claims to be, as far as that can be told without running it."""

    format: Format
    architecture: str
    """The family of networks: "whisper", "llama", "voice (Piper)"."""
    quantisation: str
    """In words: "Q4_1, some F32", "float32"."""
    bytes: int
    tensors: tuple[Tensor, ...] = ()
    details: Mapping[str, Detail] = field(default_factory=dict)
    """What else a person wants to know, by what it is called: "layers", "languages"."""

    @property
    def parameters(self) -> int:
        """Numbers in all tensors."""
        return sum(tensor.parameters for tensor in self.tensors)


def quantisation_of(tensors: Iterable[Tensor]) -> str:
    """The type of most numbers, and which others there are."""
    counts: Counter[str] = Counter()
    for tensor in tensors:
        counts[tensor.type] += tensor.parameters
    if not counts:
        return "none"
    main, *others = (name for name, _ in counts.most_common())
    return f"{main}, some {' and '.join(others)}" if others else main
