"""Text to speech: a Piper voice (VITS), with espeak-ng for the phonemes."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from piper.config import PiperConfig, SynthesisConfig
from piper.voice import PiperVoice

from assistant.audio.types import AudioChunk, Cancelled, Pcm
from assistant.engines import ModelPath
from assistant.engines.onnx import session
from assistant.errors import ModelError
from assistant.tts import TtsSettings

_KNEE = 0.8
"""Part of full scale (-1.9 dBFS) from which loud samples are bent instead of cut."""
_FULL_SCALE = 32767
_PAUSES = frozenset(",;:–—")
_MOST_PHONEMES = 60
"""In one run of the model, about three seconds: the memory for a run grows by 25 MB a second."""


class Piper:
    """One voice. Not thread-safe: espeak-ng has one state for the whole process."""

    def __init__(self, voice: PiperVoice, speed: float, gain_db: float) -> None:
        self._voice = voice
        self.rate: int = voice.config.sample_rate
        self._gain = 10 ** (gain_db / 20)
        self._synthesis = SynthesisConfig(length_scale=voice.config.length_scale / speed)

    @classmethod
    def load(cls, settings: TtsSettings, model: ModelPath) -> "Piper":
        """Open the voice and say one word to nobody, which loads espeak-ng's dictionary and lets
        onnxruntime allocate: otherwise the first reply pays for both.

        Raises ModelError if a file of the voice is missing or damaged.
        """
        path = model(settings.voice)
        config = _config(path)
        voice = PiperVoice(session=session(path, settings.threads), config=config)
        engine = cls(voice, settings.speed, settings.gain_db)
        for _ in engine.synthesize("Hello.", lambda: False):
            continue
        return engine

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        """Yield one chunk for each sentence that espeak-ng finds in `text`, more for a long one:
        int16 at the voice's own rate (22,050 Hz for most). Text without a letter or digit yields
        nothing."""
        if cancelled() or not any(character.isalnum() for character in text):
            return
        # Piper reads [[...]] as phonemes instead of words.
        for sentence in self._voice.phonemize(text.replace("[[", "[ [")):
            for phonemes in clauses(sentence, _MOST_PHONEMES):
                if cancelled():
                    return
                yield AudioChunk(self._speak(phonemes), self.rate)

    def _speak(self, phonemes: list[str]) -> Pcm:
        ids = self._voice.phonemes_to_ids(phonemes)
        samples = self._voice.phoneme_ids_to_audio(ids, self._synthesis)
        return to_pcm(np.asarray(samples, np.float32), self._gain)


def clauses(phonemes: list[str], most: int) -> Iterator[list[str]]:
    """`phonemes` in pieces of at most `most`, cut after a comma or the like if there is one in
    the second half of a piece, otherwise between words, otherwise anywhere."""
    rest = phonemes
    while len(rest) > most:
        ends = range(most, most // 2, -1)
        pause = next((end for end in ends if rest[end - 1] in _PAUSES), None)
        blank = next((end for end in ends if rest[end - 1] == " "), most)
        end = pause or blank
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def to_pcm(samples: NDArray[np.float32], gain: float) -> Pcm:
    """Float samples (full scale 1) times `gain` as int16, softly limited.

    The gain is the same for every sentence: scaling each to its own peak, as Piper does by itself,
    makes a short "Yes." louder than the sentence after it. Below 0.8 of full scale nothing is
    changed; above, a tanh curve bends the wave so that it never clips.
    """
    scaled = samples.reshape(-1) * gain
    size = np.abs(scaled)
    bent = _KNEE + (1 - _KNEE) * np.tanh((size - _KNEE) / (1 - _KNEE))
    limited: NDArray[np.float32] = np.where(size > _KNEE, np.copysign(bent, scaled), scaled)
    return np.rint(limited * _FULL_SCALE).astype(np.int16)


def _config(path: Path) -> PiperConfig:
    """The voice's settings, from the .json beside its .onnx."""
    beside = path.with_name(path.name + ".json")
    try:
        return PiperConfig.from_dict(json.loads(beside.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The voice's settings {beside} are missing or damaged; run `assistant models pull`."
        ) from error
