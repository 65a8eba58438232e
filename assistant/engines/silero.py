"""Silero VAD (v5 and v6 graphs): how likely each 32 ms of audio holds a voice.

Source: github.com/snakers4/silero-vad (MIT). The graph takes 512 new samples behind the last 64
of the frame before, and a recurrent state of shape (2, 1, 128) that it returns renewed.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import FRAME, RATE, Frame
from assistant.engines import ModelPath
from assistant.engines.onnx import session
from assistant.errors import ModelError
from assistant.vad import VadSettings

_CONTEXT = 64
"""Samples of the frame before that the graph wants to see again."""

_FORGET_AFTER = round(2 * RATE / FRAME)
"""Frames (2 s) of clear non-voice after which the recurrent state is cleared. It drifts: after a
minute of music or rain the graph misses half of the speech that follows, or all of it. Longer than
any pause inside a request, because a cleared state is slower to hear a soft word."""

_CLEARLY_NO_VOICE = 0.1
"""Probability below which a frame counts towards that."""

_INPUTS = {"input", "state", "sr"}
_STATE = (2, 1, 128)


class Silero:
    """The `VoiceDetector`."""

    def __init__(self, path: Path) -> None:
        """ModelError if the file cannot be read, or is a Silero graph older than v5."""
        self._session = session(path, threads=1)
        if {given.name for given in self._session.get_inputs()} != _INPUTS:
            raise ModelError(
                f"The model file {path} is not a Silero VAD of version 5 or 6; "
                "run `assistant models pull silero-vad`."
            )
        self._rate = np.array(RATE, np.int64)
        self._audio = np.zeros((1, _CONTEXT + FRAME), np.float32)
        self._state: NDArray[np.float32] = np.zeros(_STATE, np.float32)
        self._next = 0
        """Absolute index of the first sample not yet seen."""
        self._quiet = 0
        """Frames of clear non-voice since the last voice, or since the state was cleared."""

    @classmethod
    def load(cls, settings: VadSettings, model: ModelPath) -> "Silero":
        """Open the model and hear one silent frame: the first real one comes with the first wake
        word, when somebody waits. ModelError if it is not installed or cannot be read."""
        engine = cls(model(settings.model))
        engine.push(Frame(0, np.zeros(FRAME, np.int16)))
        engine.reset()
        return engine

    def push(self, frame: Frame) -> float:
        if frame.start != self._next:
            self.reset()
        self._next = frame.end
        self._audio[0, :_CONTEXT] = self._audio[0, -_CONTEXT:]
        np.multiply(frame.pcm, np.float32(1 / 32_768), out=self._audio[0, _CONTEXT:])
        given = {"input": self._audio, "state": self._state, "sr": self._rate}
        output, self._state = self._session.run(None, given)
        probability = float(output[0, 0])
        self._quiet = self._quiet + 1 if probability < _CLEARLY_NO_VOICE else 0
        if self._quiet == _FORGET_AFTER:
            self._forget()
        return probability

    def reset(self) -> None:
        self._audio[:] = 0
        self._forget()

    def _forget(self) -> None:
        self._state = np.zeros(_STATE, np.float32)
        self._quiet = 0
