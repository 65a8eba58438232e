"""Phrases known by heart: the very audio of the voice, and nothing of it computed again."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant import loading
from assistant.answering import PHRASES
from assistant.audio.types import AudioChunk, Cancelled
from assistant.canned import Canned, packed, spoken, unpacked
from assistant.config import Settings
from models.store import Store
from tests.contracts.fakes_speaking import FakeSynthesizer

chunks = st.lists(
    st.builds(
        AudioChunk,
        arrays(np.int16, st.integers(0, 30), elements=st.integers(-32768, 32767)),
        st.sampled_from([16_000, 22_050]),
    ),
    max_size=4,
)


@given(st.dictionaries(st.text(max_size=5), chunks, max_size=4))
def test_what_is_packed_is_unpacked(speech: dict[str, list[AudioChunk]]) -> None:
    texts = list(speech)
    found = unpacked(packed(speech, texts), texts)
    assert list(found) == texts
    for text in texts:
        assert [chunk.rate for chunk in found[text]] == [chunk.rate for chunk in speech[text]]
        for chunk, expected in zip(found[text], speech[text], strict=True):
            assert chunk.pcm.dtype == np.int16
            assert chunk.pcm.tolist() == expected.pcm.tolist()


class Counting(FakeSynthesizer):
    """Remembers what it had to speak."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        self.texts.append(text)
        yield from super().synthesize(text, cancelled)


def test_only_what_is_not_known_is_left_to_the_voice() -> None:
    voice = Counting()
    canned = Canned(voice, spoken(voice, ["Sorry. Again."]))
    known = list(canned.synthesize("Sorry. Again.", lambda: False))
    assert len(known) == 2
    list(canned.synthesize("Sorry.", lambda: False))
    assert voice.texts == ["Sorry. Again.", "Sorry."]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """One whose only voice is a file with nothing in it; an empty cache folder."""
    voice = tmp_path / "voice.onnx"
    voice.touch()
    monkeypatch.setattr(loading, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(Store, "path", lambda self, name: voice)
    return Store(tmp_path)


def test_a_second_start_speaks_nothing(store: Store, tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    loading.with_phrases(first, Settings(), store)
    assert len(first.texts) == len(PHRASES)
    canned = loading.with_phrases(second, Settings(), store)
    assert [chunk.seconds for chunk in canned.synthesize(PHRASES[0], lambda: False)]
    assert second.texts == []
    assert len(list((tmp_path / "cache").rglob("*.speech"))) == 1


@pytest.mark.parametrize("changed", [{"speed": 1.5}, {"gain_db": -3}, None])
def test_another_voice_pace_or_gain_is_spoken_anew(
    store: Store, changed: dict[str, float] | None
) -> None:
    loading.with_phrases(Counting(), Settings(), store)
    voice = Counting()
    settings = Settings()
    if changed is None:
        store.path("voice").write_bytes(b"another voice")
    else:
        settings = Settings.model_validate({"tts": changed})
    loading.with_phrases(voice, settings, store)
    assert len(voice.texts) == len(PHRASES)


def test_nothing_else_is_ever_written(store: Store, tmp_path: Path) -> None:
    canned = loading.with_phrases(FakeSynthesizer(), Settings(), store)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for text in ("Your doctor called.", "Yes.", *PHRASES):
        list(canned.synthesize(text, lambda: False))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
