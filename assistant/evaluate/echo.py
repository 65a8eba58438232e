"""Echo cancellation: how much of the assistant's own sound is taken away.

The loudspeaker says ordinary replies in the assistant's own voice, in simulated rooms
(`assistant.evaluate.room`). ERLE, echo return loss enhancement (ITU-T G.168), is how much quieter
the result is than the microphone's signal while nobody else speaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle, product
from typing import Any

import numpy as np

from assistant.audio import quiet
from assistant.audio.resample import resample
from assistant.audio.types import RATE, Pcm
from assistant.echo import BLOCK, EchoCanceller
from assistant.evaluate.room import Room, Samples, mixed
from assistant.tts import Synthesizer

DELAYS_S = (0.02, 0.06, 0.12, 0.2)
ROOMS_S = (0.2, 0.4, 0.6)
"""RT60 of the rooms."""
SKEW_PPM = 20.0
"""Between two quartz clocks, as USB devices have them."""
ROOM = Room(skew_ppm=SKEW_PPM)
ERRORS_S = (-0.04, -0.02, -0.01, -0.005, 0.0, 0.02, 0.05, 0.1, 0.15, 0.3)
"""By how much the echo is later than the reference says; negative: earlier."""
NOISE_DBFS = -62.0
"""Of the room."""

PAUSE_S = 0.15
"""Between two replies."""
SECONDS = 20.0
"""Of replies in each room."""
_WINDOW_S = 0.25
_FIRST_S = 1.0


def speak(voice: Synthesizer, sentences: Iterable[str]) -> list[Pcm]:
    """Each sentence at 16 kHz."""
    spoken = []
    for sentence in sentences:
        chunks = [chunk.pcm for chunk in voice.synthesize(sentence, lambda: False)]
        spoken.append(resample(np.concatenate(chunks), voice.rate, RATE))
    return spoken


def replies(spoken: Sequence[Pcm], seconds: float, lead_s: float = 1.0) -> Pcm:
    """Silence of `lead_s`, then one reply after another, as often as is needed: whole blocks."""
    size = round(seconds * RATE) // BLOCK * BLOCK
    parts = [np.zeros(round(lead_s * RATE), np.int16)]
    length = len(parts[0])
    for pcm in cycle(spoken):
        if length >= size:
            return np.concatenate(parts)[:size]
        parts += [pcm, np.zeros(round(PAUSE_S * RATE), np.int16)]
        length += len(parts[-2]) + len(parts[-1])
    raise ValueError("nothing was spoken")


def microphone(far: Pcm, room: Room, near: Samples | None = None) -> Pcm:
    """What the microphone hears of the echo of `far`, of the room, and of `near`."""
    noise = quiet.noise(len(far) / RATE, NOISE_DBFS)
    return mixed(room.echo(far), noise, np.zeros(len(far)) if near is None else near)


def cancelled(canceller: EchoCanceller, near: Pcm, far: Pcm) -> Pcm:
    """The result of a fresh canceller, where it belongs in time."""
    canceller.reset()
    result = canceller.process(near, far)
    return np.concatenate([result[canceller.delay :], np.zeros(canceller.delay, np.int16)])


def erle_db(before: Pcm, after: Pcm) -> tuple[Samples, Samples]:
    """(seconds at which a window begins, decibels taken away in it), over the windows of 250 ms in
    which something sounds: within 30 dB of the loudest."""
    size = round(_WINDOW_S * RATE)
    whole = len(before) // size * size
    windows = [pcm[:whole].reshape(-1, size).astype(np.float64) for pcm in (before, after)]
    was, left = (np.mean(w**2, axis=1) + 1e-3 for w in windows)
    sounding = was >= 1e-3 * was.max(initial=0)
    at = np.flatnonzero(sounding).astype(np.float64) * _WINDOW_S
    taken: Samples = 10 * np.log10(was[sounding] / left[sounding])
    return at, taken


def single_talk(canceller: EchoCanceller, spoken: Sequence[Pcm]) -> dict[str, Any]:
    """ERLE in each room, at each delay, and when the delay is not what was stated."""
    far = replies(spoken, SECONDS)
    rooms = [
        {"delay_s": delay, "rt60_s": rt60}
        | _erle(canceller, far, replace(ROOM, delay_s=delay, rt60_s=rt60))
        for delay, rt60 in product(DELAYS_S, ROOMS_S)
    ]
    errors = []
    for error in ERRORS_S:
        late = max(round(-error * RATE), 0)  # an echo that is too early: so is the reference late
        room = replace(ROOM, delay_s=max(error, 0.0))
        errors.append({"error_s": error} | _erle(canceller, far, room, late))
    return {"seconds": SECONDS, "rooms": rooms, "misaligned": errors}


def _erle(canceller: EchoCanceller, far: Pcm, room: Room, late: int = 0) -> dict[str, float]:
    near = microphone(far, room)
    given = np.concatenate([np.zeros(late, np.int16), far])[: len(far)]
    begin = float(np.flatnonzero(far)[0]) / RATE
    at, taken = erle_db(near, cancelled(canceller, near, given))
    first, after = taken[at < begin + _FIRST_S], taken[at >= begin + 2 * _FIRST_S]
    return {
        "erle_first_second_db": float(np.median(first)),
        "erle_p50_db": float(np.median(after)),
        "erle_p10_db": float(np.quantile(after, 0.1)),
    }
