"""When peers take a request for over. Time is counted in audio; what is voice, others decide."""

from enum import Enum, auto
from typing import Protocol


class Step(Enum):
    """What one stretch of audio means."""

    LISTEN = auto()
    PAUSE = auto()
    """The silence is long enough to begin work that may be wasted."""
    RESUME = auto()
    """It was: the voice is back."""
    END = auto()
    """The request is over."""


class Segmenter(Protocol):
    def push(self, seconds: float, voice: bool) -> Step:
        """Take the next stretch of audio."""
        ...


class FixedSilence:
    """Over after a silence of `end_s`, all of it in one piece; perhaps a pause before."""

    def __init__(self, end_s: float, pause_s: float | None = None) -> None:
        self._end_s = end_s
        self._pause_s = end_s if pause_s is None else pause_s
        self._silence_s: float | None = None
        """None: nobody has spoken yet."""

    def push(self, seconds: float, voice: bool) -> Step:
        before = self._silence_s
        if voice:
            self._silence_s = 0.0
            return Step.RESUME if before is not None and before >= self._pause_s else Step.LISTEN
        if before is None:
            return Step.LISTEN
        self._silence_s = before + seconds
        if self._silence_s >= self._end_s:
            return Step.END
        return Step.PAUSE if before < self._pause_s <= self._silence_s else Step.LISTEN


class HomeAssistant:
    """The rules of Home Assistant's segmenter of voice commands, with its default times.

    A request begins after `starts_s` of voice. From then on silences add up, over words between
    them: only a voice that goes on for `forget_s` starts the count anew.
    """

    def __init__(
        self,
        end_s: float = 0.7,
        starts_s: float = 0.3,
        least_s: float = 1.0,
        forget_s: float = 1.0,
        longest_s: float = 15.0,
    ) -> None:
        self._end_s = end_s
        self._starts_s = starts_s
        self._least_s = least_s
        self._forget_s = forget_s
        self._longest_s = longest_s
        self._total_s = self._voice_s = self._silence_s = self._run_s = self._command_s = 0.0
        """Audio so far, voice before the request, silence and uninterrupted voice (before it:
        uninterrupted silence) within it, and its length."""
        self._begun = False

    def push(self, seconds: float, voice: bool) -> Step:
        self._total_s += seconds
        if self._total_s >= self._longest_s:
            return Step.END
        return self._within(seconds, voice) if self._begun else self._before(seconds, voice)

    def _before(self, seconds: float, voice: bool) -> Step:
        if voice:
            self._run_s = 0.0
            self._voice_s += seconds
            if self._voice_s >= self._starts_s:
                self._begun = True
                self._command_s = self._starts_s
            return Step.LISTEN
        self._run_s += seconds
        if self._run_s >= self._forget_s:
            self._run_s = self._voice_s = 0.0
        return Step.LISTEN

    def _within(self, seconds: float, voice: bool) -> Step:
        self._command_s += seconds
        if not voice:
            self._run_s = 0.0
            self._silence_s += seconds
            over = self._silence_s >= self._end_s and self._command_s >= self._least_s
            return Step.END if over else Step.LISTEN
        self._run_s += seconds
        if self._run_s >= self._forget_s:
            self._run_s = self._silence_s = 0.0
        return Step.LISTEN
