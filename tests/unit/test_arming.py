"""Engines come one after the other; what is missing costs what it is for, and no more."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import loading
from assistant.arming import Arming
from assistant.audio.types import Frame
from assistant.config import Settings
from assistant.errors import ConfigError, ModelError
from assistant.loading import load_by_urgency
from assistant.parts import Engines, Parts
from models.store import Store


class FakeAssistant:
    """Waits for the ears, as the real one does."""

    def __init__(self, arming: Arming) -> None:
        self._parts = arming.parts
        self.heard, self.warmed = False, False

    def hear(self, source: object) -> None:
        self._parts.wake.result(10)
        self._parts.vad.result(10)
        self.heard = True

    def warm(self) -> None:
        self.warmed = True


class NoMicrophone:
    def frames(self) -> Iterator[Frame]:
        yield from ()


ENGINES = Engines(*(object() for _ in range(6)))  # type: ignore[arg-type]


def armed(load: Any) -> tuple[Arming, FakeAssistant]:
    arming = Arming(load)
    assistant = FakeAssistant(arming)
    arming.run(assistant, NoMicrophone())  # type: ignore[arg-type]
    return arming, assistant


def keep_all_but(role: str, error: Exception) -> Any:
    def load(parts: Parts) -> None:
        for name, promise in parts.items():
            if name == role:
                promise.set_exception(error)
            else:
                promise.set_result(object())

    return load


def test_all_there_is_nothing_to_tell() -> None:
    arming, assistant = armed(lambda parts: parts.keep(ENGINES))
    assert (arming.armed, arming.failure, arming.broken) == (True, None, {})
    assert assistant.warmed
    assert not arming.parts.loading


@pytest.mark.parametrize("role", ["llm", "turn", "glimpser"])
def test_without_what_only_makes_it_better_it_goes_on(
    role: str, caplog: pytest.LogCaptureFixture
) -> None:
    arming, _ = armed(keep_all_but(role, ModelError("The file is damaged.")))
    assert arming.armed
    assert arming.failure is None
    assert arming.broken == {role: "The file is damaged."}
    assert f"without {role}" in caplog.text


@pytest.mark.parametrize("role", ["wake", "vad", "stt", "tts"])
def test_without_ears_words_or_voice_nobody_is_answered(role: str) -> None:
    error = ModelError("The file is damaged.")
    arming, _ = armed(keep_all_but(role, error))
    assert arming.failure is error
    assert arming.armed == (role in ("stt", "tts"))


def test_a_mistake_in_the_configuration_is_never_passed_over() -> None:
    error = ConfigError("llm.engine is unknown.")
    arming, _ = armed(keep_all_but("llm", error))
    assert arming.failure is error


def test_the_ears_are_armed_while_all_else_still_loads() -> None:
    go_on = threading.Event()

    def load(parts: Parts) -> None:
        parts.wake.set_result(object())  # type: ignore[arg-type]
        parts.vad.set_result(object())  # type: ignore[arg-type]
        go_on.wait(10)
        for name, promise in parts.items():
            if name not in ("wake", "vad"):
                promise.set_result(object())

    arming = Arming(load)
    assistant = FakeAssistant(arming)
    thread = threading.Thread(target=arming.run, args=[assistant, NoMicrophone()])
    thread.start()
    while not arming.armed:
        thread.join(0.01)
    assert arming.parts.loading == ["turn", "stt", "llm", "tts", "glimpser"]
    go_on.set()
    thread.join()
    assert assistant.warmed


def test_what_is_needed_first_is_loaded_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[str] = []

    def load(role: str, settings: Settings, store: Store) -> object:
        order.append(role)
        if role == "turn":
            raise ModelError("It is missing.")
        return role

    monkeypatch.setattr(loading, "load_engine", load)
    monkeypatch.setattr(loading, "with_phrases", lambda voice, settings, store: voice)
    monkeypatch.setattr(
        loading, "_load_model", lambda settings, store: load("llm", settings, store)
    )
    parts = Parts()
    with caplog.at_level(logging.INFO):
        load_by_urgency(Settings(), Store(tmp_path), parts)
    assert set(order[:2]) == {"wake", "vad"}
    assert order.index("stt") < order.index("tts") < order.index("llm")
    assert parts.stt.result() == "stt"  # type: ignore[comparison-overlap]
    assert parts.glimpser.result() is None
    with pytest.raises(ModelError):
        parts.turn.result()
