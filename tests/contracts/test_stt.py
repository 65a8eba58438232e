"""What every `Transcriber` promises, kept by the fake and by whisper.cpp."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.types import RATE, Pcm
from assistant.engines.whispercpp import WhisperCpp
from assistant.errors import ConfigError, ModelError
from assistant.stt import SttSettings, Transcriber
from tests.contracts.fakes_listening import recording, silence
from tests.contracts.fakes_speaking import FakeTranscriber, fake_request

ModelPath = Callable[[str], Path]

_AUDIO = Path(__file__).parents[1] / "audio"
CLIPS = sorted(path.stem for path in _AUDIO.glob("*.flac"))[:20]


def never() -> bool:
    return False


@dataclass(frozen=True)
class Subject:
    transcriber: Transcriber
    request: Pcm
    """Audio in which `words` are said."""
    words: set[str]
    other: Pcm
    """Audio in which none of them is."""


@pytest.fixture(scope="module")
def whisper() -> WhisperCpp:
    from models.store import Store

    return WhisperCpp.load(SttSettings(), Store().path)


@pytest.fixture(params=["fake", pytest.param("whisper", marks=pytest.mark.models)])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        said, other = fake_request("what time is it"), fake_request("light on")
        return Subject(FakeTranscriber(), said, {"what", "time"}, other)
    engine: WhisperCpp = request.getfixturevalue("whisper")
    said, other = recording("said_what_time_is_it"), recording("said_is_the_garage_door_open")
    return Subject(engine, said, {"what", "time"}, other)


def text(transcriber: Transcriber, pcm: Pcm) -> str:
    return transcriber.transcribe(pcm, never).text


def words(transcriber: Transcriber, pcm: Pcm) -> set[str]:
    return set(text(transcriber, pcm).lower().strip(".?!").split())


def test_what_was_said_is_transcribed(subject: Subject) -> None:
    assert subject.words <= words(subject.transcriber, subject.request)
    assert not subject.words & words(subject.transcriber, subject.other)


def test_the_text_has_no_blanks_around_it(subject: Subject) -> None:
    heard = text(subject.transcriber, subject.request)
    assert heard == heard.strip()
    assert "  " not in heard


@pytest.mark.parametrize("seconds", [0, 0.001, 0.05, 0.2, 1, 3])
def test_silence_of_any_length_says_nothing(subject: Subject, seconds: float) -> None:
    assert text(subject.transcriber, silence(seconds)) == ""


def test_silence_around_a_request_changes_nothing(subject: Subject) -> None:
    padded = np.concatenate([silence(0.5), subject.request, silence(1)])
    assert subject.words <= words(subject.transcriber, padded)


def test_a_job_cancelled_before_it_starts_says_nothing(subject: Subject) -> None:
    assert subject.transcriber.transcribe(subject.request, lambda: True).text == ""


def test_no_word_of_one_utterance_is_heard_in_the_next(subject: Subject) -> None:
    alone = text(subject.transcriber, subject.other)
    for before in (subject.request, np.tile(subject.request, 4), silence(1)):
        text(subject.transcriber, before)
        assert text(subject.transcriber, subject.other) == alone


@pytest.mark.models
def test_a_glimpse_is_what_a_transcript_would_be(whisper: WhisperCpp) -> None:
    clip = recording("said_what_time_is_it")
    assert whisper.glimpse(clip, never) == text(whisper, clip)
    assert whisper.glimpse(silence(1), never) == ""
    assert whisper.glimpse(silence(0.05), never) == ""


@pytest.mark.models
@pytest.mark.parametrize("asked", range(1, 8))
def test_a_glimpse_given_up_leaves_nothing_behind(
    whisper: WhisperCpp, capfd: pytest.CaptureFixture[str], asked: int
) -> None:
    """After any step: the first question comes before the pass, the next after the encoder."""
    clip, other = recording("said_what_time_is_it"), recording("said_cancel_timer")
    alone, answers = text(whisper, other), iter([False] * asked)
    assert whisper.glimpse(clip, lambda: next(answers, True)) == ""
    assert text(whisper, other) == alone
    assert capfd.readouterr().err == "", "it is no failure"


@pytest.mark.models
def test_the_samples_are_not_changed(whisper: WhisperCpp) -> None:
    pcm = recording("said_cancel_timer")
    before = pcm.copy()
    text(whisper, pcm)
    assert (pcm == before).all()


@pytest.mark.models
@pytest.mark.parametrize("level", [10, 300, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_noise_says_nothing(whisper: WhisperCpp, level: int, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, level, 2 * RATE)
    assert text(whisper, noise.astype(np.int16)) == ""


@pytest.mark.models
@pytest.mark.timeout(600)  # twenty models are loaded
def test_twenty_clips_in_a_row_are_each_as_if_alone(model: ModelPath) -> None:
    assert len(CLIPS) == 20
    settings = SttSettings(threads=1)
    together = WhisperCpp.load(settings, model)
    pcm = {clip: recording(clip) for clip in CLIPS}
    in_a_row = {clip: text(together, pcm[clip]) for clip in CLIPS}
    for clip in CLIPS:
        alone = WhisperCpp.load(settings, model)
        assert (clip, text(alone, pcm[clip])) == (clip, in_a_row[clip])
        alone.close()
    assert len({*in_a_row.values()}) > 12


@pytest.mark.models
def test_memory_stays_flat_over_many_utterances(whisper: WhisperCpp) -> None:
    clips = [recording(clip) for clip in CLIPS[::2]]
    for pcm in clips:
        text(whisper, pcm)
    before = _resident_bytes()
    for pcm in clips:
        text(whisper, pcm)
    assert _resident_bytes() - before < 4 * 2**20


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.models
def test_a_long_utterance_is_transcribed_to_its_end(whisper: WhisperCpp) -> None:
    first, last = recording("said_what_time_is_it"), recording("said_cancel_timer")
    pcm = np.concatenate([first, silence(6), last, silence(6), last, silence(18), first])
    assert len(pcm) > 30 * RATE
    assert text(whisper, pcm).lower().count("time is it") == 2


@pytest.mark.models
def test_a_file_that_is_no_model_is_one_clear_sentence(model: ModelPath, tmp_path: Path) -> None:
    missing, other, cut = tmp_path / "missing.bin", tmp_path / "other.bin", tmp_path / "cut.bin"
    other.write_bytes(b"not a model" * 100)
    cut.write_bytes(model("whisper-tiny.en-q8_0").read_bytes()[:1_000_000])
    for path, what in ((missing, "missing"), (other, "damaged"), (cut, "damaged")):
        with pytest.raises(ModelError, match=rf"{path.name} is {what}"):
            WhisperCpp.load(SttSettings(), lambda name, path=path: path)  # type: ignore[misc]


@pytest.mark.models
@pytest.mark.parametrize(("language", "problem"), [("xx", "no language"), ("de", "English only")])
def test_a_language_the_model_lacks_is_refused(
    model: ModelPath, language: str, problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        WhisperCpp.load(SttSettings(language=language), model)


@pytest.mark.models
def test_a_prompt_tells_how_requests_are_worded(model: ModelPath, whisper: WhisperCpp) -> None:
    clip = recording("said_is_the_garage_door_open")
    told = WhisperCpp.load(SttSettings(prompt="turn on the light, is the door open"), model)
    assert text(whisper, clip) == "Is the garage door open?"
    assert text(told, clip) == "is the garage door open"
    told.close()
