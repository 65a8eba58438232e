"""What every `VoiceDetector` promises, kept by the fake and by Silero."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.types import FRAME, RATE, Pcm
from assistant.engines.silero import Silero
from assistant.errors import ModelError
from assistant.vad import VadSettings, VoiceDetector
from tests.contracts.fakes_listening import frames, recording, silence
from tests.fakes import FakeVoiceDetector, speech

ModelPath = Callable[[str], Path]


@dataclass(frozen=True)
class Subject:
    """A detector, and audio it understands."""

    detector: VoiceDetector
    voice: Pcm
    """Speech without long pauses."""


def _fake(model: ModelPath) -> Subject:
    return Subject(FakeVoiceDetector(), speech("set a timer for ten minutes", 2))


def _silero(model: ModelPath) -> Subject:
    return Subject(Silero.load(VadSettings(), model), recording("hi_esp_turn_off_dining_room"))


@pytest.fixture(params=[_fake, pytest.param(_silero, marks=pytest.mark.models)])
def subject(request: pytest.FixtureRequest, model: ModelPath) -> Subject:
    build: Callable[[ModelPath], Subject] = request.param
    return build(model)


def probabilities(detector: VoiceDetector, pcm: Pcm) -> list[float]:
    return [detector.push(frame) for frame in frames(pcm)]


def test_every_frame_has_a_probability(subject: Subject) -> None:
    found = probabilities(subject.detector, subject.voice)
    assert len(found) == len(subject.voice) // FRAME
    assert all(0 <= probability <= 1 for probability in found)


def test_silence_is_low_and_speech_is_high(subject: Subject) -> None:
    quiet = probabilities(subject.detector, silence(1))
    voiced = probabilities(subject.detector, subject.voice)
    assert max(quiet) < 0.2
    assert float(np.median(voiced)) > 0.8


def test_silence_after_speech_becomes_low_within_a_quarter_of_a_second(subject: Subject) -> None:
    probabilities(subject.detector, subject.voice)
    assert max(probabilities(subject.detector, silence(2))[8:]) < 0.2


def test_reset_forgets_everything(subject: Subject) -> None:
    first = probabilities(subject.detector, subject.voice)
    subject.detector.reset()
    assert probabilities(subject.detector, subject.voice) == first


def test_after_a_gap_it_hears_as_if_silence_had_gone_before(subject: Subject) -> None:
    first = probabilities(subject.detector, subject.voice)
    later = [subject.detector.push(frame) for frame in frames(subject.voice, 98_765)]
    assert later == first


def test_the_frames_are_not_changed(subject: Subject) -> None:
    before = subject.voice.copy()
    probabilities(subject.detector, subject.voice)
    assert np.array_equal(subject.voice, before)


@pytest.mark.models
def test_what_went_before_a_frame_matters(model: ModelPath) -> None:
    """Otherwise the recurrent state or the context is not carried on."""
    detector = Silero.load(VadSettings(), model)
    two = recording("hi_esp_turn_off_dining_room")[10 * FRAME : 12 * FRAME]
    _, after_another = probabilities(detector, two)
    detector.reset()
    [alone] = probabilities(detector, two[FRAME:])
    assert alone != after_another


@pytest.mark.models
def test_a_voice_is_heard_after_half_a_minute_of_noise(model: ModelPath) -> None:
    """The state drifts in noise: left alone, the detector then misses most of these frames."""
    detector = Silero.load(VadSettings(), model)
    voice = recording("wyoming_hey_jarvis")
    voiced = np.array(probabilities(detector, voice)) >= 0.5
    noise = np.random.default_rng(0).normal(0, 3_000, 30 * RATE).astype(np.int16)
    probabilities(detector, noise)
    heard = np.array(probabilities(detector, voice)) >= 0.5
    assert heard[voiced].mean() >= 0.8


@pytest.mark.models
def test_an_older_silero_is_refused(model: ModelPath) -> None:
    with pytest.raises(ModelError, match=r"is not a Silero VAD of version 5 or 6"):
        Silero.load(VadSettings(), lambda name: model("alexa"))
