"""End of turn: how often a speaker is cut off, against how long everyone else is kept waiting.

The voice detector hears each recording once, the turn detector and the recogniser each pause once.
Every rule is then tried on what they said: a timer that waits a fixed silence, and the assistant's
own rule (`assistant.policy.stop_after`) on the turn detector's opinion alone, and on the words as
well, each piece of evidence from the moment on at which it would be known (`Delays`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assistant.asking import asks
from assistant.audio import quiet, wav
from assistant.audio.quiet import led_in
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.evaluate.manifest import Row
from assistant.evaluate.rehearsal import NOW, Delays
from assistant.evaluate.stats import clopper_pearson, percentiles
from assistant.events import VoicePaused, VoiceResumed, VoiceStarted, VoiceStopped
from assistant.listen import Endpointer, Endpointing
from assistant.policy import Evidence, Policy, stop_after
from assistant.skills import Skill, first_answer
from assistant.stt import Transcriber
from assistant.turn import TurnDetector
from assistant.vad import VoiceDetector

LONGEST_S = 30.0
"""Seconds of one recording at most: a turn is shorter."""

AFTER_S = 1.0
"""Quiet put after a recording beyond the longest silence any rule waits for."""

TIMERS_S = tuple(round(0.1 * step, 1) for step in range(2, 17))
"""Fixed silences tried, in seconds."""

PROBABILITIES = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds of the turn detector tried."""

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
    probability: float | None
    """The turn detector's opinion at `paused`; None without a turn detector."""
    text: str | None = None
    """What was said up to `paused`; None without a recogniser."""
    understood: bool = False
    """A skill understands all of `text`."""
    language: str = "en"
    """Of `text`, ISO 639-1."""

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
    """Sample index at which the last word ends, as labelled."""
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
    if row.speech_end is None:
        return "no labelled end of speech"
    if (row.seconds or 0) > LONGEST_S or len(row.segments) > 1:
        return f"not one turn of at most {LONGEST_S:g} s"
    return None


class EndpointEvaluation:
    """Listens to recordings with one voice detector and, if given, a turn detector and a
    recogniser."""

    def __init__(
        self,
        vad: VoiceDetector,
        turn: TurnDetector | None,
        threshold: float,
        endpointing: Endpointing,
        policy: Policy,
        transcriber: Transcriber | None = None,
        skills: Sequence[Skill] = (),
    ) -> None:
        """`threshold`: probability from which a frame is voice."""
        self._vad = vad
        self._turn = turn
        self._threshold = threshold
        self._transcriber = transcriber
        self._skills = skills
        self._preroll = round(policy.preroll_s * RATE)
        self._asked = policy.max_revisions
        """Pauses of a turn in which there is any evidence."""
        longest = max(*TIMERS_S, endpointing.stop_s)
        # Its own stop lies beyond every silence tried, so that each pause is seen to its end.
        self._endpointing = endpointing.model_copy(
            update={"stop_s": longest + AFTER_S, "longest_s": 60.0}
        )
        self._after_s = self._endpointing.stop_s + AFTER_S

    def measure(self, row: Row) -> Clip:
        """Find the pauses of one recording, which must have a labelled end of speech."""
        assert row.speech_end is not None
        pcm = wav.read(row.path, LONGEST_S)
        pcm = np.concatenate([pcm, quiet.noise(self._after_s, quiet.floor_db(pcm))])
        return Clip(row, round(row.speech_end * RATE), tuple(self._pauses(pcm)))

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
                        pause = Pause(speech_end, at, None, None)
                        asked = len(pauses) < self._asked
                        pauses.append(self._judged(pause, pcm[started:at]) if asked else pause)
                    case VoiceResumed():
                        pauses[-1] = replace(pauses[-1], resumed=frame.end)
                    case VoiceStopped():
                        return pauses
        return pauses

    def _judged(self, pause: Pause, pcm: Pcm) -> Pause:
        """With what is made of the turn so far, `pcm`."""
        if self._turn is not None:
            pause = replace(pause, probability=self._turn.probability(pcm))
        if self._transcriber is None:
            return pause
        heard = self._transcriber.transcribe(led_in(pcm), lambda: False)
        understood = first_answer(self._skills, heard.text, NOW) is not None
        return replace(pause, text=heard.text, understood=understood, language=heard.language)


def summarise(clips: Sequence[Clip], policy: Policy, endpointing: Endpointing) -> dict[str, Any]:
    """Cut-offs and delays of every rule, and of those that are configured."""
    pauses = [pause for clip in clips for pause in clip.pauses]
    thresholds = PROBABILITIES if any(pause.probability is not None for pause in pauses) else ()
    worded = any(pause.text is not None for pause in pauses)
    chosen = policy.turn_threshold
    return {
        "clips": len(clips),
        "clips_with_a_pause_inside": sum(len(clip.pauses) > 1 for clip in clips),
        "speakers": len({clip.row.speaker or clip.row.file for clip in clips}),
        "tolerance_s": TOLERANCE_S,
        "pause_s": endpointing.pause_s,
        "reopen_s": policy.reopen_s,
        "timers": [_timer(clips, policy, silence_s) for silence_s in TIMERS_S],
        "chosen_timer": _timer(clips, policy, policy.silence_s),
        "turn_detector": [_stop_after(clips, policy, p, words=False) for p in thresholds],
        "chosen_turn_detector": (
            _stop_after(clips, policy, chosen, words=False) if thresholds else None
        ),
        "hybrid": [_stop_after(clips, policy, p, words=True) for p in thresholds if worded],
        "chosen_hybrid": _stop_after(clips, policy, chosen, words=True) if worded else None,
    }


def _timer(clips: Sequence[Clip], policy: Policy, silence_s: float) -> dict[str, Any]:
    found = _outcome(clips, lambda pause: [(0.0, silence_s)], policy.reopen_s)
    return {"silence_s": silence_s, **found}


def _stop_after(
    clips: Sequence[Clip], policy: Policy, threshold: float, *, words: bool
) -> dict[str, Any]:
    tried = policy.model_copy(update={"turn_threshold": threshold})
    return {
        "turn_threshold": threshold,
        "turn_end_s": policy.turn_end_s,
        "hesitation_s": policy.hesitation_s,
        **_outcome(clips, lambda pause: _waits(pause, tried, words), policy.reopen_s),
    }


def _waits(pause: Pause, policy: Policy, words: bool) -> Waits:
    """As the evidence comes in: nothing, the turn detector's opinion, the words, which say nothing
    unless they are wanted."""
    judged = Evidence(turn_probability=pause.probability)
    read = replace(judged, text="")
    if words and pause.text is not None:
        may_ask = asks(pause.text, pause.language)
        read = replace(judged, text=pause.text, understood=pause.understood, asks=may_ask)
    delays = Delays()
    known = ((0.0, Evidence()), (delays.turn_s, judged), (delays.stt_s, read))
    return [(known_s, stop_after(evidence, policy)) for known_s, evidence in known]


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
