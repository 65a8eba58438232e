"""Wake word: what is missed, and how often it fires although nobody called.

Each recording is scored once; every threshold is then tried on the stored score track. A false
accept is an event, not a frame: after one the phrase rests for the refractory time, as it does in
the running assistant (`assistant.wake.WakePolicy`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.audio import quiet, wav
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.evaluate.manifest import Row
from assistant.evaluate.stats import clopper_pearson, poisson_upper
from assistant.evaluate.text import contains, plain_words
from assistant.wake import WakeDetector

LONGEST_S = 12 * 3_600.0
"""Seconds decoded of one recording at most."""

BEFORE_S, AFTER_S = 2.0, 1.0
"""Quiet put before a recording, so that the detector's window is warm, and after it, because the
score peaks a little after the word."""

FAINTEST = 1e-6
"""Threshold at which the detector is run, with no refractory time: it then reports every score."""

THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(1, 50))
"""The thresholds tried."""

Kind = Literal["positive", "negative", "unclear"]


@dataclass(frozen=True, slots=True)
class Track:
    """The scores of one recording."""

    row: Row
    positive: bool
    seconds: float
    """Of the recording itself, without the quiet around it."""
    times: NDArray[np.int64]
    """Sample index of each score, ascending."""
    scores: NDArray[np.float64]
    """0 to 1; times at which the score was below `FAINTEST` are left out."""

    def events(self, threshold: float, rest: int) -> int:
        return count_events(self.times, self.scores, threshold, rest)


def count_events(
    times: NDArray[np.int64], scores: NDArray[np.float64], threshold: float, rest: int
) -> int:
    """How often a score track fires: at a score of at least `threshold`, then not again for `rest`
    samples. `times`: sample index of each score, ascending."""
    events, ready = 0, None
    for time in times[scores >= threshold].tolist():
        if ready is None or time >= ready:
            events += 1
            ready = time + rest
    return events


def kind(row: Row, phrase: str) -> Kind:
    """A positive says the phrase in its text; a negative does not mention it anywhere. Recordings
    that mention it only in the label or in a part of a longer recording prove neither."""
    wanted = plain_words(phrase.replace("_", " "))
    if contains(plain_words(row.text or ""), wanted) and not row.segments:
        return "positive"
    mentions = [row.text, row.label, *(segment.text for segment in row.segments)]
    if any(contains(plain_words(text), wanted) for text in mentions if text):
        return "unclear"
    return "negative"


def unusable(row: Row, phrase: str) -> str | None:
    """Why a row says nothing about the phrase; None if it does."""
    return "only partly about the phrase" if kind(row, phrase) == "unclear" else None


class WakeEvaluation:
    """Scores recordings with one detector."""

    def __init__(self, detector: WakeDetector, phrase: str) -> None:
        """`detector`: loaded for `phrase` alone, with the threshold `FAINTEST` and no refractory
        time, so that it reports every score."""
        self._detector = detector
        self._phrase = phrase

    def measure(self, row: Row) -> Track:
        """The score track of one recording, which may be hours long."""
        self._detector.reset()
        chunker = Rechunker(FRAME)
        times: list[int] = []
        scores: list[float] = []
        start = samples = 0
        for pcm, counted in _with_quiet(row):
            samples += len(pcm) if counted else 0
            for block in chunker.push(pcm):
                detection = self._detector.push(Frame(start, block))
                start += FRAME
                if detection is not None:
                    times.append(detection.at)
                    scores.append(detection.score)
        return Track(
            row,
            kind(row, self._phrase) == "positive",
            samples / RATE,
            np.array(times, np.int64),
            np.array(scores, np.float64),
        )


def _with_quiet(row: Row) -> Iterator[tuple[Pcm, bool]]:
    """The recording between two stretches of quiet; the flag tells which is recording."""
    blocks = wav.blocks(row.path, LONGEST_S)
    first = next(blocks)
    level = quiet.floor_db(first)
    yield quiet.noise(BEFORE_S, level), False
    yield first, True
    for block in blocks:
        yield block, True
    yield quiet.noise(AFTER_S, level, seed=2), False


def summarise(tracks: Sequence[Track], threshold: float, refractory_s: float) -> dict[str, Any]:
    """Figures at the chosen threshold, by set, and over the sweep."""
    rest = round(refractory_s * RATE)
    positives = [track for track in tracks if track.positive]
    negatives = [track for track in tracks if not track.positive]
    sweep = sorted({*THRESHOLDS, threshold})
    return {
        "positives": len(positives),
        "positive_seconds": round(sum(track.seconds for track in positives), 1),
        "positive_speakers": len({track.row.speaker or track.row.file for track in positives}),
        "negatives": len(negatives),
        "negative_seconds": round(sum(track.seconds for track in negatives), 1),
        "refractory_s": refractory_s,
        "threshold": threshold,
        "chosen": _point(positives, negatives, threshold, rest),
        "sweep": [_point(positives, negatives, value, rest) for value in sweep],
        "missed_files": [t.row.file for t in positives if not t.events(threshold, rest)],
        "false_accept_files": {
            track.row.file: events
            for track in negatives
            if (events := track.events(threshold, rest))
        },
        "false_accepts_by_set": _by_set(negatives, threshold, rest),
    }


def _point(
    positives: Sequence[Track], negatives: Sequence[Track], threshold: float, rest: int
) -> dict[str, Any]:
    missed = sum(track.events(threshold, rest) == 0 for track in positives)
    accepts = sum(track.events(threshold, rest) for track in negatives)
    hours = sum(track.seconds for track in negatives) / 3_600
    return {
        "threshold": threshold,
        "missed": missed,
        "miss_rate": missed / len(positives) if positives else None,
        "miss_rate_interval_95": clopper_pearson(missed, len(positives)),
        "false_accepts": accepts,
        "false_accepts_per_hour": accepts / hours if hours else None,
        "false_accepts_per_hour_upper_95": poisson_upper(accepts, hours) if hours else None,
    }


def _by_set(negatives: Sequence[Track], threshold: float, rest: int) -> dict[str, Any]:
    sets: dict[str, list[Track]] = defaultdict(list)
    for track in negatives:
        sets[track.row.set].append(track)
    return {
        name: {
            "seconds": round(sum(track.seconds for track in tracks), 1),
            "false_accepts": sum(track.events(threshold, rest) for track in tracks),
        }
        for name, tracks in sorted(sets.items())
    }
