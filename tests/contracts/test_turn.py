"""What every `TurnDetector` promises, kept by the fake and by Smart Turn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.types import RATE, Pcm
from assistant.engines.smart_turn import SmartTurn
from assistant.turn import TurnDetector, TurnSettings
from tests.contracts.fakes_listening import FakeTurnDetector, recording, silence
from tests.fakes import speech

ModelPath = Callable[[str], Path]


@dataclass(frozen=True)
class Subject:
    """A detector, and audio it understands."""

    detector: TurnDetector
    finished: Pcm
    """A whole request and a short pause."""
    unfinished: Pcm
    """The same request as far as a pause in its middle."""


def _fake(model: ModelPath) -> Subject:
    said = speech("set a timer for ten minutes", 3)
    pause = silence(0.2)
    unfinished = np.concatenate([said[: 2 * RATE], pause])
    return Subject(FakeTurnDetector(), np.concatenate([said, pause]), unfinished)


def _smart_turn(model: ModelPath) -> Subject:
    finished = recording("alexa_this_is_a_long_test_command")
    unfinished = finished[: 2 * RATE]  # "alexa, this is a long"
    return Subject(SmartTurn.load(TurnSettings(), model), finished, unfinished)


@pytest.fixture(params=[_fake, pytest.param(_smart_turn, marks=pytest.mark.models)])
def subject(request: pytest.FixtureRequest, model: ModelPath) -> Subject:
    build: Callable[[ModelPath], Subject] = request.param
    return build(model)


def test_a_finished_request_is_told_from_an_unfinished_one(subject: Subject) -> None:
    finished = subject.detector.probability(subject.finished)
    unfinished = subject.detector.probability(subject.unfinished)
    assert 0 <= unfinished < 0.5 < finished <= 1


def test_the_answer_depends_on_the_audio_alone(subject: Subject) -> None:
    first = subject.detector.probability(subject.finished)
    subject.detector.probability(subject.unfinished)
    assert subject.detector.probability(subject.finished) == first


@pytest.mark.parametrize("seconds", [0, 0.001, 0.02, 8, 8.001, 20])
def test_any_length_is_answered(subject: Subject, seconds: float) -> None:
    assert 0 <= subject.detector.probability(silence(seconds)) <= 1


@pytest.mark.models
def test_only_the_last_eight_seconds_matter(model: ModelPath) -> None:
    detector = SmartTurn.load(TurnSettings(), model)
    recent = np.resize(recording("alexa_this_is_a_long_test_command"), 8 * RATE)
    before = recording("hi_esp_turn_off_dining_room")
    with_past = detector.probability(np.concatenate([before, recent]))
    assert with_past == detector.probability(recent)
