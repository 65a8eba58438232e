"""Apart from `types`: what only counts samples need not wait for numpy."""

RATE = 16_000
"""Hertz, of everything captured."""
