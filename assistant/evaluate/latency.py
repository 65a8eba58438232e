"""How soon an answer is heard, from the audio: what went in, and what came out, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluate.asked import Asked
from assistant.evaluate.extras import need
from assistant.evaluate.stats import clopper_pearson, percentiles
from assistant.evaluate.text import Normalizer
from assistant.take import Outcome

EARLY_S = 0.1
"""A turn that is committed so much before the last sound is a cut-off."""

STEPS = {
    "pause noticed": "Transcribe",
    "end of turn judged": "TurnJudged",
    "transcript": "Transcribed",
    "wording judged": "WordingJudged",
    "first sentence": "SentenceReady",
    "first speech": "SpeechReady",
    "turn over": "committed",
}
"""What happens between the last sound and the answer, by the names of its stamps."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One request and what came of it. Milliseconds count from the end of its last sound."""

    asked: Asked
    heard: str
    kind: str
    """skill, llm, or none if nothing was answered."""
    response_ms: float | None
    steps_ms: dict[str, float]
    cut_off: bool
    """It was answered before all of it was said."""


def answer(asked: Asked, outcome: Outcome) -> Answer:
    """Judge a take of this request."""
    moments, end_s = outcome.moments_s(), asked.speech_end_s
    committed_s = moments.get("committed")
    response_ms, kind = None, "none"
    if outcome.first_audio_s is not None:
        response_ms = 1000 * (outcome.first_audio_s - end_s)
        kind = "skill" if outcome.understood else "llm"
    return Answer(
        asked,
        outcome.trace.transcript,
        kind,
        response_ms,
        {step: 1000 * (moments[name] - end_s) for step, name in STEPS.items() if name in moments},
        committed_s is not None and committed_s < end_s - EARLY_S,
    )


def summarise(answers: Sequence[Answer], normalizer: Normalizer) -> dict[str, Any]:
    """Figures of one way to do it. Cut-offs have no response time: they would be negative."""
    cut = [each for each in answers if each.cut_off]
    return {
        "requests": len(answers),
        "unanswered": sum(each.kind == "none" for each in answers),
        "cut_off": len(cut),
        "cut_off_interval_95": clopper_pearson(len(cut), len(answers)),
        "wer": _wer(answers, normalizer),
        "kinds": {kind: _times(_of(answers, kind)) for kind in ("skill", "llm")},
    }


def _of(answers: Sequence[Answer], kind: str) -> list[Answer]:
    return [each for each in answers if each.kind == kind and not each.cut_off]


def _times(answers: Sequence[Answer]) -> dict[str, Any]:
    times = [each.response_ms for each in answers if each.response_ms is not None]
    points = (50, 90, 95, 99)
    figures = dict(zip((f"p{point}_ms" for point in points), _rounded(times, *points), strict=True))
    steps = {
        step: _rounded([one.steps_ms[step] for one in answers if step in one.steps_ms], 50)[0]
        for step in STEPS
    }
    return {"n": len(times), **figures, "steps_p50_ms": steps}


def _rounded(values: Sequence[float], *points: float) -> list[int | None]:
    return [None if value is None else round(value) for value in percentiles(values, *points)]


def _wer(answers: Sequence[Answer], normalizer: Normalizer) -> float | None:
    said = [" ".join(normalizer.words(each.asked.text)) for each in answers]
    heard = [" ".join(normalizer.words(each.heard)) for each in answers]
    pairs = [(one, other) for one, other in zip(said, heard, strict=True) if one]
    if not pairs:
        return None
    references, hypotheses = zip(*pairs, strict=True)
    return float(need("jiwer").wer(list(references), list(hypotheses)))
