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
from assistant.engines.onnx import REFUSED, session
from assistant.engines.seam import PAUSES, Seams
from assistant.engines.vits import FIRST, LATER, Decoder, Whole
from assistant.engines.voice_parts import open_parts, unset
from assistant.errors import ModelError
from assistant.tts import TtsSettings

_KNEE = 0.8
"""Part of full scale (-1.9 dBFS) from which loud samples are bent instead of cut."""
_FULL_SCALE = 32767
_MOST_PHONEMES = 60
"""In one run of the model, about three seconds: what is before the flow runs whole."""
_EARLY = 72
"""Phoneme ids, of which every second is a blank, that are run ahead of a longer sentence."""
_AHEAD = 16
"""The last of them, which are only there so that the words before them know what follows."""

_Floats = NDArray[np.float32]


class Piper:
    """One voice. Not thread-safe: espeak-ng has one state for the whole process."""

    def __init__(self, voice: PiperVoice, decoder: Decoder, speed: float, gain_db: float) -> None:
        """`voice`: its session gives what `decoder` takes."""
        self._voice = voice
        self._decoder = decoder
        self.rate: int = voice.config.sample_rate
        self._gain = 10 ** (gain_db / 20)
        self._synthesis = SynthesisConfig(length_scale=voice.config.length_scale / speed)
        self._seams = Seams(voice.config.phoneme_id_map)

    @classmethod
    def load(cls, settings: TtsSettings, model: ModelPath) -> "Piper":
        """Open the voice and say one word to nobody, which loads espeak-ng's dictionary and lets
        onnxruntime allocate: otherwise the first reply pays for both.

        Raises ModelError if a file of the voice is missing or damaged, or the voice cannot speak.
        """
        path = model(settings.voice)
        config = voice_config(path)
        parts = open_parts(path, settings.threads) if settings.in_pieces else None
        voice = PiperVoice(parts.front if parts else session(path, settings.threads), config=config)
        decoder = parts.decoder if parts else Whole()
        engine = cls(voice, decoder, settings.speed, settings.gain_db)
        try:
            for _ in engine.synthesize("Hello.", lambda: False):
                continue
        except (RuntimeError, ValueError, *REFUSED) as error:
            # espeak-ng has no such language, or the graph takes something else than a voice's.
            reason = str(error).splitlines()[0].rstrip(".")
            raise ModelError(
                f"The voice {path} cannot say a word ({reason}): choose another voice, or correct"
                f" {path.name}.json."
            ) from error
        return engine

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        """Yield the sentences that espeak-ng finds in `text` in chunks that grow from 0.2 to 2 s:
        int16 at the voice's own rate (22,050 Hz for most). Text without a letter or digit yields
        nothing."""
        if cancelled() or not any(character.isalnum() for character in text):
            return
        early = True
        # Piper reads [[...]] as phonemes instead of words.
        for sentence in self._voice.phonemize(text.replace("[[", "[ [")):
            for phonemes in clauses(sentence, _MOST_PHONEMES):
                if cancelled():
                    return
                first = FIRST if early else LATER
                for samples in self._decoder.decode(self._run(phonemes, early), first):
                    yield AudioChunk(to_pcm(samples, self._gain), self.rate)
                    if cancelled():
                        return
                early = False  # what is heard by now lasts for longer than a run

    def _run(self, phonemes: list[str], early: bool) -> Iterator[_Floats]:
        """What the decoder takes, (channels, frames) each; if `early`, the first words from a run
        of their own, in which the rest of the sentence is not computed yet.

        The two runs are joined where a word ends, before the flow: it and the decoder hear both
        sides, so there is neither a gap nor a step.
        """
        ids = self._voice.phonemes_to_ids(phonemes)
        words = self._seams.last(ids[: _EARLY - _AHEAD])
        if not (early and self._decoder.early and words and len(ids) >= _EARLY + _AHEAD):
            yield self._latents(ids)[0]
            return
        latents, ends = self._latents(ids[:_EARLY])
        yield latents[:, : ends[words - 1]]
        latents, ends = self._latents(ids)
        yield latents[:, ends[words - 1] :]

    def _latents(self, ids: list[int]) -> tuple[_Floats, NDArray[np.int64]]:
        """What the decoder takes, and the frame after each phoneme: the samples, and nothing, of a
        voice in one part. (Both are called audio there, and frames are counted as samples.)"""
        latents, samples = self._voice.phoneme_ids_to_audio(ids, self._synthesis, True)
        ends = np.cumsum([] if samples is None else samples) // self._voice.config.hop_length
        return np.asarray(latents, np.float32), ends.astype(np.int64)


def clauses(phonemes: list[str], most: int) -> Iterator[list[str]]:
    """`phonemes` in pieces of at most `most`, cut after a comma or the like if there is one in
    the second half of a piece, otherwise between words, otherwise anywhere."""
    rest = phonemes
    while len(rest) > most:
        ends = range(most, most // 2, -1)
        pause = next((end for end in ends if rest[end - 1] in PAUSES), None)
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


def voice_config(path: Path) -> PiperConfig:
    """The voice's settings, from the .json beside its .onnx. ModelError if they are no settings."""
    beside = path.with_name(path.name + ".json")
    try:
        return PiperConfig.from_dict(json.loads(beside.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unset(beside) from error
