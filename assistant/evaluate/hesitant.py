"""Recordings of people who hesitate: a pause put into the middle of what is said."""

import numpy as np

from assistant.audio import quiet
from assistant.audio.types import RATE, Pcm

SHORTEST_S, LONGEST_S = 0.3, 1.0
"""Seconds of the pause."""

_MIDDLE = (0.25, 0.75)
"""Between which parts of what is said it lies."""
_GAP = round(0.06 * RATE)
"""Samples that must be quiet together: a gap between words, or a stop within one."""
_STEP = round(0.005 * RATE)


def hesitant(pcm: Pcm, start: int, end: int, seconds: float) -> Pcm:
    """`pcm`, shape (n,), int16, 16 kHz, with so many seconds of its own room's quiet where the
    middle half of what is said (samples `start` to `end`) is quietest. Where there is no gap
    between words that is within one, as somebody stammers."""
    at = _quietest(pcm, start, end)
    return np.concatenate([pcm[:at], quiet.noise(seconds, quiet.floor_db(pcm), at), pcm[at:]])


def pause_s(seed: int) -> float:
    """How long the pause of recording number `seed` is, evenly between the two bounds."""
    return float(np.random.default_rng(seed).uniform(SHORTEST_S, LONGEST_S))


def _quietest(pcm: Pcm, start: int, end: int) -> int:
    first, last = (round(start + part * (end - start)) for part in _MIDDLE)
    places = range(first, max(first + 1, last - _GAP), _STEP)
    power = np.concatenate([[0.0], np.cumsum(pcm.astype(np.float64) ** 2)])
    quietest = min(places, key=lambda at: power[min(at + _GAP, len(pcm))] - power[at])
    return min(quietest + _GAP // 2, len(pcm))
