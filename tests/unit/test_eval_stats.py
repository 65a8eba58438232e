"""Bounds against published tables and against sums of the distributions themselves."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.evaluate.extras import need
from assistant.evaluate.stats import (
    bootstrap_ratio,
    clopper_pearson,
    percentiles,
    poisson_upper,
)


@pytest.mark.parametrize(
    ("hours", "events", "per_hour"),
    [
        (5.5, 0, 0.545),
        (5.5, 1, 0.863),
        (5.5, 2, 1.145),
        (5.5, 3, 1.41),
        (5.5, 5, 1.91),
        (5.5, 10, 3.08),
        (24, 0, 0.125),
        (24, 3, 0.323),
        (125, 10, 0.136),
    ],
)
def test_poisson_upper(hours: float, events: int, per_hour: float) -> None:
    assert poisson_upper(events, hours) == pytest.approx(per_hour, rel=6e-3)


@pytest.mark.parametrize(
    ("misses", "trials", "upper"),
    [
        (0, 30, 0.095),
        (0, 59, 0.050),
        (0, 300, 0.010),
        (6, 300, 0.039),
        (15, 300, 0.076),
        (50, 1000, 0.063),
    ],
)
def test_one_sided_binomial_bound(misses: int, trials: int, upper: float) -> None:
    assert clopper_pearson(misses, trials, confidence=0.90)[1] == pytest.approx(upper, abs=6e-4)


def at_most(hits: int, trials: int, probability: float) -> float:
    """Binomial distribution function, summed term by term."""
    return math.fsum(
        math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k)
        for k in range(hits + 1)
    )


@given(trials=st.integers(1, 200), share=st.floats(0, 1))
def test_each_end_of_the_interval_leaves_half_of_the_rest(trials: int, share: float) -> None:
    hits = round(share * trials)
    low, high = clopper_pearson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    if hits:
        assert 1 - at_most(hits - 1, trials, low) == pytest.approx(0.025, abs=1e-9)
    if hits < trials:
        assert at_most(hits, trials, high) == pytest.approx(0.025, abs=1e-9)


def test_without_trials_nothing_is_known() -> None:
    assert clopper_pearson(0, 0) == (0, 1)


def test_impossible_counts_are_bugs() -> None:
    with pytest.raises(ValueError, match="4 hits of 3"):
        clopper_pearson(4, 3)
    with pytest.raises(ValueError, match="-1 events"):
        poisson_upper(-1, 3)


def test_no_exposure_bounds_nothing() -> None:
    assert poisson_upper(0, 0) == math.inf


def test_bootstrap_is_repeatable_and_holds_the_ratio() -> None:
    errors = [0, 1, 0, 2, 0, 0, 1, 0, 3, 0] * 10
    words = [5] * 100
    low, high = bootstrap_ratio(errors, words, range(100))
    assert (low, high) == bootstrap_ratio(errors, words, range(100))
    assert low < sum(errors) / sum(words) < high
    # Mean 0.14, standard deviation of the mean 0.2 * 0.98 / 10: about 0.14 +- 1.96 * 0.02.
    assert (low, high) == pytest.approx((0.102, 0.180), abs=0.012)


def test_bootstrap_draws_whole_speakers() -> None:
    """Fifty copies of each of two speakers are two observations, not a hundred."""
    errors, words = [0] * 50 + [1] * 50, [1] * 100
    assert bootstrap_ratio(errors, words, ["a"] * 50 + ["b"] * 50) == (0, 1)
    low, high = bootstrap_ratio(errors, words, range(100))
    assert 0.35 < low < high < 0.65


def test_bootstrap_of_nothing() -> None:
    assert all(map(math.isnan, bootstrap_ratio([], [], [])))


def test_percentiles() -> None:
    assert percentiles([4, 1, 3, 2, 5], 50, 75) == [3, 4]
    assert percentiles([], 50, 95) == [None, None]


def test_a_missing_package_says_how_to_install_it() -> None:
    with pytest.raises(InputError, match=r"no_such_package_here.*kitchen-assistant\[eval\]"):
        need("no_such_package_here.stats")
