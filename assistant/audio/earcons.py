"""Earcons: the short sounds that say what words would take too long to say. Made here."""

import numpy as np

from assistant.audio.types import AudioChunk

_ALARM = ((1046.5, 0.12), (1318.5, 0.12), (1568.0, 0.3))

NOTES: dict[str, tuple[tuple[float, float], ...]] = {
    "wake": ((784.0, 0.07), (1046.5, 0.11)),  # rising: go on
    "gave_up": ((1046.5, 0.07), (784.0, 0.11)),  # falling: never mind
    "error": ((392.0, 0.14), (329.6, 0.22)),
    "thinking": ((523.3, 0.09), (523.3, 0.14)),  # neither rising nor falling: nothing to do
    "timer": (*_ALARM, *_ALARM),
}
"""(hertz, seconds) of each note: G5, C6, G4, E4, C5, E6, G6 of equal temperament."""

LEVEL_DBFS = {"wake": -18.0, "gave_up": -18.0, "error": -18.0, "thinking": -26.0, "timer": -9.0}
"""Of the peak. Quiet beside speech; waiting is told more softly still, and a timer must be heard
over a kitchen."""


def earcon(name: str, rate: int) -> AudioChunk:
    """The named sound, mono int16 at `rate` Hz. Raises KeyError if there is no such sound."""
    level = 32767 * 10 ** (LEVEL_DBFS[name] / 20)
    notes = [_note(hertz, seconds, rate) * level for hertz, seconds in NOTES[name]]
    # Somebody may be speaking over the chime, and cancelling harms a word more than a chime does,
    # which no detector takes for a voice (docs/log.md).
    pcm = np.concatenate(notes).astype(np.int16)
    return AudioChunk(pcm, rate, cancel_echo=name != "wake", urgent=name == "timer")


def _note(hertz: float, seconds: float, rate: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A sine with its octave, 5 ms attack, dying away: like a struck bar, without a click."""
    t = np.arange(round(seconds * rate)) / rate
    wave = np.sin(2 * np.pi * hertz * t) + 0.3 * np.sin(4 * np.pi * hertz * t)
    attack = np.minimum(1.0, t / 0.005)
    release = np.minimum(1.0, (seconds - t) / 0.02)
    note: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        wave / 1.3 * attack * release * np.exp(-t * 4)
    )
    return note
