"""Requests to measure a turn with: recordings of people, or sentences that the voice says itself.

Each is followed by the quiet of its room, for a microphone goes on after the last word.
"""

from dataclasses import dataclass

import numpy as np

from assistant.audio import quiet, wav
from assistant.audio.resample import resample
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.bounds import sound
from assistant.evaluate.hesitant import hesitant
from assistant.evaluate.manifest import Row
from assistant.tts import Synthesizer
from assistant.vad import VoiceDetector

BEFORE_S, AFTER_S = 0.6, 1.0
"""Quiet before and after; a microphone of a recording goes on in digital silence after that."""
LONGEST_S = 12.0
"""Of a request, so that a wake word and it fit into what one may last."""

SENTENCES = (
    "What time is it?",
    "What's twelve times eleven?",
    "What day is it today?",
    "How much is forty two plus nineteen?",
    "What is the date tomorrow?",
    "What's fifteen percent of eighty?",
    "What time is it in Tokyo?",
    "What is one hundred divided by eight?",
    "Why is the sky blue?",
    "How long do I have to boil an egg?",
    "Tell me something about whales.",
    "What can I cook with potatoes and cheese?",
    "Who wrote Romeo and Juliet?",
    "What is the capital of Portugal?",
    "How do I get a red wine stain out of a shirt?",
    "Can you tell me a short story about a cat?",
)
"""Half for skills, half for the language model."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as a microphone hears it."""

    name: str
    text: str
    """What is said."""
    pcm: Pcm
    speech_end_s: float
    """End of its last sound, by its level: no detector of the assistant has a say in it."""


def unusable(row: Row, language: str) -> str | None:
    """Why a row takes no part; None if it does."""
    if not row.text:
        return "no transcript"
    if row.language not in (None, language):
        return f"other language than {language}"
    if row.segments or (row.seconds or 0) > LONGEST_S:
        return f"not one request of at most {LONGEST_S:g} s"
    return None


def recorded(row: Row, vad: VoiceDetector, hesitates_s: float = 0.0) -> Asked:
    """What the row's recording says, with a pause so long in its middle."""
    pcm = wav.read(row.path, LONGEST_S)
    return _in_a_room(row.file, row.text or "", pcm, vad, hesitates_s)


def spoken(
    sentence: str, voice: Synthesizer, vad: VoiceDetector, hesitates_s: float = 0.0
) -> Asked:
    """The sentence in the assistant's own voice, with a pause so long in its middle."""
    chunks = [chunk.pcm for chunk in voice.synthesize(sentence, lambda: False)]
    pcm = resample(np.concatenate(chunks), voice.rate, RATE)
    return _in_a_room(sentence, sentence, pcm, vad, hesitates_s)


def _in_a_room(name: str, text: str, pcm: Pcm, vad: VoiceDetector, hesitates_s: float) -> Asked:
    first, last = sound(pcm, vad)
    if hesitates_s:
        pcm = hesitant(pcm, first, last, hesitates_s)
    end_s = BEFORE_S + last / RATE + hesitates_s
    return Asked(name, text, quiet.surrounded(pcm, BEFORE_S, AFTER_S), end_s)
