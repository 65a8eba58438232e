"""The comparison with peers, where it needs no models: silences, times and what is made of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.evaluate.manifest import Row
from tools.bench.peers import chain, early, hearing
from tools.bench.peers.answer import System, quiet_s, sounded
from tools.bench.peers.chain import Chain
from tools.bench.peers.early import EarlyTranscription
from tools.bench.peers.request import Request
from tools.bench.peers.segmenter import FixedSilence, HomeAssistant, Segmenter, Step

FRAME_S = FRAME / RATE


def steps(segmenter: Segmenter, pattern: str, seconds: float = 0.1) -> list[Step]:
    """`pattern`: a stretch of `seconds` each, `#` is voice; up to the end of the request."""
    found = []
    for mark in pattern:
        found.append(segmenter.push(seconds, mark == "#"))
        if found[-1] is Step.END:
            break
    return found


def ended(segmenter: Segmenter, pattern: str) -> int | None:
    """After how many stretches of 0.1 s the request is over."""
    found = steps(segmenter, pattern)
    return len(found) if found[-1:] == [Step.END] else None


def test_a_fixed_silence_ends_a_request() -> None:
    assert ended(FixedSilence(0.65), "..####" + "." * 9) == 6 + 7


def test_silence_before_the_first_word_ends_nothing() -> None:
    assert ended(FixedSilence(0.65), "." * 50) is None


def test_a_fixed_silence_begins_anew_after_each_word() -> None:
    assert ended(FixedSilence(0.65), "##......#......#......") is None


def test_a_pause_is_told_once_and_taken_back_once() -> None:
    found = steps(FixedSilence(0.55, 0.15), "##....##......")
    assert found.count(Step.PAUSE) == 2
    assert found.index(Step.PAUSE) == 3
    assert [n for n, step in enumerate(found) if step is Step.RESUME] == [6]
    assert found[-1] is Step.END


def test_without_a_pause_there_is_none() -> None:
    assert set(steps(FixedSilence(0.55), "##....##......")) == {Step.LISTEN, Step.END}


@given(st.text("#.", min_size=1, max_size=80), st.floats(0.2, 2.0), st.floats(0.01, 0.9))
def test_a_request_ends_only_after_the_whole_silence(
    pattern: str, end_s: float, part: float
) -> None:
    found = steps(FixedSilence(end_s, end_s * part), pattern)
    if found[-1] is Step.END:
        heard = pattern[: len(found)]
        silence = len(heard) - len(heard.rstrip("."))
        assert "#" in heard
        assert (silence - 1) * 0.1 < end_s + 1e-9
        assert silence * 0.1 >= end_s - 1e-9
    assert found.count(Step.RESUME) <= found.count(Step.PAUSE)


def test_home_assistant_wants_some_voice_first() -> None:
    assert ended(HomeAssistant(), "##" + "." * 60) is None
    assert ended(HomeAssistant(), "####" + "." * 20) is not None


def test_home_assistant_forgets_a_click_before_the_request() -> None:
    assert ended(HomeAssistant(), "##" + "." * 11 + "##" + "." * 40) is None


def test_home_assistant_ends_after_its_silence() -> None:
    assert ended(HomeAssistant(end_s=0.65), "#" * 15 + "." * 9) == 15 + 7


def test_home_assistant_hears_out_the_shortest_request() -> None:
    """0.5 s of voice and 0.7 of silence: over when the request has lasted for 1 s at least."""
    found = ended(HomeAssistant(end_s=0.25, least_s=0.95), "#####" + "." * 20)
    assert found == 10


def test_home_assistant_adds_silences_up_over_short_words() -> None:
    assert ended(HomeAssistant(end_s=0.65), "#####...####...###" + "." * 9) == 19


def test_home_assistant_begins_anew_after_a_second_of_voice() -> None:
    assert ended(HomeAssistant(end_s=0.65), "#####..." + "#" * 11 + "." * 9) == 19 + 7


def test_home_assistant_gives_up_in_the_end() -> None:
    assert ended(HomeAssistant(longest_s=14.95), "#" * 200) == 150


@given(st.text("#.", max_size=300))
def test_home_assistant_never_listens_for_longer_than_it_may(pattern: str) -> None:
    assert len(steps(HomeAssistant(), pattern)) <= 151  # 150 times 0.1 is a little under 15


def test_what_is_quieter_than_can_be_heard_is_not_heard() -> None:
    pcm = np.array([0, 100, -120, 0, -3_000, 0], np.int16)
    assert quiet_s(pcm, 2) == 2.0
    assert sounded(10.0, pcm, 2) == 12.0


@pytest.mark.parametrize("pcm", [np.zeros(0, np.int16), np.full(99, 150, np.int16)])
def test_what_cannot_be_heard_is_never_heard(pcm: Pcm) -> None:
    assert quiet_s(pcm, RATE) is None
    assert sounded(10.0, pcm, RATE) is None


def test_the_lowest_sample_is_loud() -> None:
    assert quiet_s(np.array([-32_768], np.int16), RATE) == 0.0


class Time:
    """Stands still but for `sleep` and what an engine says that it takes."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    for module in (hearing, chain, early):
        monkeypatch.setattr(module, "time", clock)
    return clock


class Loudness:
    """A voice detector: a frame that is not silent is voice."""

    def push(self, frame: Frame) -> float:
        return float(frame.pcm.any())

    def reset(self) -> None:
        """It remembers nothing."""


class Stages:
    """Speech to text, language model and voice, each of which takes the time it is given."""

    def __init__(self, time: Time, stt_s: float, word_s: float, tts_s: float) -> None:
        self._time = time
        self._stt_s = stt_s
        self._word_s = word_s
        self._tts_s = tts_s
        self.heard: list[int] = []
        self.spoken: list[str] = []

    def transcribe(self, pcm: Pcm) -> str:
        self.heard.append(len(pcm))
        self._time.sleep(self._stt_s)
        return "what is tea"

    def pieces(self, text: str) -> Iterator[str]:
        for word in "It is a hot drink. You would like it.".split():
            self._time.sleep(self._word_s)
            yield f"{word} "

    def reply(self, text: str) -> str:
        return "".join(self.pieces(text)).strip()

    def speak(self, text: str) -> tuple[Pcm, int]:
        self._time.sleep(self._tts_s)
        self.spoken.append(text)
        return np.array([0, 0, 9_999], np.int16), 20  # 0.1 s of silence first


def built(system: type[Chain] | type[EarlyTranscription], stages: Any) -> System:
    return system("peer", Loudness(), stages, stages, stages)


def asked(frames: str, speech_end: int) -> Request:
    """`frames`: `#` is voice. `speech_end`: the frame at which the person has finished."""
    pcm = np.concatenate([np.full(FRAME, mark == "#", np.int16) for mark in frames])
    return Request(Row(file="x.wav", text="what is tea"), pcm, speech_end * FRAME)


def test_a_chain_waits_for_everything(time: Time) -> None:
    stages = Stages(time, stt_s=0.4, word_s=0.1, tts_s=0.2)
    answer = built(Chain, stages).answer(asked("." * 5 + "#" * 20 + "." * 60, 25))
    # 22 frames of silence are the first 0.7 s; then the transcript, 9 words, the voice's 0.1 s.
    assert answer.response_s == pytest.approx(22 * FRAME_S + 0.4 + 9 * 0.1 + 0.2 + 0.1)
    assert answer.transcript == "what is tea"
    assert answer.reply == "It is a hot drink. You would like it."
    assert stages.spoken == [answer.reply]
    assert not answer.cut


def test_a_chain_that_never_hears_an_end_answers_nothing(time: Time) -> None:
    stages = Stages(time, stt_s=0.4, word_s=0.1, tts_s=0.2)
    answer = built(Chain, stages).answer(asked("#" * 40, 40))
    assert (answer.response_s, stages.heard) == (None, [])


def test_an_end_before_the_end_of_speech_is_a_cut(time: Time) -> None:
    stages = Stages(time, stt_s=0.4, word_s=0.1, tts_s=0.2)
    answer = built(Chain, stages).answer(asked("#" * 20 + "." * 30 + "#" * 20 + "." * 30, 70))
    assert answer.cut
    assert stages.heard == [42 * FRAME]


def test_an_early_transcript_is_kept_and_the_first_sentence_spoken(time: Time) -> None:
    stages = Stages(time, stt_s=0.0, word_s=0.1, tts_s=0.2)
    answer = built(EarlyTranscription, stages).answer(asked("." * 5 + "#" * 20 + "." * 60, 25))
    assert stages.heard == [32 * FRAME]  # after 7 frames of silence, not 19
    # The sixth word shows that the first sentence is over.
    assert answer.response_s == pytest.approx(19 * FRAME_S + 6 * 0.1 + 0.2 + 0.1)
    assert stages.spoken == ["It is a hot drink."]
    assert answer.reply == "It is a hot drink. You would like it."


def test_an_early_transcript_of_half_a_request_is_not_used(time: Time) -> None:
    stages = Stages(time, stt_s=0.0, word_s=0.1, tts_s=0.2)
    answer = built(EarlyTranscription, stages).answer(
        asked("#" * 20 + "." * 10 + "#" * 20 + "." * 30, 50)
    )
    assert stages.heard == [27 * FRAME, 57 * FRAME]
    assert not answer.cut
