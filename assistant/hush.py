"""Hush: the level of the sound tells that a voice has ended before the voice detector does.

Silero goes on hearing a voice for 0.1 to 0.3 s after its last sound, longest in a noisy room. There
the level has long fallen to that of the room, or, in a quiet one, far below the voice.
"""

import math
from collections import deque

import numpy as np

from assistant.audio.types import FRAME, RATE, Frame

ROOM_S = 3.0
"""The room is the quietest moment of so many seconds ("minimum statistics", Martin 2001)."""

_CLEAR_DB = 12.0
"""So far at least the room must lie below the voice; else its level says nothing."""

_FADE_DB = 10.0 * FRAME / RATE
"""How far the level of the last words fades with each frame of voice: 10 dB/s, so that words said
more softly than those before are soon measured by themselves."""

_SILENCE_DB = -100.0
"""Of full scale; digital silence is not infinitely quiet."""


class Hush:
    """Follows the level of the room and that of the last words, frame by frame."""

    def __init__(self, fall_db: float, room_db: float) -> None:
        """A frame is a hush if it lies `fall_db` below the last words, or less than `room_db` above
        the room."""
        self._fall_db = fall_db
        self._room_db = room_db
        self._levels: deque[float] = deque(maxlen=round(ROOM_S * RATE / FRAME))
        """Of the latest frames, dB of full scale."""
        self.reset()

    def reset(self) -> None:
        """Forget the audio so far."""
        self._levels.clear()
        self._words_db = _SILENCE_DB

    def push(self, frame: Frame, voice: bool) -> bool:
        """Take the next frame, and whether the voice detector hears a voice in it; say whether it
        is a hush. That depends on nothing but the levels, and so on no scale."""
        level = _level_db(frame)
        self._levels.append(level)
        if voice:
            self._words_db = max(self._words_db - _FADE_DB, level)
        if level < self._words_db - self._fall_db:
            return True
        if level >= self._words_db - _CLEAR_DB:
            return False
        return level < min(self._levels) + self._room_db


def _level_db(frame: Frame) -> float:
    samples = frame.pcm.astype(np.float32)
    power = float(samples @ samples) / (len(samples) * 32_768.0**2)
    return max(_SILENCE_DB, 10 * math.log10(power)) if power > 0 else _SILENCE_DB
