"""A reply without the waits in it. Pure."""

import numpy as np

from assistant.audio.types import Pcm

WAIT_S = 0.25
"""No speaker is that silent for so long within a sentence: not one sample differs from zero."""


def joined(pcm: Pcm, rate: int) -> Pcm:
    """What was spoken in pieces, in one: an emulator synthesises slower than it is heard, and
    `turn` writes down what a loudspeaker would have played, and when."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], pcm == 0, [False]]).astype(np.int8)))
    keep = np.ones(len(pcm), dtype=bool)
    for start, end in edges.reshape(-1, 2):
        if end - start > WAIT_S * rate:
            keep[start:end] = False
    return pcm[keep]
