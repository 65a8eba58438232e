"""A simulated room: what a microphone hears of the loudspeaker beside it.

The loudspeaker bends what it plays a little, the room answers with a direct path and a tail that
dies away exponentially (Polack 1988), and the two devices' clocks drift apart. All of it is drawn
from a seed, so the same room gives the same samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import RATE, Pcm

Samples = NDArray[np.float64]
"""Full scale is 32768, shape (n,), 16 kHz."""

_TAPS = 32
"""Of the interpolation between samples: flat to 7 kHz within 0.1 dB."""
_WINDOW = RATE // 50
_DIRECT_DB = 6.0
"""Direct sound above the tail: loudspeaker and microphone share a case or a shelf."""


@dataclass(frozen=True, slots=True)
class Room:
    delay_s: float = 0.04
    """From the reference to the first sound at the microphone: buffers, then air."""
    rt60_s: float = 0.4
    """Seconds in which the tail falls by 60 dB."""
    level_dbfs: float = -26.0
    """Level of the echo at the microphone while something sounds."""
    skew_ppm: float = 0.0
    """The loudspeaker's clock against the microphone's, parts per million."""
    bend: float = 0.3
    """How far the cone leaves the straight line: 0.3 distorts a full sine by 10 %, one of half the
    size by 3 %; 1.0 by 19 and 7 %."""
    seed: int = 1

    def echo(self, far: Pcm) -> Samples:
        """What arrives of `far`, played from sample 0 on; as long as `far`."""
        played = _skewed(_bent(far.astype(np.float64) / 32_768, self.bend), self.skew_ppm)
        late = np.zeros(round(self.delay_s * RATE))
        heard = np.concatenate([late, _convolved(played, self.response())])[: len(far)]
        return scaled(heard, self.level_dbfs)

    def response(self) -> Samples:
        """The impulse response from the first sound on; its energy is 1."""
        random = np.random.default_rng(self.seed)
        t = np.arange(round(self.rt60_s * RATE)) / RATE
        tail = random.normal(size=len(t)) * 10 ** (-3 * t / self.rt60_s)
        tail[: round(0.002 * RATE)] = 0  # the first wall is not nearer than that
        tail *= 10 ** (-_DIRECT_DB / 20) / np.sqrt((tail**2).sum())
        tail[0] = 1.0
        response: Samples = tail / np.sqrt((tail**2).sum())
        return response


def level_dbfs(samples: Samples | Pcm) -> float:
    """RMS in dB of full scale of the stretches that sound: 20 ms windows within 30 dB of the
    loudest. So pauses do not count. -120 for silence."""
    whole = len(samples) // _WINDOW * _WINDOW
    windows = np.asarray(samples[:whole], np.float64).reshape(-1, _WINDOW) / 32_768
    power = (windows**2).mean(axis=1)
    sounding = power[power >= 1e-3 * power.max(initial=1e-12)]
    return 10 * float(np.log10(sounding.mean())) if len(sounding) else -120.0


def scaled(samples: Samples | Pcm, to_dbfs: float) -> Samples:
    """The same sound at another level; silence stays silence."""
    samples = np.asarray(samples, np.float64)
    if not samples.any():
        return samples
    gained: Samples = samples * 10 ** ((to_dbfs - level_dbfs(samples)) / 20)
    return gained


def mixed(*parts: Samples | Pcm) -> Pcm:
    """What a converter makes of the sum: int16, clipped. All parts have one length."""
    total = np.sum([np.asarray(part, np.float64) for part in parts], axis=0)
    pcm: Pcm = np.clip(np.rint(total), -32_768, 32_767).astype(np.int16)
    return pcm


def _bent(x: Samples, bend: float) -> Samples:
    """A soft, slightly lopsided limiter (a small cone leaves its magnet's field)."""
    if bend == 0:
        return x
    drive = 1 + bend
    bent: Samples = np.tanh(drive * x) / drive + 0.1 * bend * x**2
    return bent


def _convolved(x: Samples, response: Samples) -> Samples:
    size = 1 << (len(x) + len(response) - 1).bit_length()
    product = np.fft.rfft(x, size) * np.fft.rfft(response, size)
    heard: Samples = np.fft.irfft(product, size)[: len(x)]
    return heard


def _skewed(x: Samples, ppm: float) -> Samples:
    """`x` as another clock samples it: windowed-sinc interpolation, in pieces of a second."""
    if ppm == 0:
        return x
    padded = np.pad(x, _TAPS)
    offsets = np.arange(-_TAPS // 2 + 1, _TAPS // 2 + 1)
    pieces = []
    for start in range(0, len(x), RATE):
        places = np.arange(start, min(start + RATE, len(x))) * (1 + ppm * 1e-6)
        whole = np.floor(places).astype(np.int64)
        distance = offsets - (places - whole)[:, None]
        weights = np.sinc(distance) * np.cos(np.pi * distance / (_TAPS + 2)) ** 2
        index = np.clip(whole[:, None] + offsets + _TAPS, 0, len(padded) - 1)
        pieces.append((padded[index] * weights).sum(axis=1))
    return np.concatenate(pieces)
