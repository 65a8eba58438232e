"""What every `WakeDetector` promises, kept by the fake and by openWakeWord."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.types import FRAME, RATE, Pcm
from assistant.engines.openwakeword import HOP, OpenWakeWord, Scorer
from assistant.errors import ModelError
from assistant.wake import Detection, WakeDetector, WakeSettings
from tests.contracts.fakes_listening import frames, recording, silence
from tests.fakes import WAKE_HZ, FakeWakeDetector, speech, tone

ModelPath = Callable[[str], Path]


@dataclass(frozen=True)
class Subject:
    """A detector, and audio it understands."""

    detector: WakeDetector
    phrase: str
    wake: Pcm
    """The phrase, said once, with little silence around it."""
    other: Pcm
    """Speech without it."""


def _fake(model: ModelPath) -> Subject:
    return Subject(FakeWakeDetector(), "hey_fake", tone(WAKE_HZ, 0.7), speech("stop please", 1.5))


def _openwakeword(model: ModelPath) -> Subject:
    detector = OpenWakeWord.load(WakeSettings(), model)
    other = recording("hi_esp_turn_off_dining_room")
    return Subject(detector, "hey_jarvis", recording("wyoming_hey_jarvis"), other)


@pytest.fixture(params=[_fake, pytest.param(_openwakeword, marks=pytest.mark.models)])
def subject(request: pytest.FixtureRequest, model: ModelPath) -> Subject:
    build: Callable[[ModelPath], Subject] = request.param
    return build(model)


def heard(detector: WakeDetector, pcm: Pcm, start: int = 0) -> list[Detection]:
    found = [detector.push(frame) for frame in frames(pcm, start)]
    return [detection for detection in found if isinstance(detection, Detection)]


def test_a_phrase_is_reported_once_where_it_was_said(subject: Subject) -> None:
    pcm = np.concatenate([silence(1), subject.wake, silence(2)])
    [detection] = heard(subject.detector, pcm)
    assert detection.phrase == subject.phrase
    assert 0.5 <= detection.score <= 1
    assert RATE < detection.at <= RATE + len(subject.wake)


def test_a_report_never_looks_into_the_future(subject: Subject) -> None:
    for frame in frames(np.concatenate([subject.wake, silence(1)])):
        detection = subject.detector.push(frame)
        if detection is not None:
            assert frame.end - RATE / 2 < detection.at <= frame.end
            return
    pytest.fail("the phrase was not heard")


def test_neither_silence_nor_other_speech_wakes(subject: Subject) -> None:
    assert heard(subject.detector, np.concatenate([silence(2), subject.other, silence(1)])) == []


def test_the_phrase_wakes_again_after_a_while(subject: Subject) -> None:
    once = np.concatenate([subject.wake, silence(3)])
    assert len(heard(subject.detector, np.concatenate([silence(1), once, once]))) == 2


def test_the_stream_may_begin_at_any_sample(subject: Subject) -> None:
    [first] = heard(subject.detector, subject.wake)
    for start in (10 * HOP, 12_345):
        subject.detector.reset()
        [later] = heard(subject.detector, subject.wake, start)
        assert abs(later.at - first.at - start) <= (start % HOP and 2 * HOP)


def test_a_gap_changes_nothing_where_it_was_silent_before(subject: Subject) -> None:
    """Hops stay where they were: the same word is found at the same sample."""
    before, said = silence(1), np.concatenate([subject.wake, silence(1)])
    whole = np.concatenate([before, silence(3), said])
    [expected] = heard(subject.detector, whole)
    subject.detector.reset()
    assert heard(subject.detector, before) == []
    late = len(whole) - len(said) - FRAME
    late -= late % FRAME
    assert heard(subject.detector, whole[late:], late) == [expected]


def test_what_went_before_a_gap_is_not_heard_together_with_what_follows(subject: Subject) -> None:
    half = len(subject.wake) // 2 // FRAME * FRAME
    heard(subject.detector, subject.wake[:half])
    assert heard(subject.detector, np.concatenate([subject.wake[half:], silence(1)]), 10**6) == []


def test_reset_forgets_everything(subject: Subject) -> None:
    first = heard(subject.detector, subject.wake)
    subject.detector.reset()
    assert heard(subject.detector, subject.wake) == first


@pytest.mark.models
@pytest.mark.parametrize(
    ("clip", "phrase"),
    [
        ("alexa_100", "alexa"),
        ("alexa_247", "alexa"),
        ("alexa_this_is_a_long_test_command", "alexa"),
        ("ohf_hey_jarvis_2", "hey_jarvis"),
        ("ohf_hey_mycroft_2", "hey_mycroft"),
        ("oww_hey_mycroft_test", "hey_mycroft"),
        ("wyoming_hey_mycroft", "hey_mycroft"),
    ],
)
def test_phrases_wake_at_the_very_start_of_a_stream(
    clip: str, phrase: str, model: ModelPath
) -> None:
    detector = OpenWakeWord.load(WakeSettings(), model)
    found = heard(detector, np.concatenate([recording(clip), silence(0.5)]))
    assert [detection.phrase for detection in found] == [phrase]


CLIPS = (
    "alexa_100",
    "alexa_247",
    "alexa_this_is_a_long_test_command",
    "hi_esp_turn_off_dining_room",
    "ohf_hey_jarvis_2",
    "ohf_hey_mycroft_2",
    "wyoming_hey_jarvis",
    "wyoming_hey_mycroft",
)
PHRASES = WakeSettings().phrases
WARM_UP = 25
"""Hops after which both implementations have forgotten how they began; see `Scorer`."""


@pytest.mark.models
@pytest.mark.filterwarnings("ignore")  # of the package's own dependencies
def test_scores_are_those_of_the_openwakeword_package(model: ModelPath) -> None:
    from openwakeword.model import Model

    melspectrogram = model("openwakeword-features")
    embedding = melspectrogram.with_name("embedding_model.onnx")
    heads = {phrase: model(phrase) for phrase in PHRASES}
    ours = Scorer(melspectrogram, embedding, heads)
    theirs = Model(
        [str(path) for path in heads.values()],
        inference_framework="onnx",
        melspec_model_path=str(melspectrogram),
        embedding_model_path=str(embedding),
    )
    pcm = np.concatenate([silence(WARM_UP * HOP / RATE), *map(recording, CLIPS)])
    differences, highest = [], 0.0
    for i in range(0, len(pcm) - HOP + 1, HOP):
        block = pcm[i : i + HOP]
        scores, reference = ours.push(block), theirs.predict(block)
        if i >= WARM_UP * HOP:
            highest = max(highest, *scores.values())
            differences += [abs(scores[p] - reference[heads[p].stem]) for p in PHRASES]
    assert max(differences) <= 1e-3
    assert highest > 0.9  # or the comparison was of nothing


@pytest.mark.models
def test_only_the_graphs_are_needed_at_run_time(model: ModelPath) -> None:
    """In a fresh interpreter, so that other tests' imports do not count."""
    program = """
import sys
from assistant.engines.openwakeword import OpenWakeWord
from assistant.wake import WakeSettings
from models.store import Store
OpenWakeWord.load(WakeSettings(), Store().path)
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.split())
    assert "onnxruntime" in loaded
    assert not loaded & {"scipy", "sklearn", "tflite_runtime", "openwakeword", "tqdm", "requests"}


@pytest.mark.models
def test_a_file_that_is_no_phrase_is_refused(model: ModelPath) -> None:
    def wrong(name: str) -> Path:
        return model("silero-vad" if name == "alexa" else name)

    with pytest.raises(ModelError, match="is not an openWakeWord model of one phrase"):
        OpenWakeWord.load(WakeSettings(phrases=("alexa",)), wrong)
