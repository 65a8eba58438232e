"""An openWakeWord model of one phrase: what its graph must be, and whether its scores make sense.

the last n embeddings (1, n, 96) float32  ->  score (1, 1) float32, 0 to 1
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import RATE, Pcm
from assistant.engines.onnx import REFUSED
from assistant.engines.openwakeword import HOP, Features, Scorer
from assistant.errors import ModelError
from tools.quantize.onnx_models import graph
from tools.quantize.onnx_models.running import opened

if TYPE_CHECKING:
    from onnx import ModelProto

SIZE = 96
"""Numbers in an embedding."""
HEARD = 0.5
"""Score from which a phrase counts as said, as in the assistant's own settings."""
QUIET = 0.1
"""What silence and noise may score at most."""
_WINDOWS = range(1, 201)
"""Embeddings (80 ms) that it may look at: up to 16 s."""
_SECONDS = 4


class FeatureFiles(NamedTuple):
    """The two graphs that all phrases share."""

    melspectrogram: Path
    embedding: Path

    @classmethod
    def beside(cls, melspectrogram: Path) -> "FeatureFiles":
        return cls(melspectrogram, melspectrogram.with_name("embedding_model.onnx"))


@dataclass(frozen=True, slots=True)
class Tried:
    """Highest scores."""

    window: int
    """Embeddings that it looks at."""
    silence: float
    noise: float
    """Of white noise and of noise with the rhythm of speech."""
    said: tuple[float, ...]
    """Of each recording in which the phrase is said."""


def check_graph(model: "ModelProto", name: str) -> int:
    """How many embeddings it looks at. Raises ModelError if the wake word engine cannot use it.
    `name`: of the file, for that."""
    given, gives = graph.inputs(model), list(model.graph.output)
    if len(given) != 1 or len(gives) != 1:
        raise ModelError(
            f"{name} is no openWakeWord model: it has {len(given)} inputs and {len(gives)} outputs "
            "instead of one each; take another."
        )
    types = graph.dtype(given[0]), graph.dtype(gives[0])
    if types != ("float32", "float32"):
        raise ModelError(
            f"{name} is no openWakeWord model: it takes {types[0]} and gives {types[1]}, not "
            "float32; take another."
        )
    match graph.shape(given[0]), graph.shape(gives[0]):
        case (1, int(window), size), (1, 1) if size == SIZE and window in _WINDOWS:
            return window
        case (1, int(window), size), (1, int(classes)) if size == SIZE and classes > 1:
            raise ModelError(
                f"{name} tells {classes} classes apart, but the wake word engine takes one phrase "
                "a file: train or export a model for each phrase."
            )
        case takes, has:
            raise ModelError(
                f"{name} is no openWakeWord model: it takes {_shown(takes)} and gives "
                f"{_shown(has)} instead of 1 x n x {SIZE} and 1 x 1; take another."
            )


def fix_batch(model: "ModelProto") -> bool:
    """Where the number of examples is left free, make it the one that the engine gives. Whether
    anything was changed."""
    free = [
        value.type.tensor_type.shape.dim[0]
        for value in (*graph.inputs(model), *model.graph.output)
        if graph.shape(value) and not isinstance(graph.shape(value)[0], int)
    ]
    for size in free:
        size.dim_value = 1
    return bool(free)


def try_to_hear(path: Path, features: FeatureFiles, said: Iterable[Pcm] = ()) -> Tried:
    """Score silence, noise, and recordings in which the phrase is said. Raises ModelError if a
    score is not from 0 to 1, silence or noise scores high, or what is said scores low."""
    window = _check_range(path)
    scorer = Scorer(*features, {"phrase": path})
    silence = _highest(scorer, np.zeros(_SECONDS * RATE, np.int16))
    noise = max(_highest(scorer, each) for each in noises())
    for what, score in (("silence", silence), ("noise", noise)):
        if not score <= QUIET:
            raise ModelError(
                f"{path} gives {what} a score of {score:.2f}, not below {QUIET}: it would wake the "
                "assistant all day; take another."
            )
    heard = tuple(_highest(scorer, _surrounded(each)) for each in said)
    deaf = [number for number, score in enumerate(heard, 1) if not score >= HEARD]
    if deaf:
        raise ModelError(
            f"{path} gives recording {deaf[0]}, in which its phrase is said, a score of "
            f"{heard[deaf[0] - 1]:.2f}, not {HEARD} or more: take another."
        )
    return Tried(window, silence, noise, heard)


def windows(
    features: FeatureFiles, recordings: Iterable[Pcm], size: int
) -> Iterator[NDArray[np.float32]]:
    """What a head of `size` embeddings is given while the recordings are heard: shape (1, size,
    96) each, every third step."""
    heard = Features(*features, size)
    for pcm in recordings:
        heard.reset()
        for step, begin in enumerate(range(0, len(pcm) - HOP + 1, HOP)):
            heard.push(pcm[begin : begin + HOP])
            if step % 3 == 0:
                yield heard.latest[None].copy()


def noises() -> Iterator[Pcm]:
    """White noise at -30 dBFS, and the same in syllables of a fifth of a second: int16, 16 kHz."""
    white = np.random.default_rng(11).normal(0, 0.03, _SECONDS * RATE)
    syllables = np.sin(np.pi * 5 * np.arange(len(white)) / RATE) ** 2
    for samples in (white, white * syllables):
        yield np.rint(samples * 32_767).astype(np.int16)


def _check_range(path: Path) -> int:
    """Embeddings of all sizes: is what comes out always from 0 to 1? How many it looks at."""
    head = opened(path)
    [given] = head.get_inputs()
    some = np.random.default_rng(3)
    for scale in (0, 1, 10, 100):
        window = (some.normal(0, 1, given.shape) * scale).astype(np.float32)
        try:
            score = head.run(None, {given.name: window})[0]
        except REFUSED as error:
            reason = str(error).splitlines()[0]
            raise ModelError(f"{path} cannot be run ({reason}): take another.") from error
        if not (np.isfinite(score).all() and (score >= 0).all() and (score <= 1).all()):
            raise ModelError(
                f"{path} gives a score of {score.reshape(-1)[0]:.3g}, not one from 0 to 1: export "
                "it with its last sigmoid."
            )
    return int(given.shape[1])


def _highest(scorer: Scorer, pcm: Pcm) -> float:
    scorer.reset()
    hops = range(0, len(pcm) - HOP + 1, HOP)
    return max((scorer.push(pcm[begin : begin + HOP])["phrase"] for begin in hops), default=0.0)


def _surrounded(pcm: Pcm) -> Pcm:
    """With the silence that makes the window full, and in which the score rises."""
    return np.concatenate([np.zeros(2 * RATE, np.int16), pcm, np.zeros(RATE, np.int16)])


def _shown(sizes: tuple[int | str, ...]) -> str:
    return " x ".join(str(size) or "?" for size in sizes) or "nothing"
