"""How much of Whisper's 30-second window an utterance needs.

The encoder always works on its whole window, padded with silence; its cost grows faster than its
length. whisper.cpp can shorten it (`audio_ctx`, in positions of 20 ms). Too short, and the decoder,
which was trained on 30-second windows only, does not know where to stop and repeats itself.
"""

from assistant.audio.types import RATE

POSITIONS_PER_S = 50
FULL = 1500
"""Positions in 30 s."""

_MULTIPLE = 256
"""With flash attention whisper.cpp's decoder reads the context rounded up to 256 positions, but
only the positions asked for are written: the rest would still hold the *previous* utterance, and
its words turn up in this one."""
_LEAST = 512
_MARGIN = 64
"""Positions of silence after the speech (1.28 s)."""


def positions(samples: int) -> int:
    """Encoder positions for `samples` at 16 kHz: a multiple of 256, at least 512; FULL where
    nothing shorter is safe."""
    spoken = -(-samples * POSITIONS_PER_S // RATE) + _MARGIN
    rounded = -(-spoken // _MULTIPLE) * _MULTIPLE
    return min(max(rounded, _LEAST), FULL)
