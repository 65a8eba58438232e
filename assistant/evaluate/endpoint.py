"""End of turn: how often a speaker is cut off, against how long everyone else is kept waiting.

The voice detector hears each recording once, and the turn detector each pause once. Every rule is
then tried on what they said: a timer that waits a fixed silence, and the assistant's own rule
(`assistant.policy.stop_after`), which waits less where the turn detector thinks that the speaker
has finished. Time is audio time: what the detectors themselves take is not included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assistant.audio import wav
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.evaluate import quiet
from assistant.evaluate.manifest import Row
from assistant.evaluate.stats import clopper_pearson, percentiles
from assistant.events import VoicePaused, VoiceResumed, VoiceStarted, VoiceStopped
from assistant.listen import Endpointer, Endpointing
from assistant.policy import Evidence, Policy, stop_after
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


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording as the rules see it."""

    row: Row
    speech_end: int
    """Sample index at which the last word ends, as labelled."""
    pauses: tuple[Pause, ...]

    def decision(self, silence_s: Callable[[Pause], float], after: int = 0) -> int | None:
        """Sample index at which a rule takes the turn for over; None if it never does.

        `silence_s`: seconds of silence after which the rule gives up waiting in a pause. Pauses
        that were noticed before sample `after` are passed over.
        """
        for pause in self.pauses:
            due = max(pause.paused, pause.speech_end + round(silence_s(pause) * RATE))
            if pause.paused >= after and (pause.resumed is None or due < pause.resumed):
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
    """Listens to recordings with one voice detector and, if given, one turn detector."""

    def __init__(
        self,
        vad: VoiceDetector,
        turn: TurnDetector | None,
        threshold: float,
        endpointing: Endpointing,
        preroll_s: float,
    ) -> None:
        """`threshold`: probability from which a frame is voice. `preroll_s`: audio before the
        first voice that the turn detector is given too."""
        self._vad = vad
        self._turn = turn
        self._threshold = threshold
        self._preroll = round(preroll_s * RATE)
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
                        heard = self._probability(pcm[started:at])
                        pauses.append(Pause(speech_end, at, None, heard))
                    case VoiceResumed():
                        pauses[-1] = replace(pauses[-1], resumed=frame.end)
                    case VoiceStopped():
                        return pauses
        return pauses

    def _probability(self, pcm: Pcm) -> float | None:
        return self._turn.probability(pcm) if self._turn is not None else None


def summarise(clips: Sequence[Clip], policy: Policy, endpointing: Endpointing) -> dict[str, Any]:
    """Cut-offs and delays of every rule, and of the two that are configured."""
    semantic = any(pause.probability is not None for clip in clips for pause in clip.pauses)
    return {
        "clips": len(clips),
        "clips_with_a_pause_inside": sum(len(clip.pauses) > 1 for clip in clips),
        "speakers": len({clip.row.speaker or clip.row.file for clip in clips}),
        "tolerance_s": TOLERANCE_S,
        "pause_s": endpointing.pause_s,
        "timers": [_timer(clips, silence_s) for silence_s in TIMERS_S],
        "chosen_timer": _timer(clips, policy.silence_s),
        "turn_detector": [_semantic(clips, policy, p) for p in PROBABILITIES] if semantic else [],
        "chosen_turn_detector": (
            _semantic(clips, policy, policy.turn_threshold) if semantic else None
        ),
    }


def _timer(clips: Sequence[Clip], silence_s: float) -> dict[str, Any]:
    return {"silence_s": silence_s, **_outcome(clips, lambda pause: silence_s)}


def _semantic(clips: Sequence[Clip], policy: Policy, threshold: float) -> dict[str, Any]:
    tried = policy.model_copy(update={"turn_threshold": threshold})

    def silence_s(pause: Pause) -> float:
        return stop_after(Evidence(turn_probability=pause.probability), tried)

    return {
        "turn_threshold": threshold,
        "turn_end_s": policy.turn_end_s,
        "hesitation_s": policy.hesitation_s,
        **_outcome(clips, silence_s),
    }


def _outcome(clips: Sequence[Clip], silence_s: Callable[[Pause], float]) -> dict[str, Any]:
    """The delay of a turn that was cut off does not exist, so percentiles leave it out; the mean
    wait asks of every turn how long its true end would have been waited at, and so compares rules
    on the same turns."""
    early = round(TOLERANCE_S * RATE)
    cut, undecided = 0, 0
    delays: list[float] = []
    waits: list[float] = []
    for clip in clips:
        decided = clip.decision(silence_s)
        at_the_end = clip.decision(silence_s, after=clip.speech_end - early)
        if at_the_end is not None:
            waits.append((at_the_end - clip.speech_end) / RATE)
        if decided is None:
            undecided += 1
        elif decided < clip.speech_end - early:
            cut += 1
        else:
            delays.append((decided - clip.speech_end) / RATE)
    p50, p95 = percentiles(delays, 50, 95)
    heard = len(clips) - undecided
    return {
        "cut_off": cut,
        "cut_off_rate": cut / heard if heard else None,
        "cut_off_interval_95": clopper_pearson(cut, heard),
        "undecided": undecided,
        "delay_p50_s": p50,
        "delay_p95_s": p95,
        "mean_wait_s": sum(waits) / len(waits) if waits else None,
    }
