"""What is left of an echo, made quieter still: the last step of echo cancellation (the non-linear
processor of ITU-T G.168), as a downward expander.

When a loud reply makes the loudspeaker rattle, scraps of it pass the canceller: 30 dB below the
echo, but as clear as day to a wake word detector. A person who speaks is not that far below.
"""

import numpy as np

from assistant.audio.types import Pcm
from assistant.echo import BLOCK

_NEAREST = 10**-2.0
"""Power left of what the microphone heard, -20 dB, below which it can only be echo. Below it, 1 dB
less becomes 3 dB less."""
_SMOOTH = 0.7
"""Of powers: about 30 ms."""
_HEARD_FALLS, _LEFT_FALLS = 10**-0.03, 10**-0.04
"""A block: peaks are remembered, falling by 30 and 40 dB a second, so that neither a pause of the
reply nor a soft consonant of the person decides."""
_LEAST = 0.03


class ResidualExpander:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._heard = self._left = 1.0
        """Smoothed powers, in squared steps of the converter."""
        self._heard_peak = self._left_peak = 1.0
        self._gain = 1.0

    def block(self, left: Pcm, heard: Pcm) -> Pcm:
        """Shapes (160,), int16: `left` by the canceller of what the microphone `heard`."""
        self._heard = max(_smoothed(self._heard, heard), 1.0)
        self._left = _smoothed(self._left, left)
        self._heard_peak = max(self._heard, self._heard_peak * _HEARD_FALLS)
        self._left_peak = max(self._left, self._left_peak * _LEFT_FALLS)
        ratio = self._left_peak / self._heard_peak
        before, self._gain = self._gain, min(max(ratio / _NEAREST, _LEAST), 1.0)
        if before == self._gain == 1.0:
            return left
        gains = np.linspace(before, self._gain, BLOCK)
        return np.rint(left * gains).astype(np.int16)


def _smoothed(power: float, pcm: Pcm) -> float:
    return _SMOOTH * power + (1 - _SMOOTH) * float(np.mean(pcm.astype(np.float64) ** 2))
