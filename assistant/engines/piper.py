"""Text to speech: a Piper voice (VITS), with espeak-ng for the phonemes."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from piper.config import PiperConfig, SynthesisConfig
from piper.voice import PiperVoice

from assistant.audio.types import AudioChunk, Cancelled, Pcm
from assistant.engines import ModelPath
from assistant.engines.graph_cut import cut_before
from assistant.engines.onnx import opened, session
from assistant.engines.vits import Decoder, Pieces, Whole
from assistant.errors import ModelError
from assistant.tts import TtsSettings

log = logging.getLogger(__name__)

_DECODER = "dec.conv_pre.weight"
"""Of the decoder's first layer, in every voice that Piper's trainer exported."""
_KNEE = 0.8
"""Part of full scale (-1.9 dBFS) from which loud samples are bent instead of cut."""
_FULL_SCALE = 32767
_PAUSES = frozenset(",;:–—")
_MOST_PHONEMES = 60
"""In one run of the model, about three seconds: what is before the decoder runs whole."""


class Piper:
    """One voice. Not thread-safe: espeak-ng has one state for the whole process."""

    def __init__(self, voice: PiperVoice, decoder: Decoder, speed: float, gain_db: float) -> None:
        """`voice`: its session gives what `decoder` takes."""
        self._voice = voice
        self._decoder = decoder
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
        encoder, decoder = _parts(path, settings.threads, settings.in_pieces)
        voice = PiperVoice(session=encoder, config=config)
        engine = cls(voice, decoder, settings.speed, settings.gain_db)
        for _ in engine.synthesize("Hello.", lambda: False):
            continue
        return engine

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        """Yield the sentences that espeak-ng finds in `text` in chunks that grow from 0.3 to 2 s:
        int16 at the voice's own rate (22,050 Hz for most). Text without a letter or digit yields
        nothing."""
        if cancelled() or not any(character.isalnum() for character in text):
            return
        # Piper reads [[...]] as phonemes instead of words.
        for sentence in self._voice.phonemize(text.replace("[[", "[ [")):
            for phonemes in clauses(sentence, _MOST_PHONEMES):
                if cancelled():
                    return
                for pcm in self._speak(phonemes):
                    yield AudioChunk(pcm, self.rate)
                    if cancelled():
                        return

    def _speak(self, phonemes: list[str]) -> Iterator[Pcm]:
        ids = self._voice.phonemes_to_ids(phonemes)
        # Samples or, of a voice in two parts, what its decoder takes: both are called audio there.
        spoken = np.asarray(self._voice.phoneme_ids_to_audio(ids, self._synthesis), np.float32)
        for samples in self._decoder.decode(spoken):
            yield to_pcm(samples, self._gain)


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


def _parts(path: Path, threads: int, in_pieces: bool) -> tuple[Any, Decoder]:
    """Sessions for what is before the decoder, and the decoder. ModelError."""
    if in_pieces and path.is_file():
        try:
            halves = cut_before(path.read_bytes(), _DECODER)
        except ValueError as error:
            log.info("%s speaks a sentence only when all of it is computed: %s", path.name, error)
        else:
            decoder = Pieces(opened(halves.tail, path, threads))
            return opened(halves.head, path, threads), decoder
    return session(path, threads), Whole()


def _config(path: Path) -> PiperConfig:
    """The voice's settings, from the .json beside its .onnx."""
    beside = path.with_name(path.name + ".json")
    try:
        return PiperConfig.from_dict(json.loads(beside.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The voice's settings {beside} are missing or damaged; run `assistant models pull`."
        ) from error
