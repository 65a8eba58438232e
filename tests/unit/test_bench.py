"""`assistant bench`: what is asked, what is left out, what the figures say."""

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.audio.types import RATE, AudioChunk, Cancelled, Pcm
from assistant.config import Settings
from assistant.errors import InputError
from assistant.evaluate.asked import BEFORE_S, Asked, spoken
from assistant.evaluate.latency import answer, summarise
from assistant.evaluate.techniques import TECHNIQUES, without
from assistant.evaluate.text import Normalizer
from assistant.metrics import TurnTrace
from assistant.take import Outcome
from tests.fakes import FakeVoiceDetector, tone

ASKED = Asked("kitchen/1.wav", "set a timer", np.zeros(0, np.int16), speech_end_s=2.0)


def outcome(
    committed_s: float | None, first_audio_s: float | None, text: str = "", skill: bool = False
) -> Outcome:
    """A take whose recording began at clock time 10."""
    stamps = {} if committed_s is None else {"committed": 10 + committed_s, "Transcribed": 12.5}
    if skill:
        stamps["RequestUnderstood"] = 12.5
    trace = TurnTrace(transcript=text, stamps=stamps)
    return Outcome(trace, np.zeros(0, np.int16), RATE, first_audio_s, began_s=10)


@pytest.mark.parametrize("name", TECHNIQUES)
def test_without_a_technique_the_settings_differ_and_are_valid(name: str) -> None:
    settings = without(Settings(), [name])
    assert settings != Settings()
    assert Settings.model_validate(settings.model_dump()) == settings


def test_techniques_can_be_left_out_together() -> None:
    settings = without(Settings(), ["turn", "audio_ctx"])
    assert (settings.turn.engine, settings.stt.context) == ("none", "full")


def test_a_technique_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"magic: no such technique; choose from: eager, "):
        without(Settings(), ["magic"])


def test_an_answer_is_timed_from_the_last_sound() -> None:
    one = answer(ASKED, outcome(2.3, 2.45, "Set a timer.", skill=True))
    assert one.kind == "skill"
    assert one.response_ms == pytest.approx(450)
    assert one.steps_ms == pytest.approx({"turn over": 300, "transcript": 500})
    assert not one.cut_off


def test_an_answer_before_the_last_sound_is_a_cut_off_and_has_no_time() -> None:
    cut = answer(ASKED, outcome(1.5, 1.9, "Set a"))
    told = summarise([cut, answer(ASKED, outcome(2.5, 2.8, "Set a timer."))], Normalizer("en"))
    assert cut.cut_off
    assert told["cut_off"] == 1
    assert told["kinds"]["llm"]["n"] == 1
    assert told["kinds"]["llm"]["p50_ms"] == 800
    assert told["wer"] == pytest.approx(1 / 6)


def test_nothing_answered_is_counted() -> None:
    told = summarise([answer(ASKED, outcome(None, None))], Normalizer("en"))
    assert told["unanswered"] == 1
    assert told["wer"] == 1
    assert told["kinds"]["skill"] == {
        "n": 0,
        **dict.fromkeys(("p50_ms", "p90_ms", "p95_ms", "p99_ms")),
        "steps_p50_ms": dict.fromkeys(told["kinds"]["skill"]["steps_p50_ms"]),
    }


class Voice:
    """Says everything as a tone of one second, in silence."""

    rate = 22_050

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        quiet: Pcm = np.zeros(self.rate // 4, np.int16)
        said = np.sin(np.arange(self.rate) / 8) * 8_000
        yield AudioChunk(np.concatenate([quiet, said, quiet]).astype(np.int16), self.rate)


def test_where_the_last_sound_ends_is_known() -> None:
    asked = spoken("Anything.", Voice(), FakeVoiceDetector())
    assert asked.speech_end_s == pytest.approx(BEFORE_S + 1.25, abs=0.03)
    last = asked.pcm[round((asked.speech_end_s + 0.02) * RATE) :]
    assert np.abs(last).max() < np.abs(tone(440, 0.1)).max() / 50
