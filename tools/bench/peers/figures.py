"""Medians and ratios of response times, over the requests that every system answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.evaluate.stats import percentiles
from tools.bench.peers.answer import Answer

Key = tuple[str, int]
"""File and repeat: one request."""

_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Result:
    system: str
    key: Key
    answer: Answer
    right: bool | None = None
    """Whether the transcript has the words that were said; None if nobody knows them."""

    @property
    def response_ms(self) -> float | None:
        """Only of a request that was heard to its end and answered aloud."""
        answer = self.answer
        if answer.cut or answer.response_s is None:
            return None
        return 1000 * answer.response_s


def summarise(results: Sequence[Result], ours: str) -> dict[str, Any]:
    """Figures over all requests, and over those that our language model answers: peers have no
    skills, so only there the work is the same."""
    by_llm = {each.key for each in results if each.system == ours and each.answer.by == "llm"}
    fair = [each for each in results if each.key in by_llm]
    return {"all": _table(results, ours), "llm": _table(fair, ours)}


def _table(results: Sequence[Result], ours: str) -> dict[str, Any]:
    systems = list(dict.fromkeys(each.system for each in results))
    systems.sort(key=lambda system: system != ours)
    common = _common(results, systems)
    first = common.get(ours, [])
    return {system: _row(results, system, common[system], first) for system in systems}


def _common(results: Iterable[Result], systems: Sequence[str]) -> dict[str, list[float]]:
    """Response times in ms of the requests that have one from every system, in the same order."""
    times = {(each.system, each.key): each.response_ms for each in results}
    keys = list(dict.fromkeys(key for _, key in times))
    shared = [key for key in keys if all(times.get((one, key)) is not None for one in systems)]
    return {one: [float(times[one, key] or 0) for key in shared] for one in systems}


def _row(
    results: Iterable[Result], system: str, times: list[float], ours: list[float]
) -> dict[str, Any]:
    own = [each for each in results if each.system == system]
    p50, p90 = percentiles(times, 50, 90)
    return {
        "requests": len(own),
        "silent": sum(each.answer.response_s is None for each in own),
        "cut": sum(each.answer.cut for each in own),
        "right": sum(each.right is True for each in own),
        "n": len(times),
        "p50_ms": p50,
        "p90_ms": p90,
        "ratio": ratio(times, ours),
        "ratio_interval_95": ratio_interval(times, ours),
        "we_were_first": sum(a < b for a, b in zip(ours, times, strict=True)),
    }


def ratio(times: Sequence[float], ours: Sequence[float]) -> float | None:
    """Their median over ours; None without a request, or if ours is no time at all."""
    if not times or not ours or float(np.median(ours)) <= 0:
        return None
    return float(np.median(times) / np.median(ours))


def ratio_interval(
    times: Sequence[float], ours: Sequence[float], seed: int = 1
) -> tuple[float, float] | None:
    """95 % percentile bootstrap of `ratio`; whole requests are drawn. None without a ratio."""
    if ratio(times, ours) is None:
        return None
    drawn = np.random.default_rng(seed).integers(0, len(times), (_RESAMPLES, len(times)))
    below = np.median(np.asarray(ours)[drawn], axis=1)
    above = np.median(np.asarray(times)[drawn], axis=1)
    low, high = np.quantile(above[below > 0] / below[below > 0], [0.025, 0.975])
    return float(low), float(high)
