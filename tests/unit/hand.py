"""A conversation moved by hand: for what no scene shows, one event after the other."""

import numpy as np

from assistant.audio.types import RATE, AudioChunk
from assistant.conversation import Conversation
from assistant.events import (
    Attempt,
    Command,
    DeadlinePassed,
    Event,
    PlaybackStarted,
    Played,
    ReplyComplete,
    SentenceReady,
    SpeechReady,
    Transcribed,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
)
from assistant.policy import Policy


class Hand:
    """`now` is the clock and, times 16,000, the microphone's sample."""

    def __init__(self, policy: Policy) -> None:
        self.machine = Conversation(policy)
        self.now = 0.0

    @property
    def state(self) -> str:
        return self.machine.state.name.lower()

    def at(self, now: float, *events: Event) -> list[Command]:
        """What all of them make it do."""
        self.now = now
        return [each for event in events for each in self.machine.handle(event, now)]

    def deadline(self) -> list[Command]:
        """The next one passes."""
        assert self.machine.deadline is not None
        return self.at(max(self.now, self.machine.deadline), DeadlinePassed())

    def voice(self, now: float) -> list[Command]:
        return self.at(now, VoiceStarted(sample(now - 0.1)))

    def again(self, now: float) -> list[Command]:
        return self.at(now, VoiceResumed(sample(now - 0.06)))

    def pause(self, now: float) -> list[Command]:
        return self.at(now, VoicePaused(sample(now), sample(now - 0.16)))

    def stop(self, now: float) -> list[Command]:
        return self.at(now, VoiceStopped(sample(now), sample(now - 1.6)))

    def asks(self, *sentences: str) -> Attempt:
        """Wake word at 1 s, a request from 2 to 3 s; at 5 s each second of the reply begins."""
        attempt = Attempt(1)
        self.at(1.0, WakeDetected("hey_fake", 0.9, sample(1.0)))
        self.voice(2.1)
        self.pause(3.16)
        self.at(3.3, Transcribed(attempt, "tell me"))
        self.deadline()
        self.stop(4.6)
        self.speaks(attempt, 5.0, *sentences)
        return attempt

    def speaks(self, attempt: Attempt, now: float, *sentences: str) -> None:
        """The reply begins to sound."""
        for text in sentences:
            ready = [
                SpeechReady(attempt, text, AUDIO, False),
                SpeechReady(attempt, text, END, True),
            ]
            self.at(now, SentenceReady(attempt, text), *ready)
        self.at(now, PlaybackStarted(attempt), ReplyComplete(attempt))
        assert self.state == "speaking"

    def heard(self, now: float, text: str) -> list[Command]:
        return self.at(now, Played(Attempt(1), text))


AUDIO = AudioChunk(np.zeros(RATE, np.int16), RATE)
END = AudioChunk(np.zeros(0, np.int16), RATE)


def sample(seconds: float) -> int:
    return round(seconds * RATE)
