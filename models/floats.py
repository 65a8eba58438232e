"""Floats as files hold them, as floats that NumPy knows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BFLOAT16 = np.dtype("<u2")
"""Stands for bfloat16, which NumPy does not know: the upper half of a float32."""


def widened(stored: NDArray[Any]) -> NDArray[Any]:
    """float32 of bfloat16; every other float as it is."""
    if stored.dtype != BFLOAT16:
        return stored
    widened: NDArray[np.float32] = (stored.astype("<u4") << 16).view("<f4")
    return widened
