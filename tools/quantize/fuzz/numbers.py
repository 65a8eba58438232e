"""Numbers at which programs go wrong."""

import random

NUMBERS = (
    *(0, 1, 2, 3, 5, 7, 8, 31, 33, 127, 128, 255, 256, 1000, 65_535, 65_536),
    *(2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**60, 2**62, 2**63 - 1, 2**63, 2**64 - 1),
)


def number(rng: random.Random, bits: int) -> int:
    """A signed number of so many bits."""
    found = rng.choice(NUMBERS) & ((1 << bits) - 1)
    return found - (1 << bits) if found >> (bits - 1) else found
