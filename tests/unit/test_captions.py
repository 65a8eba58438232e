"""Partial transcripts come while the user speaks, and never reach the conversation."""

import threading
from collections.abc import Callable, Iterator
from unittest import mock

import numpy as np
import pytest

from assistant.audio.ring import Ring
from assistant.audio.types import RATE, Cancelled, Pcm
from assistant.captions import LONGEST, PREROLL, Captions
from assistant.clock import WallClock
from assistant.config import Settings
from assistant.errors import ConfigError, StageError
from assistant.events import (
    Entered,
    Glimpsed,
    Message,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
)
from assistant.loading import load_glimpser
from assistant.mailbox import Mailbox
from models.store import Store

News = Callable[[], Glimpsed | None]


class HandClock(WallClock):
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._resting = False

    def now(self) -> float:
        return self._now_s

    def wait(self, until: float | None) -> None:
        if threading.current_thread().name == "captions":
            self._resting = True
            self.condition.notify_all()
        self.condition.wait()

    def notify(self) -> None:
        self._resting = False
        super().notify()

    def settle(self) -> None:
        """Until the thread has seen the present time."""
        with self.condition:
            while not self._resting:
                self.condition.wait()

    def pass_by(self, seconds: float) -> None:
        with self.condition:
            self._now_s += seconds
            self.notify()


class Room:
    """A user, a ring of numbered samples, and a recogniser that says how much it was given."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.ring = Ring()
        self.remarks: Mailbox[News] = Mailbox(self.clock)
        self.looks: Mailbox[Pcm] = Mailbox(self.clock)
        self.given_up: Mailbox[bool] = Mailbox(self.clock)
        self.patient = False
        """A look lasts until it is given up."""
        self.text: str | None = None
        self.captions = Captions(self, self.ring, self.clock, 0.5, self.remarks.put)

    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        self.looks.put(pcm)
        if self.text == "broken":
            raise StageError("stt", "decode", "Failed.")
        if self.patient:
            with self.clock.condition:
                while not cancelled():
                    self.clock.wait(None)
        self.given_up.put(cancelled())
        return f"{len(pcm)} samples" if self.text is None else self.text

    def hear(self, seconds: float, *messages: Message) -> None:
        """So much sound, then so much time, then these facts."""
        start = self.ring.available.end
        self.ring.write(start, np.full(round(seconds * RATE), 1000, np.int16))
        for message in messages:
            self.captions(self.clock.now(), message)
        self.clock.pass_by(seconds)

    def told(self) -> Glimpsed | None:
        """What observers get of the next remark."""
        remark = self.remarks.get()
        assert remark is not None
        return remark()

    def idle(self) -> bool:
        """Nothing more was looked at up to now."""
        self.clock.settle()
        return self.looks.get(self.clock.now()) is None


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    room.captions.__enter__()
    yield room
    room.captions.__exit__()


def at(seconds: float) -> int:
    return round(seconds * RATE)


def test_they_come_while_a_voice_runs(room: Room) -> None:
    room.hear(2.0, Entered("listening"))
    room.hear(0.5, VoiceStarted(at(1.75)))
    assert room.told() == Glimpsed(f"{PREROLL + at(0.75)} samples")
    room.hear(0.5)
    assert room.told() == Glimpsed(f"{PREROLL + at(1.25)} samples")


def test_none_while_nobody_has_the_floor(room: Room) -> None:
    room.hear(2.0, VoiceStarted(at(1.5)))
    room.hear(2.0)
    room.captions(room.clock.now(), Entered("speaking"))
    room.clock.pass_by(1.0)
    assert room.idle()


def test_none_before_the_period_is_over(room: Room) -> None:
    room.hear(1.0, Entered("listening"))
    room.hear(0.25, VoiceStarted(at(0.75)))
    assert room.idle()


def test_a_request_in_one_breath_begins_after_the_wake_word(room: Room) -> None:
    room.hear(2.0, VoiceStarted(at(1.0)), WakeDetected("x", 1.0, at(1.75)), Entered("listening"))
    room.clock.pass_by(0.5)
    assert room.told() == Glimpsed(f"{at(0.25)} samples")


def test_a_voice_after_a_pause_is_of_the_same_request(room: Room) -> None:
    room.hear(2.0, Entered("listening"), VoiceStarted(at(1.0)), VoicePaused(at(2.0), at(1.75)))
    room.hear(1.0, VoiceResumed(at(2.5)))
    assert room.told() == Glimpsed(f"{PREROLL + at(2.0)} samples")


def test_of_a_long_request_the_end_is_looked_at(room: Room) -> None:
    room.hear(25.0, Entered("listening"), VoiceStarted(at(1.0)))
    assert room.told() == Glimpsed(f"{LONGEST} samples")


@pytest.mark.parametrize("end", [VoicePaused(at(2.0), at(1.9)), VoiceStopped(at(2.0), at(1.9))])
def test_a_pause_makes_a_running_look_give_up(room: Room, end: Message) -> None:
    room.patient = True
    room.hear(2.0, Entered("listening"), VoiceStarted(at(1.0)))
    room.looks.get()
    room.captions(room.clock.now(), end)
    assert room.given_up.get()
    room.clock.pass_by(5.0)
    assert room.idle(), "and no other begins"


def test_what_was_seen_before_the_pause_is_not_told_after_it(room: Room) -> None:
    room.hear(2.0, Entered("listening"), VoiceStarted(at(1.0)))
    remark = room.remarks.get()
    assert remark is not None
    room.captions(room.clock.now(), VoicePaused(at(2.0), at(1.9)))
    assert remark() is None
    room.captions(room.clock.now(), VoiceResumed(at(2.0)))
    assert remark() is None, "it was of another stretch of the voice"


def test_the_same_words_are_told_once_a_request(room: Room) -> None:
    room.text = "turn on"
    room.hear(1.0, Entered("listening"), VoiceStarted(at(0.5)))
    assert room.told() == Glimpsed("turn on")
    room.clock.pass_by(0.5)
    assert room.told() is None
    room.captions(room.clock.now(), VoiceStopped(at(1.0), at(1.0)))
    room.hear(1.0, VoiceStarted(at(1.0)))
    assert room.told() == Glimpsed("turn on")


def test_a_recogniser_that_fails_costs_one_look(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.text = "broken"
    room.hear(1.0, Entered("listening"), VoiceStarted(at(0.5)))
    room.looks.get()
    room.text = "fine"
    room.clock.pass_by(0.5)
    assert room.told() == Glimpsed("fine")
    assert "no partial transcript" in caplog.text


def test_unless_asked_for_no_second_engine_is_loaded() -> None:
    with mock.patch("assistant.engines.load") as loading:
        assert load_glimpser(Settings(), Store()) is None
    loading.assert_not_called()


def test_an_engine_that_cannot_is_one_clear_sentence() -> None:
    settings = Settings.model_validate({"stt": {"partials_s": 0.6}})
    with (
        mock.patch("assistant.engines.load", return_value=object()),
        pytest.raises(ConfigError, match="'whispercpp' gives no partial transcripts"),
    ):
        load_glimpser(settings, Store())
