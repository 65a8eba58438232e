"""End of turn: how often a speaker is cut off, against how long everyone else is kept waiting.

The voice detector hears each recording once; the turn detector, the recogniser and the language
model each pause once. Every rule is then tried on what they said: a timer that waits a fixed
silence, and the assistant's own rule (`assistant.policy.stop_after`) on the turn detector's opinion
alone, and on the words as well, each piece of evidence from the moment on at which it would be
known (`Delays`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from assistant.asking import asks
from assistant.audio import quiet, wav
from assistant.audio.quiet import led_in
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.evaluate.bounds import sound
from assistant.evaluate.hesitant import hesitant
from assistant.evaluate.manifest import Row
from assistant.evaluate.rehearsal import Delays
from assistant.evaluate.stats import clopper_pearson, percentiles
from assistant.evaluate.wording import Wording
from assistant.events import VoicePaused, VoiceResumed, VoiceStarted, VoiceStopped
from assistant.listen import Endpointer, Endpointing
from assistant.policy import Evidence, Policy, stop_after
from assistant.stt import Transcriber
from assistant.turn import TurnDetector
from assistant.vad import VoiceDetector

LONGEST_S = 30.0
"""Seconds of one recording at most: a turn is shorter."""

AFTER_S = 1.0
"""Quiet put after a recording beyond the longest silence any rule waits for."""

TIMERS_S = tuple(sorted({0.64, *(round(0.1 * step, 1) for step in range(2, 17))}))
"""Fixed silences tried, in seconds; 0.64 is another assistant's."""

PACES = tuple(sorted({1.0, *(round(0.2 * step, 1) for step in range(2, 13))}))
"""Paces tried: every wait of the assistant's own rule but that of a whole command, times this."""

TOLERANCE_S = 0.1
"""A decision this little before the labelled end of speech is not counted as a cut-off: labels of
the last sound are no better."""


Waits = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Pause:
    """One silence within or after the turn. All times are sample indices."""

    speech_end: int
    paused: int
    """When the pause was noticed."""
    resumed: int | None
    """When it was noticed that the speaker goes on; None if nothing more came."""
    evidence: Evidence = field(default_factory=Evidence)
    """What all that listen make of the turn up to `paused`."""

    def due(self, waits: Waits) -> int:
        """Sample index at which a rule takes the turn for over, if the speaker does not go on.
        `waits`: in order, from when something is known (seconds after `paused`), and the silence
        that is then enough (seconds)."""
        due = self.paused
        for number, (known_s, silence_s) in enumerate(waits):
            known = self.paused + round(known_s * RATE)
            if number and due <= known:
                break
            due = max(known, self.speech_end + round(silence_s * RATE))
        return due


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording as the rules see it."""

    row: Row
    speech_end: int
    """Sample index at which the last word ends: as labelled, else by the level of the sound."""
    pauses: tuple[Pause, ...]

    def decision(
        self, rule: Callable[[Pause], Waits], after: int = 0, reopen_s: float | None = None
    ) -> int | None:
        """Sample index at which a rule takes the turn for over; None if it never does.

        Pauses that were noticed before sample `after` are passed over. So are those that the
        speaker ended within `reopen_s` of the decision: the turn was then opened again.
        """
        reopen = -1 if reopen_s is None else round(reopen_s * RATE)
        for pause in self.pauses:
            due = pause.due(rule(pause))
            over = pause.resumed is None or due + reopen < pause.resumed
            if pause.paused >= after and over:
                return due
        return None


def unusable(row: Row) -> str | None:
    """Why a row says nothing about the end of a turn; None if it does."""
    if row.speech_end is None and not row.text:
        return "nobody is known to speak"
    if (row.seconds or 0) > LONGEST_S or len(row.segments) > 1:
        return f"not one turn of at most {LONGEST_S:g} s"
    return None


@dataclass(frozen=True, slots=True)
class Words:
    """What is made of the words."""

    transcriber: Transcriber
    understands: Callable[[str], bool]
    wording: Wording

    def evidence(self, pcm: Pcm, ear: float | None) -> Evidence:
        """`pcm`: the turn so far; `ear`: the turn detector's opinion of it."""
        heard = self.transcriber.transcribe(led_in(pcm), lambda: False)
        return Evidence(
            heard.text,
            self.understands(heard.text),
            asks(heard.text, heard.language),
            ear,
            self.wording(heard.text) if heard.text else None,
        )


class EndpointEvaluation:
    """Listens to recordings with one voice detector and, if given, a turn detector and all that
    reads."""

    def __init__(
        self,
        vad: VoiceDetector,
        turn: TurnDetector | None,
        threshold: float,
        endpointing: Endpointing,
        policy: Policy,
        words: Words | None = None,
    ) -> None:
        """`threshold`: probability from which a frame is voice."""
        self._vad = vad
        self._turn = turn
        self._threshold = threshold
        self._words = words
        self._preroll = round(policy.preroll_s * RATE)
        self._asked = policy.max_revisions
        """Pauses of a turn in which there is any evidence."""
        longest = max(*TIMERS_S, endpointing.stop_s)
        # Its own stop lies beyond every silence tried, so that each pause is seen to its end.
        self._endpointing = endpointing.model_copy(
            update={"stop_s": longest + AFTER_S, "longest_s": 60.0}
        )
        self._after_s = self._endpointing.stop_s + AFTER_S

    def measure(self, row: Row, hesitates_s: float = 0.0) -> Clip:
        """Find the pauses of one recording, after putting another one so long into its middle."""
        pcm = wav.read(row.path, LONGEST_S)
        start, end = 0, round((row.speech_end or 0) * RATE)
        if hesitates_s or row.speech_end is None:
            start, last = sound(pcm, self._vad)
            end = last if row.speech_end is None else end
        if hesitates_s:
            pcm = hesitant(pcm, start, end, hesitates_s)
            end += round(hesitates_s * RATE)
        pcm = np.concatenate([pcm, quiet.noise(self._after_s, quiet.floor_db(pcm))])
        return Clip(row, end, tuple(self._pauses(pcm)))

    def _pauses(self, pcm: Pcm) -> list[Pause]:
        self._vad.reset()
        endpointer = Endpointer(self._endpointing, self._threshold)
        pauses: list[Pause] = []
        started = 0
        for number, block in enumerate(Rechunker(FRAME).push(pcm)):
            frame = Frame(number * FRAME, block)
            for fact in endpointer.push(frame, self._vad.push(frame)):
                match fact:
                    case VoiceStarted(at):
                        started = max(0, at - self._preroll)
                    case VoicePaused(at, speech_end):
                        pause = Pause(speech_end, at, None)
                        asked = len(pauses) < self._asked
                        pauses.append(self._judged(pause, pcm[started:at]) if asked else pause)
                    case VoiceResumed():
                        pauses[-1] = replace(pauses[-1], resumed=frame.end)
                    case VoiceStopped():
                        return pauses
        return pauses

    def _judged(self, pause: Pause, pcm: Pcm) -> Pause:
        """With what is made of the turn so far, `pcm`."""
        ear = None if self._turn is None else self._turn.probability(pcm)
        if self._words is None:
            return replace(pause, evidence=Evidence(turn_probability=ear))
        return replace(pause, evidence=self._words.evidence(pcm, ear))


def summarise(clips: Sequence[Clip], policy: Policy, endpointing: Endpointing) -> dict[str, Any]:
    """Cut-offs and delays of every rule, and of those that are configured."""
    pauses = [pause for clip in clips for pause in clip.pauses]
    judged = any(pause.evidence.turn_probability is not None for pause in pauses)
    worded = judged and any(pause.evidence.text is not None for pause in pauses)
    return {
        "clips": len(clips),
        "clips_with_a_pause_inside": sum(len(clip.pauses) > 1 for clip in clips),
        "speakers": len({clip.row.speaker or clip.row.file for clip in clips}),
        "tolerance_s": TOLERANCE_S,
        "pause_s": endpointing.pause_s,
        "reopen_s": policy.reopen_s,
        "timers": [_timer(clips, policy, silence_s) for silence_s in TIMERS_S],
        "chosen_timer": _timer(clips, policy, policy.silence_s),
        "turn_detector": [_by_pace(clips, policy, x, words=False) for x in PACES if judged],
        "chosen_turn_detector": _by_pace(clips, policy, 1.0, words=False) if judged else None,
        "hybrid": [_by_pace(clips, policy, pace, words=True) for pace in PACES if worded],
        "chosen_hybrid": _by_pace(clips, policy, 1.0, words=True) if worded else None,
    }


def _timer(clips: Sequence[Clip], policy: Policy, silence_s: float) -> dict[str, Any]:
    found = _outcome(clips, lambda pause: [(0.0, silence_s)], policy.reopen_s)
    return {"silence_s": silence_s, **found}


def _by_pace(clips: Sequence[Clip], policy: Policy, pace: float, *, words: bool) -> dict[str, Any]:
    outcome = _outcome(clips, lambda pause: _waits(pause, policy, pace, words), policy.reopen_s)
    return {"pace": pace, **outcome}


def _waits(pause: Pause, policy: Policy, pace: float, words: bool) -> Waits:
    """As the evidence comes in: nothing, what was said, how that reads, how it sounds. If the words
    are not wanted, only that."""
    known, delays = pause.evidence, Delays()
    if not words:
        ear = Evidence("", turn_probability=known.turn_probability, wording_probability=1.0)
        return [
            (0.0, stop_after(Evidence(), policy, pace)),
            (delays.turn_s, stop_after(ear, policy, pace)),
        ]
    read = replace(known, turn_probability=None)
    steps = (
        (0.0, Evidence()),
        (delays.stt_s, replace(read, wording_probability=None)),
        (delays.stt_s + delays.wording_s, read),
        (delays.stt_s + delays.wording_s + delays.turn_s, known),
    )
    return [(known_s, stop_after(evidence, policy, pace)) for known_s, evidence in steps]


def _outcome(
    clips: Sequence[Clip], rule: Callable[[Pause], Waits], reopen_s: float
) -> dict[str, Any]:
    """The delay of a turn that was cut off does not exist, so percentiles leave it out; the mean
    wait asks of every turn how long its true end would have been waited at, and so compares rules
    on the same turns."""
    early = round(TOLERANCE_S * RATE)
    cut, lost, undecided = 0, 0, 0
    delays: list[float] = []
    waits: list[float] = []
    for clip in clips:
        decided = clip.decision(rule)
        at_the_end = clip.decision(rule, after=clip.speech_end - early)
        if at_the_end is not None:
            waits.append((at_the_end - clip.speech_end) / RATE)
        if decided is None:
            undecided += 1
        elif decided < clip.speech_end - early:
            cut += 1
            last = clip.decision(rule, reopen_s=reopen_s)
            lost += last is not None and last < clip.speech_end - early
        else:
            delays.append((decided - clip.speech_end) / RATE)
    p50, p95 = percentiles(delays, 50, 95)
    heard = len(clips) - undecided
    return {
        "cut_off": cut,
        "cut_off_rate": cut / heard if heard else None,
        "cut_off_interval_95": clopper_pearson(cut, heard),
        "cut_off_for_good": lost,
        "undecided": undecided,
        "delay_p50_s": p50,
        "delay_p95_s": p95,
        "mean_wait_s": sum(waits) / len(waits) if waits else None,
    }
