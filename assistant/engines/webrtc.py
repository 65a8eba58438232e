"""WebRTC's audio processing (AEC3, noise suppression, AGC2), the front end of Chrome's calls.

Source: pywebrtc-audio (Apache-2.0) around webrtc.googlesource.com (BSD-3-Clause).

    near ─┬─ Kalman filter ─ AEC3 ─ expander ─┐
    far ──┘                                   ├─ noise suppression, gain control ─ result
    near ─── high-pass, delay ────────────────┘ while the loudspeaker has long been silent

AEC3 by itself mutes whoever speaks over the reply about as loud as its echo. Behind a linear
canceller it hears little echo, and so suppresses little: see assistant/engines/kalman.py.

They take 3 to 4 % of a core whether there is an echo or not. A second after the last sound
their work is done, and the upper path rests until there is sound again, with all it has learnt.
"""

import numpy as np
from pywebrtc_audio import AudioProcessor

from assistant.audio.types import RATE, Pcm
from assistant.echo import BLOCK, EchoSettings
from assistant.engines import ModelPath
from assistant.engines.kalman import KalmanFilter
from assistant.engines.residual import ResidualExpander

TAIL = RATE
"""Samples after the last sound during which the canceller still runs: longer than the largest
delay it can follow (0.5 s) and the tail of a living room together."""

_CANCELLER_DELAY = 128
_SUPPRESSION_DELAY = 96
_KEPT = 0.05
"""Part of the echo, -26 dB, that AEC3 is still given. With none it lets scraps of loud replies pass
(a false voice in a minute), with all of it it mutes whoever speaks at the same time."""
_WARM_UP = 2 * BLOCK
"""Audio that the canceller holds inside; after a rest it is filled with what came last."""


class WebRtc:
    """The `EchoCanceller`. Not thread-safe."""

    def __init__(self, settings: EchoSettings) -> None:
        self._canceller = AudioProcessor(RATE, echo_cancellation=True) if settings.cancel else None
        self._linear = KalmanFilter()
        self._residual = ResidualExpander()
        # The canceller has the same filter inside, so both paths differ by the echo alone.
        high_pass = settings.high_pass or settings.cancel
        self._plain = AudioProcessor(RATE, high_pass_filter=high_pass)
        self._after = _after(settings)
        self._lag = _CANCELLER_DELAY if settings.cancel else 0
        self.delay: int = self._lag + (_SUPPRESSION_DELAY if settings.noise_suppression else 0)
        self._clear()

    @classmethod
    def load(cls, settings: EchoSettings, model: ModelPath) -> "WebRtc":
        """There is no model file."""
        return cls(settings)

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        if near.shape != far.shape or near.ndim != 1 or len(near) % BLOCK:
            raise ValueError(f"blocks of {BLOCK} samples are needed: {near.shape}, {far.shape}")
        if not len(near):
            return near
        if self._silent >= TAIL and not far.any():
            joined = self._rest(near)
        else:
            starts = range(0, len(near), BLOCK)
            blocks = [self._block(near[at : at + BLOCK], far[at : at + BLOCK]) for at in starts]
            joined = np.concatenate(blocks)
        return joined if self._after is None else self._after.process(joined)

    def reset(self) -> None:
        self._linear.reset()
        self._residual.reset()
        for processor in (self._canceller, self._plain, self._after):
            if processor is not None:
                processor.reset()
        self._clear()

    def _clear(self) -> None:
        self._delayed: Pcm = np.zeros(self._lag, np.int16)
        """The end of the plain path, not yet given out."""
        self._last: Pcm = np.zeros(_WARM_UP, np.int16)
        """What came last from the microphone."""
        self._silent = TAIL
        """Samples since the loudspeaker's last sound."""

    def _rest(self, near: Pcm) -> Pcm:
        """The lower path alone, for any number of blocks at once."""
        line = np.concatenate([self._delayed, self._plain.process(near)])
        plain, self._delayed = line[: len(near)], line[len(near) :]
        self._last = np.concatenate([self._last, near])[-_WARM_UP:]
        return plain

    def _block(self, near: Pcm, far: Pcm) -> Pcm:
        before = self._last
        plain = self._rest(near)
        if self._canceller is None:
            return plain
        rested = self._silent >= TAIL
        self._silent = 0 if far.any() else self._silent + BLOCK
        if rested and self._silent:
            return plain
        if rested:
            self._canceller.process(before, _audible(np.zeros_like(before)))
        left = self._linear.block(near, far)
        cancelled = self._canceller.process(_partly(near, left), _audible(far))
        cancelled = self._residual.block(cancelled, plain)
        if rested:
            return _crossed(plain, cancelled)
        return _crossed(cancelled, plain) if self._silent >= TAIL else cancelled


def _partly(near: Pcm, left: Pcm) -> Pcm:
    """`left` with a little of the echo: what AEC3 cannot hear it cannot follow either."""
    return np.rint(left + _KEPT * (near.astype(np.float64) - left)).astype(np.int16)


def _audible(far: Pcm) -> Pcm:
    """With the lowest bit set: the canceller's recursions on exact zeros end in denormal numbers,
    which take ten times as long."""
    return far | np.int16(1)


def _crossed(old: Pcm, new: Pcm) -> Pcm:
    """One block that begins as `old` and ends as `new`."""
    part = np.arange(BLOCK) / BLOCK
    return np.rint(old + part * (new.astype(np.float64) - old)).astype(np.int16)


def _after(settings: EchoSettings) -> AudioProcessor | None:
    """What follows on either path; None if nothing does."""
    if not settings.noise_suppression and not settings.gain_control:
        return None
    return AudioProcessor(
        RATE,
        noise_suppression=settings.noise_suppression > 0,
        ns_level=max(settings.noise_suppression - 1, 0),
        auto_gain_control=settings.gain_control,
    )
