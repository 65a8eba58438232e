"""First words of joined requests: how they are made, heard and judged, with coded speech."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Cancelled, Pcm
from assistant.commands import evaluate
from assistant.commands import first_word as command
from assistant.evaluate import joins
from assistant.evaluate.manifest import load
from assistant.events import Span
from assistant.llm import Message
from assistant.stt import Transcript
from tests.fakes import (
    WAKE_HZ,
    FakeVoiceDetector,
    FakeWakeDetector,
    fake_transcript,
    fake_turn_probability,
    speech,
    tone,
)


class Reader:
    """Reads coded speech; `deaf_s`: it misses so much at the beginning of what does not begin
    with half a second of quiet."""

    def __init__(self, deaf_s: float = 0.0) -> None:
        self._deaf = round(deaf_s * RATE)

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        quiet_first = np.abs(pcm[: RATE // 4].astype(np.int32)).mean() < 100
        skipped = 0 if quiet_first else self._deaf
        return Transcript(fake_transcript(pcm, Span(skipped, len(pcm))))

    def probability(self, pcm: Pcm) -> float:
        return fake_turn_probability(pcm, Span(0, len(pcm)))

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return 0.5

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def recording(path: Path, *parts: Pcm) -> None:
    wav.write(path, np.concatenate([quiet.noise(0.6, -60), *parts, quiet.noise(0.6, -60)]))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    wake = tone(WAKE_HZ, 0.6)
    recording(tmp_path / "w.wav", wake)
    recording(tmp_path / "deaf.wav", tone(WAKE_HZ, 0.3))
    recording(tmp_path / "light.wav", speech("light on", 0.8))
    recording(tmp_path / "unread.wav", tone(WAKE_HZ * 5, 0.8))
    recording(tmp_path / "breath.wav", wake, speech("what time is it", 1.6))
    rows = [
        {"file": "w.wav", "set": "wake", "text": "Alexa", "lang": "en"},
        {"file": "deaf.wav", "set": "wake", "text": "alexa", "lang": "en"},
        {"file": "light.wav", "set": "home", "text": "light on"},
        {"file": "light.wav", "set": "home", "text": "light on"},
        {"file": "unread.wav", "set": "home", "text": "stop"},
        {"file": "breath.wav", "set": "breath", "text": "alexa what time is it"},
        {"file": "light.wav", "set": "breath", "text": "light on", "label": "no wake word"},
        {"file": "light.wav", "set": "fr", "text": "lumière", "lang": "fr"},
    ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def measured(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, reader: Reader, *options: object
) -> str:
    engines = {"wake": FakeWakeDetector, "vad": FakeVoiceDetector}

    def load_engine(role: str, settings: Any, store: Any) -> Any:
        return engines[role]() if role in engines else reader

    monkeypatch.setattr(command, "load_engine", load_engine)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    arguments = ["first-word", str(corpus), *map(str, options)]
    result = CliRunner().invoke(evaluate.app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_first_words_that_are_heard(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = json.loads(measured(corpus, monkeypatch, Reader(), "--count", 4, "--json"))
    joined, spoken = made["result"]["joined"], made["result"]["spoken"]
    assert (joined["requests"], joined["lost"], joined["extra"]) == (4, 0, 0)
    assert joined["wakes_missed"] > 0
    assert joined["unclear"] > 0
    assert (spoken["requests"], spoken["lost"]) == (1, 0)
    assert {one["verdict"] for one in made["result"]["failed"]} == {"missed"}
    # The fake detector is sure 0.45 s into a word of 0.6 s.
    assert made["result"]["wake_heard_after_its_end"]["p50_s"] == pytest.approx(-0.13, abs=0.04)
    assert made["dataset"]["skipped"] == {"other language than en": 1}


def test_a_first_word_that_is_lost_is_listed(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--count", 1, "--set", "wake", "--set", "home", "--json")
    result = json.loads(measured(corpus, monkeypatch, Reader(deaf_s=0.6), *options))["result"]
    assert (result["joined"]["lost"], result["joined"]["cut"]) == (1, 0)
    (lost,) = [one for one in result["failed"] if one["verdict"] == "lost"]
    assert (lost["said"], lost["alone"], lost["heard"]) == ("light on", "light on", "on")
    assert 0 <= lost["command_start_s"] <= 0.15
    assert lost["span_start_s"] == lost["wakes_at_s"][0] < 0


def test_people_get_a_table(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = measured(corpus, monkeypatch, Reader(), "--count", 2)
    assert "wakes missed" in shown
    assert "SHA-256" in shown


def test_joins_are_as_long_as_what_is_said_and_the_gap(corpus: Path) -> None:
    rows = load(corpus).select(["wake", "home"], None)
    made = joins.requests(rows, ("alexa",), 7, FakeVoiceDetector())
    again = joins.requests(rows, ("alexa",), 7, FakeVoiceDetector())
    for _ in range(6):
        request = next(made)
        assert (request.pcm == next(again).pcm).all()
        assert request.wake_end is not None
        assert request.command_start is not None
        gap_s = (request.command_start - request.wake_end) / RATE
        assert 0 <= gap_s <= 0.15
        said_s = 0.6 if request.wake.file == "w.wav" else 0.3
        assert request.wake_end / RATE == pytest.approx(joins.BEFORE_S + said_s, abs=0.02)
        end_s = len(request.pcm) / RATE - joins.AFTER_S
        assert end_s - request.command_start / RATE == pytest.approx(0.8, abs=0.02)
