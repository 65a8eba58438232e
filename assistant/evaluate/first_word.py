"""Requests in one breath: is the first word of the command still there?

A wake word and a command without a pause between them go through the real listener, conversation
and recogniser. The first word is lost if the transcript that would be answered lacks it although
the recogniser, given the command alone, has it. What the recogniser mishears either way is not
the listening part's fault, and such a request is drawn again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.audio.quiet import led_in
from assistant.audio.types import RATE
from assistant.evaluate.extras import need
from assistant.evaluate.joins import Request
from assistant.evaluate.rehearsal import Heard, Rehearsal
from assistant.evaluate.stats import clopper_pearson, percentiles
from assistant.evaluate.text import Normalizer
from assistant.listen import Listener
from assistant.stt import Transcriber

SETTINGS = {"preroll_s", "min_request_s", "min_in_one_breath_s", "breath_s", "tail_s"}
"""Settings of the conversation that decide where a request begins."""

Verdict = Literal["kept", "extra", "lost", "missed", "unclear"]
"""kept: the command's first word comes first. extra: other words come before it. lost: it is not
there. missed: the wake word was not heard. unclear: alone, too, it is not recognised."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request and what was heard of it."""

    request: Request
    heard: Heard
    alone: str
    """The transcript of the command without the wake word."""
    verdict: Verdict

    @property
    def cut(self) -> bool:
        """The first word was lost because its sound was not given to the recogniser, or nothing
        was answered at all; otherwise the recogniser had it and took it for something else."""
        span, start = self.heard.span, self.request.command_start
        return self.verdict == "lost" and (
            span is None or (start is not None and span.start > start)
        )


class FirstWordEvaluation:
    """Judges requests with engines that are loaded once."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        transcriber: Transcriber,
        normalizer: Normalizer,
        listener: Callable[[], Listener],
    ) -> None:
        """`listener`: makes a fresh one. InputError if the eval extra is not installed."""
        self._rehearsal = rehearsal
        self._transcriber = transcriber
        self._words = normalizer.words
        self._listener = listener
        self._jiwer = need("jiwer")

    def judge(self, request: Request) -> Outcome:
        said = self._words(request.text)
        alone = request.text
        if request.alone is not None:
            alone = self._transcriber.transcribe(led_in(request.alone), lambda: False).text
        heard = Heard()
        if self._first(said, self._words(alone)) is None:
            return Outcome(request, heard, alone, "unclear")
        heard = self._rehearsal.hear(request.pcm, self._listener())
        if not heard.wakes:
            return Outcome(request, heard, alone, "missed")
        words = self._words(heard.text)
        at = self._first(said, words)
        if at is None:
            return Outcome(request, heard, alone, "lost")
        return Outcome(request, heard, alone, "extra" if at else "kept")

    def next_joined(self, requests: Iterator[Request]) -> list[Outcome]:
        """Outcomes up to and with the next joined request that can be judged; recordings of one
        breath, and requests that cannot, come before it. Empty if there are no more."""
        outcomes: list[Outcome] = []
        for request in requests:
            outcomes.append(self.judge(request))
            if request.alone is not None and outcomes[-1].verdict not in ("missed", "unclear"):
                break
        return outcomes

    def _first(self, said: Sequence[str], heard: Sequence[str]) -> int | None:
        """Where the first word said comes among those heard, in the alignment with the fewest
        errors; None if it does not."""
        if not said or not heard:
            return None
        aligned = self._jiwer.process_words(" ".join(said), " ".join(heard)).alignments[0]
        first = next(chunk for chunk in aligned if chunk.type != "insert")
        return first.hyp_start_idx if first.type == "equal" else None


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Counts for joined requests and for those spoken in one breath, and every one that failed."""
    joined = [one for one in outcomes if one.request.alone is not None]
    spoken = [one for one in outcomes if one.request.alone is None]
    offsets = [
        (one.heard.wakes[0].at - one.request.wake_end) / RATE
        for one in joined
        if one.heard.wakes and one.request.wake_end is not None
    ]
    found = ("p5_s", "p50_s", "p95_s")
    return {
        "joined": _counts(joined),
        "spoken": _counts(spoken),
        "wake_heard_after_its_end": dict(zip(found, percentiles(offsets, 5, 50, 95), strict=True)),
        "failed": [_failure(one) for one in outcomes if one.verdict not in ("kept", "unclear")],
    }


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    verdicts = Counter(one.verdict for one in outcomes)
    requests = verdicts["kept"] + verdicts["extra"] + verdicts["lost"]
    return {
        "requests": requests,
        "lost": verdicts["lost"],
        "cut": sum(one.cut for one in outcomes),
        "lost_interval_95": clopper_pearson(verdicts["lost"], requests),
        "extra": verdicts["extra"],
        "wakes_missed": verdicts["missed"],
        "unclear": verdicts["unclear"],
    }


def _failure(outcome: Outcome) -> dict[str, Any]:
    """Seconds are those after the end of the wake word."""
    request, heard = outcome.request, outcome.heard
    zero = request.wake_end

    def after(sample: int | None) -> float | None:
        return None if sample is None or zero is None else round((sample - zero) / RATE, 3)

    return {
        "verdict": outcome.verdict,
        "wake": request.wake.file,
        "command": request.command.file,
        "said": request.text,
        "alone": outcome.alone,
        "heard": heard.text,
        "command_start_s": after(request.command_start),
        "wakes_at_s": [after(wake.at) for wake in heard.wakes],
        "span_start_s": after(heard.span.start if heard.span else None),
        "span_end_s": after(heard.span.end if heard.span else None),
        "committed_s": [after(at) for at in heard.committed],
    }
