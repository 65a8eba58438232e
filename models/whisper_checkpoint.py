"""A Whisper model as OpenAI names and shapes its tensors, whatever file they lie in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from models.whisper_network import Dimensions


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of one model; each is read when its turn comes."""

    source: str
    """The name of the file or folder, for errors."""
    dims: Dimensions
    tensor: Callable[[str], NDArray[Any]]
    """A tensor of floats by OpenAI's name; ModelError if there is none or it is no tensor of
    floats. The shape is for the caller to check."""
