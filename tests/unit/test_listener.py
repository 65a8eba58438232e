"""The listener: with the gate it finds what it would find without, and a gap ends what was."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.engines import ModelPath
from assistant.engines.openwakeword import OpenWakeWord
from assistant.engines.silero import Silero
from assistant.events import Fact, VoicePaused, VoiceStarted, VoiceStopped, WakeDetected
from assistant.gate import Gate, LevelGate
from assistant.listen import Endpointer, Endpointing, Listener
from assistant.vad import VadSettings
from assistant.wake import WakeSettings
from tests.contracts.fakes_listening import recording
from tests.fakes import WAKE_HZ, FakeVoiceDetector, FakeWakeDetector, noise, speech, tone


class AlwaysOpen:
    """The gate that is none."""

    def hears(self, frame: Frame) -> bool:
        return True

    def reset(self) -> None:
        """It remembers nothing."""


def listener(gate: Gate | None = None) -> Listener:
    endpointer = Endpointer(Endpointing(), 0.5)
    return Listener(FakeWakeDetector(), FakeVoiceDetector(), endpointer, gate)


def frames(pcm: Pcm, start: int = 0) -> Iterator[Frame]:
    for i in range(0, len(pcm) - FRAME + 1, FRAME):
        yield Frame(start + i, pcm[i : i + FRAME])


def facts(hearing: Listener, pcm: Pcm, start: int = 0) -> list[Fact]:
    return [fact for frame in frames(pcm, start) for fact in hearing.push(frame)]


def seconds(least: float, most: float) -> st.SearchStrategy[float]:
    return st.floats(least, most)


PARTS = st.one_of(
    seconds(0.03, 5).map(lambda s: np.zeros(round(s * RATE), np.int16)),
    seconds(0.03, 3).map(lambda s: (noise(s) // 500).astype(np.int16)),
    seconds(0.03, 1.5).map(lambda s: speech("light on", s)),
    seconds(0.03, 0.4).map(noise),
    st.just(tone(WAKE_HZ, 0.6)),
)


@given(st.lists(PARTS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_gate_changes_no_fact(parts: list[Pcm]) -> None:
    pcm = np.concatenate([*parts, np.zeros(2 * RATE, np.int16)])
    gated, open_ = facts(listener(), pcm), facts(listener(AlwaysOpen()), pcm)
    for kind in (True, False):  # a wake word and a voice may be found in another order
        assert [f for f in gated if isinstance(f, WakeDetected) is kind] == [
            f for f in open_ if isinstance(f, WakeDetected) is kind
        ]


def test_in_silence_no_detector_runs() -> None:
    class Counting(FakeVoiceDetector):
        calls = 0

        def push(self, frame: Frame) -> float:
            self.calls += 1
            return super().push(frame)

    vad = Counting()
    hearing = Listener(FakeWakeDetector(), vad, Endpointer(Endpointing(), 0.5))
    facts(hearing, np.zeros(60 * RATE, np.int16))
    assert vad.calls == 0


def test_catching_up_takes_a_few_frames() -> None:
    """No frame may take long, and the wake word must be known before it is over."""
    seen: list[int] = []

    class Noting(FakeWakeDetector):
        def push(self, frame: Frame) -> None:
            seen.append(frame.start)

    hearing = Listener(Noting(), FakeVoiceDetector(), Endpointer(Endpointing(), 0.5))
    quiet, loud = np.zeros(10 * FRAME * 20, np.int16), speech("light on", 0.5)
    facts(hearing, quiet)
    sizes = []
    for frame in frames(loud, len(quiet)):
        before = len(seen)
        hearing.push(frame)
        sizes.append(len(seen) - before)
    assert seen == list(range(seen[0], seen[-1] + 1, FRAME))
    assert len(quiet) - seen[0] >= 2.1 * RATE
    assert max(sizes) == 16
    assert sizes[6:] == [1] * len(sizes[6:])


@given(st.lists(PARTS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_who_waits_for_a_call_knows_the_voice_it_is_part_of(parts: list[Pcm]) -> None:
    """From the wake word on, the facts are those of a listener that heard every voice."""
    lead_in, call = np.zeros(3 * RATE, np.int16), [tone(WAKE_HZ, 0.6), speech("light on", 0.5)]
    pcm = np.concatenate([*parts, lead_in, *call, np.zeros(3 * RATE, np.int16)])
    waiting, attending = listener(AlwaysOpen()), listener(AlwaysOpen())
    waiting.attend(False)
    found, wanted = facts(waiting, pcm), facts(attending, pcm)
    after = len(pcm) - len(np.concatenate(call)) - 3 * RATE
    called = [fact for fact in wanted if getattr(fact, "at", 0) >= after]
    assert any(isinstance(fact, WakeDetected) for fact in called)
    assert [fact for fact in found if getattr(fact, "at", 0) >= after] == called


def test_who_waits_for_a_call_hears_no_voice_but_that_of_the_caller() -> None:
    hearing = listener(AlwaysOpen())
    hearing.attend(False)
    assert facts(hearing, speech("light on", 20)) == []
    talking = np.concatenate([speech("light on", 1.0), tone(WAKE_HZ, 0.6)])
    start, called, *_ = facts(hearing, talking, 20 * RATE)
    assert isinstance(start, VoiceStarted)
    assert isinstance(called, WakeDetected)
    assert 0 < called.at - start.at < 2.3 * RATE


def test_a_voice_that_runs_is_followed_to_its_end() -> None:
    hearing = listener(AlwaysOpen())
    said = facts(hearing, speech("light on", 1.0))
    hearing.attend(False)
    said += facts(hearing, np.zeros(3 * RATE, np.int16), 31 * FRAME)
    assert [type(fact) for fact in said] == [VoiceStarted, VoicePaused, VoiceStopped]
    assert facts(hearing, speech("light on", 1.0), 3 * RATE + 31 * FRAME - 3 * RATE % FRAME) == []


def test_a_gap_ends_a_running_voice() -> None:
    hearing = listener()
    said = facts(hearing, speech("light on", 1.024))
    assert [type(fact) for fact in said] == [VoiceStarted]
    first, *rest = facts(hearing, np.zeros(5 * RATE, np.int16), 10 * RATE)
    end = round(1.024 * RATE)
    assert [first, *rest] == [VoicePaused(end, end), VoiceStopped(end, end)]


def test_a_gap_ends_a_paused_voice() -> None:
    hearing = listener()
    pcm = np.concatenate([speech("light on", 1.024), np.zeros(20 * FRAME, np.int16)])
    assert [type(fact) for fact in facts(hearing, pcm)] == [VoiceStarted, VoicePaused]
    [stopped] = facts(hearing, np.zeros(5 * RATE, np.int16), 20 * RATE)
    assert stopped == VoiceStopped(len(pcm), round(1.024 * RATE))


def test_half_a_wake_word_before_a_gap_and_half_after_it_are_none() -> None:
    hearing, half = listener(AlwaysOpen()), tone(WAKE_HZ, 0.32)
    found = facts(hearing, half) + facts(hearing, half, 10 * RATE)
    assert not [fact for fact in found if isinstance(fact, WakeDetected)]


def test_before_a_gap_silence_is_only_silence() -> None:
    hearing = listener()
    assert facts(hearing, np.zeros(RATE, np.int16)) == []
    assert facts(hearing, np.zeros(RATE, np.int16), 5 * RATE) == []


@pytest.mark.models
@pytest.mark.parametrize("gain", [1.0, 0.03])
def test_a_wake_word_is_found_at_the_same_sample_with_the_same_score(
    gain: float, model: ModelPath
) -> None:
    wake, vad = OpenWakeWord.load(WakeSettings(), model), Silero.load(VadSettings(), model)
    clips = ("alexa_100", "wyoming_hey_jarvis", "ohf_hey_mycroft_2")
    room = (np.random.default_rng(3).normal(0, 8, 31 * RATE)).astype(np.int16)
    pcm = room.copy()
    for number, name in enumerate(clips):
        at = 6 * RATE + number * 8 * RATE + 777 * number
        word = (recording(name)[: 3 * RATE] * gain).astype(np.int16)
        pcm[at : at + len(word)] += word
    found = []
    for gate in (LevelGate(), AlwaysOpen()):
        wake.reset()
        vad.reset()
        hearing = Listener(wake, vad, Endpointer(Endpointing(), 0.5), gate)
        found.append([f for f in facts(hearing, pcm) if isinstance(f, WakeDetected)])
    assert found[0] == found[1]
    assert len(found[0]) == len(clips)
