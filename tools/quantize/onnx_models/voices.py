"""A Piper voice: what its graph must be, and whether it speaks.

phoneme ids (1, n) int64, their number (1) int64, three scales float32 [, speaker (1) int64]
-> samples (1, ..., time) float32, full scale 1
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from piper.config import PiperConfig
from piper.voice import PiperVoice

from assistant.engines.onnx import REFUSED
from assistant.errors import ModelError
from tools.quantize.onnx_models import graph
from tools.quantize.onnx_models.running import opened
from tools.quantize.onnx_models.voice_settings import VoiceSettings

if TYPE_CHECKING:
    from onnx import ModelProto

SENTENCE = "The kettle is on, and dinner will be ready in twenty minutes."
"""What a voice is tried with. It is said in the voice's own language's way."""
_TAKES = {"input": "int64", "input_lengths": "int64", "scales": "float32"}
_SPEAKER = "sid"
_PHONEME_S = (0.02, 0.4)
"""Seconds a phoneme lasts, on average, of a voice that is understood."""
_QUIETEST_DB, _LOUDEST_DB = -50.0, -3.0
"""Decibels of full scale of a whole sentence."""
_CLIPPED = 0.001
"""Share of samples that may be at full scale or beyond."""

Inputs = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a sentence came out as."""

    seconds: float
    level_db: float
    """Decibels of full scale."""
    peak: float
    """Full scale 1."""
    clipped: float
    """Share of samples at full scale or beyond."""


def check_graph(model: "ModelProto", settings: VoiceSettings, name: str) -> None:
    """Does the graph take and give what Piper expects, for as many phonemes and speakers as the
    settings say? Raises ModelError. `name`: of the voice, for that."""
    given = {each.name: graph.dtype(each) for each in graph.inputs(model)}
    wanted = _TAKES | ({_SPEAKER: "int64"} if settings.speakers > 1 else {})
    if given.keys() ^ wanted.keys() == {_SPEAKER}:
        has = "takes" if _SPEAKER in given else "does not take"
        raise ModelError(
            f"{name} {has} a speaker ({_SPEAKER}), but its settings have num_speakers "
            f"{settings.speakers}: take the settings that belong to it."
        )
    if given != wanted:
        takes = ", ".join(f"{each} ({kind or 'no tensor'})" for each, kind in given.items())
        raise ModelError(f"{name} is no Piper voice: it takes {takes or 'nothing'}; take another.")
    if not model.graph.output or graph.dtype(model.graph.output[0]) != "float32":
        raise ModelError(f"{name} is no Piper voice: it gives no float32 samples; take another.")
    for what, size, needed in (
        ("phonemes", _rows(model, "input"), settings.highest_id + 1),
        ("speakers", _rows(model, _SPEAKER), settings.speakers),
    ):
        if size is not None and size < needed:
            raise ModelError(
                f"{name} knows {size} {what}, but its settings have {needed}: take the settings "
                "that belong to it."
            )


def _rows(model: "ModelProto", asked: str) -> int | None:
    """Rows of the table in which the graph's input `asked` is looked up; None if it is not found:
    then only trying tells."""
    weights = {each.name: each.dims for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Gather" and node.input[1] == asked and node.input[0] in weights:
            return int(weights[node.input[0]][0])
    return None


def ids(settings: VoiceSettings, text: str) -> list[list[int]]:
    """Phoneme ids of each sentence of `text`. Raises ModelError if espeak-ng does not know the
    language."""
    voice = PiperVoice(None, _config(settings))
    try:
        sentences = voice.phonemize(text)
    except RuntimeError as error:
        raise ModelError(
            f"espeak-ng has no voice {settings.espeak_voice!r}: correct espeak.voice in the "
            "settings of the voice."
        ) from error
    return [voice.phonemes_to_ids(sentence) for sentence in sentences if sentence]


def inputs(settings: VoiceSettings, phonemes: Sequence[int], noise: bool = True) -> Inputs:
    """What the graph takes to say this. Without `noise` it says the same each time."""
    noises = (settings.noise, settings.rhythm) if noise else (0.0, 0.0)
    given: Inputs = {
        "input": np.array([phonemes], np.int64),
        "input_lengths": np.array([len(phonemes)], np.int64),
        "scales": np.array([noises[0], settings.pace, noises[1]], np.float32),
    }
    if settings.speakers > 1:
        given[_SPEAKER] = np.array([settings.speaker], np.int64)
    return given


def try_to_speak(path: Path, settings: VoiceSettings, text: str = SENTENCE) -> Spoken:
    """Say a sentence. Raises ModelError if that fails or does not sound like speech."""
    phonemes = [each for sentence in ids(settings, text) for each in sentence]
    voice = opened(path, threads=2)
    try:
        samples = voice.run(None, inputs(settings, phonemes))[0].reshape(-1)
    except REFUSED as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path} cannot say a sentence ({reason}): take another.") from error
    marks = len([each for each in phonemes if each not in settings.phoneme_ids["_"]])
    spoken, faults = judged(samples, settings.sample_rate, marks)
    if faults:
        raise ModelError(f"{path} does not speak well: {faults[0]}: take another voice.")
    return spoken


def judged(
    samples: NDArray[np.floating[Any]], rate: int, phonemes: int
) -> tuple[Spoken, tuple[str, ...]]:
    """`samples`: full scale 1; `phonemes`: how many they are to be. What it came out as, and what
    is wrong with that."""
    if not len(samples) or not np.isfinite(samples).all():
        return Spoken(len(samples) / rate, -math.inf, 0.0, 0.0), ("its samples are no numbers",)
    effective = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
    level = 20 * math.log10(max(effective, 1e-9))
    loud = np.abs(samples)
    spoken = Spoken(len(samples) / rate, level, float(loud.max()), float((loud >= 1).mean()))
    return spoken, tuple(_faults(spoken, spoken.seconds / max(phonemes, 1)))


def _faults(spoken: Spoken, phoneme_s: float) -> Iterator[str]:
    if spoken.level_db < _QUIETEST_DB:
        yield f"a sentence has a level of {spoken.level_db:.0f} dBFS, which is silence"
    if spoken.clipped > _CLIPPED:
        yield f"{spoken.clipped:.1%} of the samples are clipped"
    if spoken.level_db > _LOUDEST_DB:
        yield f"a sentence has a level of {spoken.level_db:.0f} dBFS, which is noise"
    if not _PHONEME_S[0] <= phoneme_s <= _PHONEME_S[1]:
        yield f"a phoneme lasts {phoneme_s:.3f} s on average"


def _config(settings: VoiceSettings) -> PiperConfig:
    return PiperConfig.from_dict(
        {
            "num_symbols": settings.symbols,
            "num_speakers": settings.speakers,
            "audio": {"sample_rate": settings.sample_rate},
            "espeak": {"voice": settings.espeak_voice},
            "phoneme_type": settings.phoneme_type,
            "phoneme_id_map": settings.phoneme_ids,
        }
    )
