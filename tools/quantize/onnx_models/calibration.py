"""Examples of what a model is given in service, from which static quantization learns its ranges.

voice          phoneme ids of the sentences
wake word      embeddings of the recordings, by the assistant's own features
Silero VAD     frames of the recordings, and the state that the float model left
Smart Turn     log-mel features of the recordings
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from assistant.audio import wav
from assistant.audio.types import FRAME, RATE, Pcm
from assistant.engines.onnx import session
from assistant.engines.smart_turn import log_mel
from assistant.errors import InputError
from assistant.evaluate.manifest import load, spread
from tools.quantize.onnx_models import voice_settings, voices
from tools.quantize.onnx_models.families import NAMES, Family
from tools.quantize.onnx_models.heads import FeatureFiles, windows
from tools.quantize.onnx_models.voices import Inputs

MOST: dict[Family, int] = {"voice": 8, "wake": 2_000, "vad": 500, "turn": 40}
"""Examples of each kind: more do not change the ranges, and histograms of all of them are kept."""
_RECORDINGS = 100
_LONGEST_S = 600.0
_SENTENCE = 200
"""Characters: what is computed for a longer sentence takes gigabytes."""
_LARGEST = 10_000_000
"""Bytes of a file of sentences."""


def examples(
    model: Path, family: Family, source: Path, features: Callable[[], FeatureFiles]
) -> Iterator[Inputs]:
    """What `model` takes, for the recordings of a manifest or the sentences of a text file. Raises
    InputError if the file does not fit the model."""
    if family == "voice":
        made = _spoken(model, sentences(source))
    elif family in MOST:
        made = _heard(model, family, recordings(source), features)
    else:
        raise InputError(
            f"{model} is {NAMES[family]}: there is nothing to calibrate it with; use int8-dynamic."
        )
    return islice(made, MOST[family])


def sentences(source: Path) -> tuple[str, ...]:
    """One a line, or the transcripts of a manifest."""
    if source.suffix == ".jsonl":
        found = [row.text for row in load(source).rows if row.text]
    else:
        try:
            if source.stat().st_size > _LARGEST:
                raise InputError(f"{source} is too large: give some sentences, one a line.")
            found = source.read_text("utf-8").splitlines()
        except OSError as error:
            raise InputError(f"{source} cannot be read ({error.strerror}): check it.") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{source} is not UTF-8 text: give sentences, one a line.") from error
    usable = [text for text in (each.strip() for each in found) if 0 < len(text) <= _SENTENCE]
    if not usable:
        raise InputError(f"{source} holds no sentence of at most {_SENTENCE} characters.")
    return spread(usable, MOST["voice"])


def recordings(source: Path) -> Iterator[Pcm]:
    """At most a hundred of a manifest, evenly spread, 16 kHz."""
    if source.suffix != ".jsonl":
        raise InputError(f"{source} is no manifest of recordings: give a .jsonl file.")
    for row in spread(load(source).rows, _RECORDINGS):
        yield wav.read(row.path, _LONGEST_S)


def _spoken(model: Path, texts: Sequence[str]) -> Iterator[Inputs]:
    settings = voice_settings.read(voice_settings.beside(model))
    for text in texts:
        for phonemes in voices.ids(settings, text):
            yield voices.inputs(settings, phonemes)


def _heard(
    model: Path, family: Family, heard: Iterator[Pcm], features: Callable[[], FeatureFiles]
) -> Iterator[Inputs]:
    opened = session(model, threads=1)
    name, shape = opened.get_inputs()[0].name, opened.get_inputs()[0].shape
    match family:
        case "wake":
            for window in windows(features(), heard, shape[1]):
                yield {name: window}
        case "turn":
            for pcm in heard:
                yield {name: log_mel(pcm)[None]}
        case "vad":
            for pcm in heard:
                yield from _frames(model, pcm)


def _frames(model: Path, pcm: Pcm) -> Iterator[Inputs]:
    """As `assistant.engines.silero` gives them: 64 samples of the frame before, then 512."""
    opened = session(model, threads=1)
    samples = np.concatenate([np.zeros(64, np.float32), pcm.astype(np.float32) / 32_768])
    state = np.zeros((2, 1, 128), np.float32)
    for begin in range(0, len(pcm) - FRAME + 1, FRAME):
        given: Inputs = {
            "input": samples[None, begin : begin + 64 + FRAME],
            "state": state,
            "sr": np.array(RATE, np.int64),
        }
        yield given
        state = opened.run(None, given)[1]
