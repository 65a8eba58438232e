"""The settings beside a Piper voice, `<voice>.onnx.json`: are they there, and do they make sense.

Source: config.py of piper1-gpl and the voices that Piper publishes.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError, ModelError

SAMPLE_RATES = range(8_000, 48_001)
"""Hertz: those that are spoken here."""
MOST_SPEAKERS = 100_000
PHONEME_TYPES = ("espeak", "text")
"""Those that need no other package: Piper has more, for a language each."""
_INFERENCE = {"noise_scale": (0.0, 3.0), "length_scale": (0.1, 5.0), "noise_w": (0.0, 3.0)}
"""What the trainer recommends at speaking, and between which numbers that makes sense."""
_MARKS = ("_", "^", "$")
"""Blank, beginning and end of a sentence, which every sentence is given."""
_LARGEST = 10_000_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    sample_rate: int
    """Hertz."""
    phoneme_type: str
    espeak_voice: str
    """espeak-ng's name of the language; empty if letters are spoken as they are."""
    phoneme_ids: Mapping[str, tuple[int, ...]]
    symbols: int
    speakers: int
    speaker: int
    """Who speaks if nobody is named."""
    noise: float
    pace: float
    """Larger is slower."""
    rhythm: float
    """Noise of the phonemes' durations."""

    @property
    def highest_id(self) -> int:
        return max(each for ids in self.phoneme_ids.values() for each in ids)


def beside(voice: Path) -> Path:
    return voice.with_name(f"{voice.name}.json")


def read(path: Path) -> VoiceSettings:
    """Raises InputError if the file cannot be read, ModelError naming the first wrong key."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelError(f"{path} is too large for the settings of a voice: name another file.")
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}): a Piper voice has its settings in a .json "
            "file; name it with --config."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not JSON: fetch the settings of the voice again.") from error
    try:
        return _parsed(found)
    except _WrongError as error:
        raise ModelError(f"{path}: {error}: correct the settings of the voice.") from error


class _WrongError(Exception):
    """What is wrong with which key."""


def _parsed(found: Any) -> VoiceSettings:
    if not isinstance(found, dict):
        raise _WrongError("it holds no object")
    kind = found.get("phoneme_type", "espeak")
    if kind not in PHONEME_TYPES:
        raise _WrongError(
            f"phoneme_type is {kind!r}, of which only espeak and text are spoken here"
        )
    symbols = _whole(found, "num_symbols", range(1, 100_000))
    speakers = _whole(found, "num_speakers", range(1, MOST_SPEAKERS))
    inference = _object(found, "inference") if "inference" in found else {}
    noise, pace, rhythm = (_scale(inference, name) for name in _INFERENCE)
    return VoiceSettings(
        sample_rate=_whole(_object(found, "audio"), "sample_rate", SAMPLE_RATES, "audio."),
        phoneme_type=kind,
        espeak_voice=_text(_object(found, "espeak"), "voice", "espeak."),
        phoneme_ids=_phonemes(_object(found, "phoneme_id_map"), symbols),
        symbols=symbols,
        speakers=speakers,
        speaker=_speaker(found, speakers),
        noise=noise,
        pace=pace,
        rhythm=rhythm,
    )


def _phonemes(found: dict[str, Any], symbols: int) -> dict[str, tuple[int, ...]]:
    known = {}
    for phoneme, ids in found.items():
        if not isinstance(ids, list) or not ids or not all(type(each) is int for each in ids):
            raise _WrongError(f"phoneme_id_map: {phoneme!r} has no list of whole numbers")
        outside = [each for each in ids if not 0 <= each < symbols]
        if outside:
            raise _WrongError(
                f"phoneme_id_map: {phoneme!r} is {outside[0]}, but num_symbols is {symbols}"
            )
        known[phoneme] = tuple(ids)
    missing = [mark for mark in _MARKS if mark not in known]
    if missing:
        raise _WrongError(f"phoneme_id_map has no {missing[0]!r}, which every sentence needs")
    return known


def _speaker(found: dict[str, Any], speakers: int) -> int:
    names = found.get("speaker_id_map", {})
    if not isinstance(names, dict) or not all(
        type(each) is int and 0 <= each < speakers for each in names.values()
    ):
        raise _WrongError(f"speaker_id_map names a speaker that is none of {speakers}")
    return _whole({"default_speaker_id": 0} | found, "default_speaker_id", range(speakers))


def _scale(found: dict[str, Any], name: str) -> float:
    lowest, highest = _INFERENCE[name]
    defaults = {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}
    value = found.get(name, defaults[name])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not lowest <= value <= highest:
        raise _WrongError(f"inference.{name} is {value!r}, not from {lowest:g} to {highest:g}")
    return float(value)


def _whole(found: dict[str, Any], name: str, allowed: range, where: str = "") -> int:
    value = found.get(name)
    if type(value) is not int or value not in allowed:
        shown = "missing" if name not in found else repr(value)
        raise _WrongError(
            f"{where}{name} is {shown}, not a whole number from {allowed[0]} to {allowed[-1]}"
        )
    return value


def _text(found: dict[str, Any], name: str, where: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise _WrongError(f"{where}{name} is missing or no text")
    return value


def _object(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise _WrongError(f"{name} is missing or no object")
    return value
