"""What every `Synthesizer` promises, kept by the fake, by Piper, and by what is known by heart."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.types import AudioChunk
from assistant.canned import Canned, packed, spoken, unpacked
from assistant.engines.piper import Piper
from assistant.errors import ModelError
from assistant.tts import Synthesizer, TtsSettings
from tests.contracts.fakes_speaking import FakeSynthesizer

ModelPath = Callable[[str], Path]


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def piper() -> Piper:
    from models.store import Store

    return Piper.load(TtsSettings(), Store().path)


KNOWN = (
    *("The timer rings.", "Yes. It is ready. Enjoy your meal.", "One. Two. Three. Four."),
    *("Hello.", "Hello there, how are you today?", "half past 7", "50 %", "", "...", "🙂"),
)


def canned() -> Canned:
    """By heart, after a restart."""
    kept = packed(spoken(FakeSynthesizer(), KNOWN), KNOWN)
    return Canned(FakeSynthesizer(), unpacked(kept, KNOWN))


@pytest.fixture(params=["fake", "canned", pytest.param("piper", marks=pytest.mark.models)])
def subject(request: pytest.FixtureRequest) -> Synthesizer:
    if request.param == "fake":
        return FakeSynthesizer()
    if request.param == "canned":
        return canned()
    engine: Piper = request.getfixturevalue("piper")
    return engine


def seconds(chunks: list[AudioChunk]) -> float:
    return sum(chunk.seconds for chunk in chunks)


def test_a_sentence_becomes_audible_int16(subject: Synthesizer) -> None:
    chunks = list(subject.synthesize("The timer rings.", never))
    assert all(chunk.pcm.dtype == np.int16 and chunk.pcm.ndim == 1 for chunk in chunks)
    assert all(chunk.rate == subject.rate >= 16_000 for chunk in chunks)
    assert 0.4 < seconds(chunks) < 3
    assert max(np.abs(chunk.pcm.astype(int)).max() for chunk in chunks) > 3000


def test_sentences_do_not_share_a_chunk(subject: Synthesizer) -> None:
    assert len(list(subject.synthesize("Yes. It is ready. Enjoy your meal.", never))) >= 3


@pytest.mark.models
def test_the_first_chunk_is_a_small_part_of_a_long_sentence(piper: Piper) -> None:
    text = "The kettle is on the stove and the water should be boiling in ten minutes."
    first, *rest = piper.synthesize(text, never)
    assert first.seconds < 0.5
    assert seconds(rest) > 2


def test_longer_text_takes_longer_to_say(subject: Synthesizer) -> None:
    short = seconds(list(subject.synthesize("Hello.", never)))
    assert seconds(list(subject.synthesize("Hello there, how are you today?", never))) > 1.5 * short


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "-", "🙂", "—", "\n"])
def test_text_without_anything_speakable_is_silent(subject: Synthesizer, text: str) -> None:
    assert list(subject.synthesize(text, never)) == []


@pytest.mark.parametrize(
    "text", ["5", "a", "half past 7", "Crème brûlée", "50 %", "日本", "x" * 300]
)
def test_anything_with_a_letter_or_digit_is_spoken(subject: Synthesizer, text: str) -> None:
    assert seconds(list(subject.synthesize(text, never))) > 0.05


def test_nothing_is_spoken_when_cancelled_before_the_start(subject: Synthesizer) -> None:
    assert list(subject.synthesize("Hello.", lambda: True)) == []


def test_cancelling_stops_after_the_chunk_being_made(subject: Synthesizer) -> None:
    chunks: list[AudioChunk] = []
    for chunk in subject.synthesize("One. Two. Three. Four.", lambda: bool(chunks)):
        chunks.append(chunk)
    assert len(chunks) == 1


@pytest.mark.models
def test_speed_changes_the_length(model: ModelPath, piper: Piper) -> None:
    text = "The potatoes need another twenty minutes."
    fast = Piper.load(TtsSettings(speed=2), model)
    own, doubled = (seconds(list(voice.synthesize(text, never))) for voice in (piper, fast))
    # The voice draws its durations at random, by some 10 %.
    assert 1.5 < own / doubled < 2.5


@pytest.mark.models
def test_gain_is_the_same_for_short_and_long(model: ModelPath) -> None:
    quiet = Piper.load(TtsSettings(gain_db=-20), model)
    for text in ("Yes.", "The potatoes need another twenty minutes."):
        loudest = max(
            np.abs(chunk.pcm.astype(int)).max() for chunk in quiet.synthesize(text, never)
        )
        # Scaling to the peak, as Piper does by itself, would bring both to full scale.
        assert loudest < 32767 / 10


@pytest.mark.models
def test_phoneme_brackets_are_not_an_instruction(piper: Piper) -> None:
    assert seconds(list(piper.synthesize("[[hello there my friend]]", never))) > 0.6


@pytest.mark.models
@pytest.mark.parametrize("content", [None, "{", "[]", json.dumps({"audio": {}})])
def test_a_voice_without_its_settings_is_one_clear_sentence(
    model: ModelPath, tmp_path: Path, content: str | None
) -> None:
    voice = tmp_path / "voice.onnx"
    voice.symlink_to(model("en_US-joe-medium"))
    if content is not None:
        (tmp_path / "voice.onnx.json").write_text(content)
    with pytest.raises(ModelError, match=r"voice\.onnx\.json are missing or damaged"):
        Piper.load(TtsSettings(), lambda name: voice)
