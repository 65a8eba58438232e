"""A Piper voice as it would be without chance: what two versions of one voice are compared by."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from piper.config import SynthesisConfig
from piper.voice import PiperVoice

from assistant.engines.onnx import REFUSED, session
from assistant.engines.piper import voice_config
from assistant.errors import ModelError

_STILL = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
"""VITS draws noise for the sound and for the durations inside its graph, each time anew."""


class Noiseless:
    """The same phonemes always give the same samples. Not thread-safe: see `Piper`."""

    def __init__(self, voice: Path, threads: int) -> None:
        """`voice`: a whole one, with its settings beside it. ModelError if they cannot be read."""
        self._path = voice
        self._voice = PiperVoice(session(voice, threads), config=voice_config(voice))
        self.rate: int = self._voice.config.sample_rate

    def phonemes(self, text: str) -> list[list[str]]:
        """Of each sentence that espeak-ng finds."""
        return self._voice.phonemize(text)

    def samples(self, phonemes: list[str]) -> NDArray[np.float32]:
        """Shape (n,), full scale 1, as the graph gives them: neither scaled nor limited.

        Raises ModelError if it does not run, or gives what is no sound.
        """
        ids = self._voice.phonemes_to_ids(phonemes)
        try:
            given = np.asarray(self._voice.phoneme_ids_to_audio(ids, _STILL), np.float32)
        except REFUSED as error:
            raise ModelError(
                f"The voice {self._path} cannot speak (onnxruntime refuses to run it): it was"
                " damaged, or changed into something else."
            ) from error
        samples: NDArray[np.float32] = given.reshape(-1)
        if not np.isfinite(samples).all():
            raise ModelError(
                f"The voice {self._path} gives what is no sound (not a number): it was damaged."
            )
        return samples
