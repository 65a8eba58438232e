"""Bounds on rates that were measured only so often."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from assistant.evaluate.extras import need


def clopper_pearson(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a probability after `hits` of `trials` (Clopper, Pearson 1934).

    (0, 1) without a trial. With confidence 0.90 the upper end is the one-sided 95 % bound.
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} hits of {trials} trials")
    beta = need("scipy.stats").beta
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high


def poisson_upper(events: int, exposure: float, confidence: float = 0.95) -> float:
    """Exact one-sided upper bound of a rate after `events` in `exposure` (Garwood 1936), per unit
    of exposure; infinite without exposure."""
    if events < 0 or exposure < 0:
        raise ValueError(f"{events} events in {exposure}")
    if exposure == 0:
        return float("inf")
    chi2 = need("scipy.stats").chi2
    return float(chi2.ppf(confidence, 2 * events + 2)) / 2 / exposure


def bootstrap_ratio(
    numerators: Sequence[float],
    denominators: Sequence[float],
    groups: Sequence[Hashable],
    confidence: float = 0.95,
    resamples: int = 2_000,
    seed: int = 1,
) -> tuple[float, float]:
    """Percentile bootstrap interval of sum(numerators) / sum(denominators), e.g. of a word error
    rate (Bisani, Ney 2004). Whole groups (speakers) are drawn: their members are not independent.

    The same seed gives the same interval. (nan, nan) if there is nothing to draw from.
    """
    index = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if not index or sum(denominators) <= 0:
        return float("nan"), float("nan")
    member = np.array([index[group] for group in groups])
    top = np.bincount(member, np.asarray(numerators, float), len(index))
    bottom = np.bincount(member, np.asarray(denominators, float), len(index))
    drawn = np.random.default_rng(seed).integers(0, len(index), (resamples, len(index)))
    sums = bottom[drawn].sum(axis=1)
    ratios = top[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return float(low), float(high)


def percentiles(values: ArrayLike, *points: float) -> list[float | None]:
    """Percentiles (0 to 100, linear between neighbours) of `values`; None for each if empty."""
    array = np.asarray(values, float)
    if array.size == 0:
        return [None for _ in points]
    return [float(value) for value in np.percentile(array, points)]
