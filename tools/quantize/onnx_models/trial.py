"""Does the assistant take a model, as it is on the disk?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.audio.types import FRAME, RATE, Frame
from assistant.engines.mel_spectrogram import MelSpectrogram
from assistant.engines.onnx import REFUSED
from assistant.engines.openwakeword import HOP
from assistant.engines.silero import Silero
from assistant.engines.smart_turn import SmartTurn
from assistant.engines.speech_embedding import SpeechEmbedding
from assistant.engines.voice_parts import prepare
from assistant.errors import ModelError
from tools.quantize.onnx_models import voice_settings, voices
from tools.quantize.onnx_models.families import Family
from tools.quantize.onnx_models.heads import FeatureFiles, try_to_hear
from tools.quantize.onnx_models.running import opened

VOICE_IN_SILENCE = 0.5
"""Probability of a voice that silence may have at most."""


@dataclass(frozen=True, slots=True)
class Verdict:
    fault: str = ""
    """Why the assistant cannot use it; empty if it can."""
    notes: tuple[str, ...] = ()
    """What else is to be known, a sentence each."""


def tried(path: Path, family: Family, features: Callable[[], FeatureFiles]) -> Verdict:
    """Run the model in the part of the assistant that it is for. A voice has its settings beside
    it, and is cut into its stages, which are written beside it."""
    try:
        return Verdict(notes=tuple(_notes(path, family, features)))
    except ModelError as error:
        return Verdict(fault=str(error))
    except REFUSED as error:
        return Verdict(fault=f"{path} opens, but does not run ({str(error).splitlines()[0]}).")


def _notes(path: Path, family: Family, features: Callable[[], FeatureFiles]) -> list[str]:
    if family == "voice":
        return _voice(path)
    opened(path)
    match family:
        case "wake":
            try_to_hear(path, features())
        case "vad":
            _check(path, Silero(path).push(Frame(0, np.zeros(FRAME, np.int16))))
        case "turn":
            _check(path, SmartTurn(path, threads=1).probability(np.zeros(RATE, np.int16)), most=1)
        case "embedding":
            SpeechEmbedding(path)
        case "melspectrogram":
            MelSpectrogram(path, HOP)
        case "unknown":
            return ["It is none of the assistant's models: only opening it was tried."]
    return []


def _voice(path: Path) -> list[str]:
    settings = voice_settings.read(voice_settings.beside(path))
    voices.try_to_speak(path, settings)
    _, fault = prepare(path)
    if fault:
        return [f"The voice speaks a sentence only when all of it is computed: {fault}."]
    return []


def _check(path: Path, probability: float, most: float = VOICE_IN_SILENCE) -> None:
    if not 0 <= probability <= most:
        raise ModelError(f"{path} gives silence a probability of {probability:.2f}: take another.")
