"""Double talk: what is left of people who speak over the assistant's replies.

Recordings follow one another over endless replies in one simulated room, so the canceller knows the
room by the time they come. The wake word detector is told that the assistant sounds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.audio import wav
from assistant.audio.quiet import noise
from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.echo import EchoCanceller
from assistant.evaluate import stt as stt_evaluation
from assistant.evaluate import wake as wake_evaluation
from assistant.evaluate.echo import NOISE_DBFS, ROOM, cancelled, microphone, replies
from assistant.evaluate.extras import need
from assistant.evaluate.manifest import Row
from assistant.evaluate.room import Samples, mixed, scaled
from assistant.evaluate.stats import clopper_pearson
from assistant.evaluate.text import Normalizer
from assistant.events import Span
from assistant.stt import Transcriber
from assistant.wake import Detection, WakeDetector

LEVELS_DB = (0.0, -5.0, -10.0)
"""Of the people at the microphone, relative to the echo."""
LEAD_S, PAUSE_S = 6.0, 2.3
"""Replies before the first recording and after each; longer than the refractory time."""
_TAIL_S = 1.0
"""A wake word counts until this long after its recording."""
_AROUND_S = 0.2
"""Audio before and after a recording that is transcribed with it."""


@dataclass(frozen=True, slots=True)
class Condition:
    level_db: float
    echo: bool = True
    cancel: bool = True


CONDITIONS = (
    Condition(0.0, echo=False, cancel=False),
    *(Condition(level) for level in LEVELS_DB),
    Condition(0.0, cancel=False),
)
"""Alone in the room; over an echo that is cancelled; over one that is not."""


def wake_phrase(row: Row, phrases: Sequence[str]) -> str | None:
    """Which of the phrases the recording says."""
    said = (phrase for phrase in phrases if wake_evaluation.kind(row, phrase) == "positive")
    return next(said, None)


def unusable(row: Row, language: str) -> str | None:
    """Why a row says nothing about people who speak; None if it does."""
    if stt_evaluation.without_speech(row):
        return "no speech"
    return stt_evaluation.unusable(row, language)


class DoubleTalk:
    def __init__(
        self,
        rows: Sequence[Row],
        spoken: Sequence[Pcm],
        phrases: Sequence[str],
        normalizer: Normalizer,
    ) -> None:
        """`spoken`: replies of the assistant, 16 kHz. InputError if the eval extra is missing."""
        self._rows = rows
        self._phrases = [wake_phrase(row, phrases) for row in rows]
        self._normalizer = normalizer
        self._jiwer = need("jiwer")
        recordings = [wav.read(row.path, stt_evaluation.LONGEST_S) for row in rows]
        starts, at = [], round(LEAD_S * RATE)
        for pcm in recordings:
            starts.append(at)
            at += len(pcm) + round(PAUSE_S * RATE)
        self._far = replies(spoken, at / RATE)
        self._near: Samples = np.zeros(len(self._far))
        self._spans = []
        for start, pcm in zip(starts, recordings, strict=True):
            self._near[start : start + len(pcm)] = scaled(pcm, ROOM.level_dbfs)
            self._spans.append(Span(start, start + len(pcm)))

    def hear(self, condition: Condition, canceller: EchoCanceller) -> Pcm:
        """The whole stream as the detectors get it."""
        near = self._near * 10 ** (condition.level_db / 20)
        if not condition.echo:
            return mixed(near, noise(len(near) / RATE, NOISE_DBFS)[: len(near)])
        heard = microphone(self._far, ROOM, near)
        return cancelled(canceller, heard, self._far) if condition.cancel else heard

    def wake(self, pcm: Pcm, condition: Condition, detector: WakeDetector) -> dict[str, Any] | None:
        """How many wake words are heard; None if nobody says one."""
        wanted = [(s, p) for s, p in zip(self._spans, self._phrases, strict=True) if p]
        if not wanted:
            return None
        found = list(_detections(pcm, condition.echo, detector))
        tail = round(_TAIL_S * RATE)
        hits = [
            any(d.phrase == phrase and span.start < d.at <= span.end + tail for d in found)
            for span, phrase in wanted
        ]
        return {
            "wake_words": len(hits),
            "heard": sum(hits),
            "recall": sum(hits) / len(hits),
            "recall_interval_95": clopper_pearson(sum(hits), len(hits)),
        }

    def words(self, pcm: Pcm, transcriber: Transcriber) -> dict[str, Any] | None:
        """Word error rate of the others; None if there are none."""
        around = round(_AROUND_S * RATE)
        said, heard = [], []
        for row, span, phrase in zip(self._rows, self._spans, self._phrases, strict=True):
            if phrase is None:
                part = pcm[max(span.start - around, 0) : span.end + around]
                text = transcriber.transcribe(part, lambda: False).text
                said.append(" ".join(self._normalizer.words(row.text or "")))
                heard.append(" ".join(self._normalizer.words(text)))
        if not any(said):
            return None
        kept = [(s, h) for s, h in zip(said, heard, strict=True) if s]
        found = self._jiwer.process_words([s for s, _ in kept], [h for _, h in kept])
        return {"utterances": len(kept), "wer": float(found.wer)}


def _detections(pcm: Pcm, sounding: bool, detector: WakeDetector) -> Iterator[Detection]:
    detector.reset()
    for at in range(0, len(pcm) - FRAME + 1, FRAME):
        found = detector.push(Frame(at, pcm[at : at + FRAME], sounding))
        if isinstance(found, Detection):
            yield found
