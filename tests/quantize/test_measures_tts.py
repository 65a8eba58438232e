"""How a voice is measured: its stages, its speaking, and what is heard of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.audio.types import AudioChunk, Cancelled, Pcm
from assistant.engines.voice_parts import is_prepared, prepare
from assistant.errors import ModelError
from assistant.stt import Transcript
from models.store import Store
from tests.quantize.jobs import voice
from tests.toy_voice import toy_voice
from tools.quantize.candidates import job_for
from tools.quantize.job import Job, Roots
from tools.quantize.measures import round_trip, tts
from tools.quantize.measures.engine import Loaded
from tools.quantize.measures.options import TtsOptions
from tools.quantize.measures.staged_voice import staged

RATE = 16_000


class Voice:
    """Says each text as so much sound in two chunks; nothing of "..."."""

    rate = RATE

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        for _ in range(0 if text == "mute" else 2):
            yield AudioChunk(np.full(RATE // 4, len(text), np.int16), RATE)


class Still:
    """The same voice without noise: every phoneme is a loud sample, then a faint one."""

    def __init__(self, path: Path, threads: int) -> None:
        self.rate = RATE
        self._loud = 1.0 if path.name == "new.onnx" else 0.5

    def phonemes(self, text: str) -> list[list[str]]:
        return [list(text)]

    def samples(self, phonemes: list[str]) -> NDArray[np.float32]:
        return np.tile(np.array([self._loud, 0.1], np.float32), 400 * len(phonemes))


class Listener:
    """Hears the length of what it is given."""

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        spoken = pcm[RATE // 4 : -RATE // 4]
        assert len(spoken) == RATE // 2
        assert not pcm[: RATE // 4].any()
        return Transcript({4: "stop", 11: "set a time", 5: ""}[int(spoken[0])])


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Job, Roots]:
    """Two voices, and engines that only seem to speak and listen."""
    reference = voice(tmp_path)
    for suffix in ("", ".json"):
        (tmp_path / f"new.onnx{suffix}").write_bytes(
            (tmp_path / f"voice.onnx{suffix}").read_bytes()
        )
    (tmp_path / "say.txt").write_text("stop\nset a timer\n")
    monkeypatch.setattr(tts, "loaded", lambda *_: Loaded(Voice(), 0.5))
    monkeypatch.setattr(tts, "Noiseless", Still)
    monkeypatch.setattr(round_trip, "load", lambda *_: Listener())
    made, roots = job_for(
        tmp_path / "new.onnx", tmp_path / "say.txt", reference,
        settings={"in_pieces": "false"}, store=Store(tmp_path / "models"),
    )  # fmt: skip
    return made, roots


def test_figures_of_a_voice(job: tuple[Job, Roots]) -> None:
    figures = tts.tts(*job)
    assert figures["clipped_share"] == pytest.approx(0.5)  # every second sample is at full scale
    assert figures["log_mel_distance_db"] is not None
    assert 1 < figures["log_mel_distance_db"] < 10  # nearly twice as loud in the highest bands
    assert figures["round_trip_wer"] == pytest.approx(1 / 4)
    assert figures["sentences"] == 2
    assert figures["load_s"] == 0.5
    assert (figures["peak_rss_mib"] or 0) > 10


def test_gain_that_clips_is_found_and_no_reference_is_no_distance(job: tuple[Job, Roots]) -> None:
    made, roots = job
    assert made.reference
    plain = made.model_copy(update={"model": made.reference, "reference": None})
    assert tts.tts(plain, roots)["log_mel_distance_db"] is None
    assert tts.tts(plain, roots)["clipped_share"] == 0
    loud = plain.model_copy(update={"settings": {"in_pieces": False, "gain_db": 6.0}})
    assert tts.tts(loud, roots)["clipped_share"] == pytest.approx(0.5)


def test_a_voice_that_says_nothing_is_damaged(tmp_path: Path, job: tuple[Job, Roots]) -> None:
    (tmp_path / "say.txt").write_text("mute\n")
    with pytest.raises(ModelError, match="says nothing"):
        tts.tts(*job)


def test_sentences_without_words_do_not_break_the_word_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(round_trip, "load", lambda *_: Listener())
    half = np.full(RATE // 2, 5, np.int16)
    figures = round_trip.round_trip([("stop", half), ("-", half)], RATE, TtsOptions(stt_model="x"))
    assert figures["round_trip_wer"] == 1


def test_stages_are_made_in_a_folder_of_their_own(tmp_path: Path) -> None:
    path = toy_voice(tmp_path)
    before = sorted(tmp_path.iterdir())
    with staged(path, in_pieces=True) as linked:
        assert is_prepared(linked)
        assert linked.read_bytes() == path.read_bytes()
        assert linked.parent != tmp_path
    assert not linked.parent.exists()
    assert sorted(tmp_path.iterdir()) == before


def test_stages_that_came_with_a_voice_are_not_used(tmp_path: Path) -> None:
    path = toy_voice(tmp_path)
    prepare(path)
    record = path.with_name(f"{path.name}.parts.json")
    record.write_text(json.dumps(json.loads(record.read_text()) | {"fault": "somebody says so"}))
    with staged(path, in_pieces=True) as linked:
        assert json.loads(linked.with_name(record.name).read_text())["fault"] == ""


def test_a_voice_whose_settings_are_damaged_is_refused(tmp_path: Path) -> None:
    path = toy_voice(tmp_path)
    path.with_name(f"{path.name}.json").write_text("{}")
    with (
        pytest.raises(ModelError, match=r"cannot be cut into stages \(.*settings"),
        staged(path, in_pieces=True),
    ):
        raise AssertionError("it was staged")


def test_a_voice_that_is_spoken_whole_is_not_cut(tmp_path: Path) -> None:
    with staged(toy_voice(tmp_path), in_pieces=False) as linked:
        assert not is_prepared(linked)
