"""The quiet of the room that a clip was cut from, to be put around it.

Digital silence would be a giveaway, so it is white noise as loud as the clip's own quietest
moments. It goes before a request that begins in the middle of a sound, because recognisers expect
speech to rise out of a room; and around the recordings of an evaluation, since a clip ends where
its recorder stopped, but a microphone goes on: an endpoint is decided, and a wake word's score
peaks, some tenths of a second after the last word.
"""

import numpy as np

from assistant.audio.types import RATE, Pcm

QUIETEST_DB = -80.0
"""Decibels of full scale: no room is quieter."""
_SOFT_DB = -50.0
"""Decibels of full scale: any clip's quietest moments may be a room so quiet."""
_BELOW_WORDS_DB = 15.0
"""A louder room lies so far at least below the loudest twentieth of a clip: one that was cut
tightly around its words may hold nothing else."""

DESCRIPTION = (
    "white noise at the level of the clip's quietest tenth of 20 ms windows; above "
    f"{_SOFT_DB:g} dBFS at least {_BELOW_WORDS_DB:g} dB below its loudest twentieth"
)

_WINDOW = RATE // 50

LEAD_IN_S = 0.5
"""Quiet that a recogniser wants to hear before the first word. docs/log.md has figures."""
_VOICE_DB = 18.0
"""A window of 20 ms is voice if it is not more than so much quieter than the loudest of twenty."""
_ABRUPT = RATE // 25
"""Samples: with voice so soon, a clip begins in the middle of a word."""

_HEARD_DB = -55.0
"""A louder sample is no silence: the softest consonants begin 10 dB higher."""
_KEPT_S = 0.005


def floor_db(pcm: Pcm) -> float:
    """Level of the room a clip was recorded in, dB of full scale: see DESCRIPTION."""
    whole = len(pcm) // _WINDOW * _WINDOW
    if whole == 0:
        return QUIETEST_DB
    windows = pcm[:whole].reshape(-1, _WINDOW).astype(np.float64) / 32_768
    quiet, loud = np.quantile(10 * np.log10((windows**2).mean(axis=1) + 1e-12), [0.1, 0.95])
    return float(max(min(quiet, max(loud - _BELOW_WORDS_DB, _SOFT_DB)), QUIETEST_DB))


def noise(seconds: float, level_db: float, seed: int = 1) -> Pcm:
    """White noise: shape (n,), int16, 16 kHz; `level_db`: RMS in dB of full scale."""
    scale = 32_768 * 10 ** (level_db / 20)
    samples = np.random.default_rng(seed).normal(0, scale, round(seconds * RATE))
    pcm: Pcm = np.clip(np.rint(samples), -32_768, 32_767).astype(np.int16)
    return pcm


def surrounded(pcm: Pcm, before_s: float, after_s: float) -> Pcm:
    """A recording with so many seconds of its own room's quiet before and after it."""
    level = floor_db(pcm)
    return np.concatenate([noise(before_s, level), pcm, noise(after_s, level, seed=2)])


def led_in(pcm: Pcm) -> Pcm:
    """A clip that begins shortly before its first word, with what is missing of `LEAD_IN_S` of
    quiet put before it. One that begins in the middle of a word is left as it is: cut off so, the
    end of a wake word is nothing to a recogniser; after a quiet it is a word."""
    whole = len(pcm) // _WINDOW * _WINDOW
    if whole == 0:
        return pcm
    power = (pcm[:whole].reshape(-1, _WINDOW).astype(np.float64) ** 2).mean(axis=1)
    voice = power > np.quantile(power, 0.95) * 10 ** (-_VOICE_DB / 10)
    first = int(np.argmax(voice)) * _WINDOW
    if not _ABRUPT <= first < LEAD_IN_S * RATE:
        return pcm
    return np.concatenate([noise(LEAD_IN_S - first / RATE, min(floor_db(pcm), _SOFT_DB)), pcm])


def without_lead(pcm: Pcm, rate: int) -> Pcm:
    """Speech, shape (n,), int16, without the silence that it begins with but for its last 5 ms; as
    it is if all of it is silent. A voice begins a sentence with some 50 ms of nothing."""
    first = first_sound(pcm, _HEARD_DB)
    return pcm if first is None else pcm[max(0, first - round(_KEPT_S * rate)) :]


def first_sound(pcm: Pcm, level_db: float) -> int | None:
    """Index of the first sample, shape (n,), int16, above `level_db` (dB of full scale)."""
    loud = np.abs(pcm.astype(np.int32)) > 32_768 * 10 ** (level_db / 20)
    return int(np.argmax(loud)) if loud.any() else None
