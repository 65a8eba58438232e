"""Speech to text: word error rate, entities, speed, and the ways a recogniser runs wild."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.audio import wav
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.extras import need
from assistant.evaluate.manifest import Row
from assistant.evaluate.stats import bootstrap_ratio, percentiles
from assistant.evaluate.text import Normalizer, contains
from assistant.stt import Transcriber

LONGEST_S = 30.0
"""A recogniser takes one utterance; longer rows with a transcript are left out."""

PIECE_S = 5.0
"""Recordings without speech are cut into pieces of this length, each given to the recogniser."""

MIN_SPEAKERS = 10
"""From this many speakers on the bootstrap draws speakers, below it utterances."""

RUNAWAY = (2.0, 5)
"""A transcript with this many times the words said, and this many more, has run away."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One piece of audio, transcribed and compared with what was said."""

    set: str
    file: str
    speaker: str
    seconds: float
    latency_s: float
    """Wall time of `transcribe`."""
    cpu_s: float
    """Processor time of the same, all threads: less disturbed by what else the machine does."""
    reference: str
    """Empty where nobody speaks."""
    hypothesis: str
    words: int
    """Words said, after normalising."""
    substitutions: int
    deletions: int
    insertions: int
    entities: int
    entities_found: int
    retried: bool
    looped: bool

    @property
    def errors(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def runaway(self) -> bool:
        """Far more words than were said: the recogniser invents."""
        heard = self.words - self.deletions + self.insertions
        return heard >= RUNAWAY[0] * self.words and heard - self.words >= RUNAWAY[1]

    @property
    def hallucinated(self) -> bool:
        """Words although nobody speaks."""
        return self.words == 0 and self.insertions > 0


def without_speech(row: Row) -> bool:
    """Noise and music: whatever is transcribed of them is invented."""
    return not row.text and (row.label or "").lower().startswith(("noise", "music"))


def unusable(row: Row, language: str) -> str | None:
    """Why a row says nothing about a recogniser of `language`; None if it does."""
    if without_speech(row):
        return None
    if not row.text:
        return "no transcript"
    if row.language not in (None, language):
        return f"other language than {language}"
    if (row.seconds or 0) > LONGEST_S or row.segments:
        return f"not one utterance of at most {LONGEST_S:g} s"
    return None


class SttEvaluation:
    """Measures one recogniser, row by row."""

    def __init__(
        self,
        transcriber: Transcriber,
        normalizer: Normalizer,
        clock: Callable[[], float],
        cpu_clock: Callable[[], float],
    ) -> None:
        """`clock`, `cpu_clock`: seconds gone by and seconds computed so far. InputError if the
        eval extra is not installed."""
        self._transcriber = transcriber
        self._normalizer = normalizer
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._jiwer = need("jiwer")

    def warm_up(self) -> None:
        """The first run is slower than those that follow; it is not what is measured."""
        self._transcriber.transcribe(np.zeros(2 * RATE, np.int16), _never)

    def measure(self, row: Row) -> Iterator[Utterance]:
        """One utterance a row, or one for each piece of a recording without speech."""
        if not without_speech(row):
            yield self._measure(row, wav.read(row.path, LONGEST_S))
            return
        pcm = np.concatenate(list(wav.blocks(row.path, 3_600)))
        size = round(PIECE_S * RATE)
        for start in range(0, max(len(pcm) - size, 0) + 1, size):
            yield self._measure(row, pcm[start : start + size])

    def _measure(self, row: Row, pcm: Pcm) -> Utterance:
        start, cpu_start = self._clock(), self._cpu_clock()
        transcript = self._transcriber.transcribe(pcm, _never)
        latency, cpu = self._clock() - start, self._cpu_clock() - cpu_start
        words = self._normalizer.words
        said, heard = words(row.text or ""), words(transcript.text)
        found = self._jiwer.process_words(" ".join(said), " ".join(heard))
        needed = [wanted for wanted in map(words, row.needed) if wanted]
        return Utterance(
            set=row.set,
            file=row.file,
            speaker=row.speaker or row.file,
            seconds=len(pcm) / RATE,
            latency_s=latency,
            cpu_s=cpu,
            reference=" ".join(said),
            hypothesis=" ".join(heard),
            words=len(said),
            substitutions=found.substitutions,
            deletions=found.deletions,
            insertions=found.insertions,
            entities=len(needed),
            entities_found=sum(contains(heard, wanted) for wanted in needed),
            retried=transcript.retried,
            looped=transcript.looped,
        )


def _never() -> bool:
    return False


def summarise(utterances: Sequence[Utterance]) -> dict[str, Any]:
    """Figures of each set and of all together."""
    sets: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in utterances:
        sets[utterance.set].append(utterance)
    return {
        "sets": {name: _figures(members) for name, members in sorted(sets.items())},
        "total": _figures(utterances),
    }


def worst(utterances: Iterable[Utterance], count: int) -> list[dict[str, Any]]:
    """The utterances with the most word errors."""
    ranked = sorted(utterances, key=lambda utterance: utterance.errors, reverse=True)[:count]
    return [
        {
            "file": utterance.file,
            "errors": utterance.errors,
            "words": utterance.words,
            "said": utterance.reference,
            "heard": utterance.hypothesis,
        }
        for utterance in ranked
        if utterance.errors
    ]


def _figures(utterances: Sequence[Utterance]) -> dict[str, Any]:
    spoken = [utterance for utterance in utterances if utterance.words]
    quiet = [utterance for utterance in utterances if not utterance.words]
    words = sum(utterance.words for utterance in spoken)
    entities = sum(utterance.entities for utterance in spoken)
    seconds = sum(utterance.seconds for utterance in utterances)
    p50, p95 = percentiles([utterance.latency_s for utterance in utterances], 50, 95)
    return {
        "utterances": len(spoken),
        "speakers": len({utterance.speaker for utterance in spoken}),
        "seconds": round(seconds, 2),
        "words": words,
        **_word_errors(spoken, words),
        "entities": entities,
        "entity_accuracy": _ratio(sum(u.entities_found for u in spoken), entities),
        "exact": sum(utterance.errors == 0 for utterance in spoken),
        "retried": sum(utterance.retried for utterance in utterances),
        "looped": sum(utterance.looped for utterance in utterances),
        "runaway": sum(utterance.runaway for utterance in spoken),
        "pieces_without_speech": len(quiet),
        "hallucinated": sum(utterance.hallucinated for utterance in quiet),
        "real_time_factor": _ratio(sum(u.latency_s for u in utterances), seconds),
        "cpu_per_audio_second": _ratio(sum(u.cpu_s for u in utterances), seconds),
        "latency_p50_s": p50,
        "latency_p95_s": p95,
    }


def _word_errors(spoken: Sequence[Utterance], words: int) -> dict[str, Any]:
    speakers = [utterance.speaker for utterance in spoken]
    by_speaker = len(set(speakers)) >= MIN_SPEAKERS
    interval = bootstrap_ratio(
        [utterance.errors for utterance in spoken],
        [utterance.words for utterance in spoken],
        speakers if by_speaker else range(len(spoken)),
    )
    return {
        "wer": _ratio(sum(utterance.errors for utterance in spoken), words),
        "wer_interval_95": interval if words else None,
        "wer_interval_drawn_by": "speaker" if by_speaker else "utterance",
        "substitutions": sum(utterance.substitutions for utterance in spoken),
        "deletions": sum(utterance.deletions for utterance in spoken),
        "insertions": sum(utterance.insertions for utterance in spoken),
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
