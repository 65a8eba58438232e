"""A promoted model that lost a bit: an always-on device serves the one before it."""

import logging
from pathlib import Path
from typing import Any

import pytest

from assistant import loading
from assistant.config import Settings, load
from assistant.errors import ModelError
from assistant.loading import load_by_urgency
from assistant.parts import Parts
from assistant.standby import standing_in
from hw.profile import Threads
from models import storage
from models.store import Store
from tests.quantize.local_entries import bring, local_entry

THREADS = Threads(stt=2, turn=1, llm=2, prompt=2, tts=2)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    return tmp_path / "models"


def read(tmp_path: Path, text: str = "") -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load(path, {}, THREADS)


def damage(file: Path) -> None:
    """Of the same size."""
    file.write_bytes(file.read_bytes()[::-1])


def test_a_damaged_model_gives_way_to_the_one_before_it(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("first", "second", "third"):
        bring(root, local_entry(name), "stt")
    settings = read(tmp_path)
    assert standing_in("stt", settings, Store()) is settings
    assert caplog.text == ""
    damage(root / "third" / "ggml-own.bin")
    assert standing_in("stt", settings, Store()).stt.model == "second"
    assert "third is promoted to stt, but missing or damaged" in caplog.text
    (root / "second" / "ggml-own.bin").unlink()
    assert standing_in("stt", settings, Store()).stt.model == "first"
    damage(root / "first" / "ggml-own.bin")
    assert standing_in("stt", settings, Store()).stt.model == "whisper-tiny.en-q8_0"
    assert standing_in("llm", settings, Store()) is settings


@pytest.mark.parametrize(("kind", "file"), [("tts", "own.onnx.json"), ("llm", "own.gguf")])
def test_what_ships_is_before_the_first(root: Path, tmp_path: Path, kind: Any, file: str) -> None:
    bring(root, local_entry("own", kind), kind)
    settings = read(tmp_path)
    damage(root / "own" / file)
    assert standing_in(kind, settings, Store()) == load(tmp_path / "config.toml", {}, THREADS, {})


def test_what_was_not_promoted_has_no_other(root: Path, tmp_path: Path) -> None:
    bring(root, local_entry("own"), "stt")
    settings = read(tmp_path, '[stt]\nmodel = "whisper-base-q8_0"\n')
    damage(root / "own" / "ggml-own.bin")
    assert standing_in("stt", settings, Store()) is settings


def test_each_phrase_has_its_own(root: Path, tmp_path: Path) -> None:
    bring(root, local_entry("better", "wake"), "wake.alexa")
    bring(root, local_entry("older", "wake", phrase="hey_kitchen"), "wake.hey_kitchen")
    bring(root, local_entry("newer", "wake", phrase="hey_kitchen"), "wake.hey_kitchen")
    settings = read(tmp_path)
    damage(root / "newer" / "own.onnx")
    wake = standing_in("wake", settings, Store()).wake
    assert wake.models == {"alexa": "better", "hey_kitchen": "older"}
    assert wake.phrases == settings.wake.phrases
    for name in ("better", "older"):
        damage(root / name / "own.onnx")
    wake = standing_in("wake", settings, Store()).wake
    assert (wake.phrases, wake.models) == (("hey_jarvis", "alexa", "hey_mycroft"), {})
    only = read(tmp_path, '[wake]\nphrases = ["hey_kitchen"]\n')
    assert standing_in("wake", only, Store()) == only


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The recognisers that were looked for; each engine is its model's path, if that is whole."""
    found: list[str] = []

    def load_engine(role: str, settings: Settings, store: Store) -> object:
        if role != "stt":
            return role
        found.append(settings.stt.model)
        return store.path(settings.stt.model)

    monkeypatch.setattr(loading, "load_engine", load_engine)
    monkeypatch.setattr(loading, "with_phrases", lambda voice, settings, store: voice)
    monkeypatch.setattr(loading, "_load_model", lambda settings, store: "llm")
    return found


def test_a_device_starts_with_it(
    root: Path, tmp_path: Path, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    bring(root, local_entry("first"), "stt")
    bring(root, local_entry("second"), "stt")
    settings = read(tmp_path)
    damage(root / "second" / "ggml-own.bin")
    parts = Parts()
    with caplog.at_level(logging.WARNING):
        load_by_urgency(settings, Store(), parts)
    assert parts.stt.result() == root / "first" / "ggml-own.bin"  # type: ignore[comparison-overlap]
    assert asked == ["second", "first"]
    assert "ggml-own.bin is damaged" in caplog.text
    assert "second is promoted to stt, but missing or damaged" in caplog.text


def test_a_start_without_damage_reads_nothing_more(
    root: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(root, local_entry("first"), "stt")
    bring(root, local_entry("second"), "stt")
    settings, hashed = read(tmp_path), list[Path]()
    sha256 = storage.sha256

    def counted(path: Path) -> str:
        hashed.append(path)
        return sha256(path)

    monkeypatch.setattr(Store._verdict, "__defaults__", (counted,))
    load_by_urgency(settings, Store(), parts := Parts())
    assert parts.stt.result() == root / "second" / "ggml-own.bin"  # type: ignore[comparison-overlap]
    assert asked == ["second"]
    assert hashed == [root / "second" / "ggml-own.bin"]


def test_what_cannot_be_loaded_for_another_reason_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(root, local_entry("own"), "stt")

    def refuse(*_: object) -> None:
        raise ModelError("It is of another format.")

    monkeypatch.setattr(loading, "load_engine", refuse)
    load_by_urgency(read(tmp_path), Store(), parts := Parts())
    with pytest.raises(ModelError, match="another format"):
        parts.stt.result()
