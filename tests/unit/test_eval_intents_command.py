"""`assistant eval intents` from the command line: typed, and through a voice and a recogniser."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.audio.types import RATE, AudioChunk, Cancelled, Pcm
from assistant.commands import evaluate, intents
from assistant.config import Settings
from assistant.errors import InputError
from assistant.events import Topic
from assistant.skills.skill import Intent, Reply, Risk
from assistant.stt import Transcript
from assistant.understand.dialogue import Answer
from assistant.world import World
from models.store import Store


@dataclass(frozen=True, slots=True)
class Shine(Intent):
    """Give light."""

    risk: ClassVar[Risk] = Risk.READ


class Lamp:
    """A skill."""

    name = "lamp"
    intents: tuple[type[Intent], ...] = (Shine,)

    def answer(self, intent: Intent, world: World) -> Reply:
        return Reply("It shines.")

    def question(self, intent: Intent, world: World) -> str | None:
        return None


class Understanding:
    """Knows one word."""

    def __init__(self, skills: list[Lamp], language: str) -> None:
        names = [skill.name for skill in skills]
        assert (language, names) in [("en", ["lamp"]), ("en", ["lamp", "home"])]

    def answer(self, text: str, world: World, topic: Topic | None = None) -> Answer | None:
        return Answer(Reply("It shines."), Topic(Shine())) if "shine" in text else None


class Engine:
    """Says as many samples as there are letters, and hears "shine" in anything long enough."""

    rate = 22_050

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        if text != "silence":
            yield AudioChunk(np.full(1_000 * len(text), 9_000, np.int16), self.rate)

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        assert pcm.dtype == np.int16
        return Transcript("shine" if len(pcm) > 2 * RATE else "dine")


@pytest.fixture(autouse=True)
def parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One skill, and an engine in place of each; the list tells which were loaded."""
    loaded: list[str] = []

    def load(role: str, settings: Settings, store: Store) -> Engine:
        loaded.append(role)
        return Engine()

    monkeypatch.setattr(intents, "enabled_skills", lambda settings: [Lamp()])
    monkeypatch.setattr(intents, "Dialogue", Understanding)
    monkeypatch.setattr(intents, "load_engine", load)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    return loaded


@pytest.fixture
def phrases(tmp_path: Path) -> Path:
    path = tmp_path / "some.jsonl"
    rows: list[dict[str, Any]] = [
        {"text": "shine", "intent": "Shine"},
        {"text": "shine on, you crazy diamond", "intent": "Shine"},
        {"text": "glow", "intent": "Shine"},
        {"text": "silence", "why": "no order"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ran(*options: str) -> str:
    result = CliRunner().invoke(evaluate.app, ["intents", *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_typed_phrases_need_no_engine(phrases: Path, parts: list[str]) -> None:
    report = json.loads(ran(str(phrases), "--json"))
    assert (report["kind"], report["dataset"]["manifest"]) == ("intents", "some.jsonl")
    total = report["result"]["total"]
    assert (total["phrases"], total["right"]) == (4, 3)
    assert [one["said"] for one in report["result"]["wrong"]] == ["glow"]
    assert parts == []


def test_spoken_phrases_go_through_the_voice_and_the_recogniser(
    phrases: Path, parts: list[str]
) -> None:
    report = json.loads(ran(str(phrases), "--json", "--spoken"))
    wrong = {one["said"]: one["heard"] for one in report["result"]["wrong"]}
    assert wrong == {"shine": "dine", "glow": "dine"}
    assert parts == ["tts", "stt"]
    assert report["settings"]["voice"]


def test_figures_and_failures_are_shown_to_people(phrases: Path) -> None:
    shown = ran(str(phrases), "--spoken")
    assert "lamp" in shown
    assert "33.3" in shown
    assert "glow" in shown
    assert "dine" in shown


def test_a_sample_has_some_of_each_kind(phrases: Path) -> None:
    report = json.loads(ran(str(phrases), "--json", "--limit", "2"))
    assert set(report["result"]["groups"]) == {"lamp", "nothing"}


def test_without_phrases_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "PHRASES", tmp_path)
    with pytest.raises(InputError, match="name a file of phrases"):
        ran()
