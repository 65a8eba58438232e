"""`assistant eval echo` and `self-trigger`, with engines that look at the samples."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.audio import wav
from assistant.audio.types import RATE, AudioChunk, Cancelled, Frame, Pcm
from assistant.commands import evaluate
from assistant.errors import InputError
from assistant.evaluate import echo as echo_evaluation
from assistant.evaluate import self_trigger
from assistant.evaluate.echo import PAUSE_S, cancelled, erle_db, replies, single_talk
from assistant.stt import Transcript
from assistant.wake import Detection


def noise(seconds: float, size: float = 5_000, seed: int = 1) -> Pcm:
    return np.random.default_rng(seed).normal(0, size, round(seconds * RATE)).astype(np.int16)


class Softer:
    """Takes 20 dB off everything while the loudspeaker sounds, and is 10 ms behind."""

    delay = 160

    def __init__(self) -> None:
        self.resets = 0

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        softer = near // 10 if far.any() else near
        return np.concatenate([np.zeros(self.delay, np.int16), softer])[: len(near)]

    def reset(self) -> None:
        self.resets += 1


class Voice:
    rate = 22_050

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        samples = np.random.default_rng(len(text)).normal(0, 4_000, 11_025).astype(np.int16)
        yield AudioChunk(samples, self.rate)
        yield AudioChunk(samples, self.rate)


class Ears:
    """Loud is a voice and a wake word, and every recording says "set a timer"."""

    def __init__(self, loud: float) -> None:
        self._loud = loud
        self._next = 0

    def detected(self, frame: Frame) -> Detection | None:
        level = np.abs(frame.pcm.astype(np.int32)).mean()
        if level < self._loud or frame.start < self._next:
            return None
        self._next = frame.start + RATE // 2
        return Detection("alexa", 0.9, frame.end)

    def reset(self) -> None:
        self._next = 0

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return Transcript("Set a timer.")


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(role: str, settings: Any, model: Callable[[str], Path]) -> Any:
        if role in ("echo", "tts"):
            return Softer() if role == "echo" else Voice()
        ears: Any = Ears(300)
        ears.push = ears.detected if role == "wake" else lambda frame: float(len(frame.pcm) < 0)
        return ears

    monkeypatch.setattr(evaluate, "load_engine", load)
    monkeypatch.setattr(echo_evaluation, "SECONDS", 4.0)
    monkeypatch.setattr(echo_evaluation, "ERRORS_S", (-0.01, 0.05))
    monkeypatch.setattr(echo_evaluation, "DELAYS_S", (0.02, 0.1))
    monkeypatch.setattr(echo_evaluation, "ROOMS_S", (0.2,))
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in "awn":
        wav.write(tmp_path / f"{name}.wav", noise(1.0))
    rows = [
        {"file": "a.wav", "set": "home", "text": "set two timers"},
        {"file": "w.wav", "set": "wake", "text": "alexa"},
        {"file": "n.wav", "set": "quiet", "label": "noise: rain"},
    ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(evaluate.app, [str(one) for one in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_erle_is_what_was_taken_away_where_something_sounds() -> None:
    before = np.concatenate([noise(1), noise(1, 10), noise(1)])
    after = np.concatenate([noise(1) // 10, noise(1, 10), noise(1) // 100])
    at, taken = erle_db(before, after)
    assert at.tolist() == [0, 0.25, 0.5, 0.75, 2, 2.25, 2.5, 2.75]
    assert taken[:4] == pytest.approx(20, abs=0.1)
    assert taken[4:] == pytest.approx(40, abs=0.3)


def test_a_result_is_put_where_it_belongs_and_begins_afresh() -> None:
    canceller = Softer()
    result = cancelled(canceller, noise(1), noise(1))
    assert canceller.resets == 1
    assert np.array_equal(result[:-160], noise(1)[:-160] // 10)


def test_replies_follow_each_other_in_whole_blocks() -> None:
    one, two = noise(0.5), noise(0.7, seed=2)
    far = replies([one, two], 5)
    assert len(far) == 5 * RATE
    assert not far[:RATE].any()
    second = RATE + len(one) + round(PAUSE_S * RATE)
    assert np.array_equal(far[second : second + len(two)], two)
    assert far[-RATE:].any()


def test_single_talk_in_every_room_and_out_of_step() -> None:
    found = single_talk(Softer(), [noise(1)])
    assert [(room["delay_s"], room["rt60_s"]) for room in found["rooms"]] == [
        (0.02, 0.2),
        (0.1, 0.2),
    ]
    for one in [*found["rooms"], *found["misaligned"]]:
        assert one["erle_p50_db"] == pytest.approx(20, abs=1)
        assert one["erle_first_second_db"] == pytest.approx(20, abs=1)


def test_echo(corpus: Path) -> None:
    made = json.loads(run("echo", corpus, "--json"))
    assert made["kind"] == "echo"
    assert made["dataset"]["skipped"] == {"no speech": 1}
    talks = made["result"]["double_talk"]
    assert [(one["level_db"], one["echo"], one["cancel"]) for one in talks] == [
        (0, False, False),
        *((level, True, True) for level in (0, -5, -10)),
        (0, True, False),
    ]
    assert all(one["words"]["wer"] == pytest.approx(2 / 3) for one in talks)
    # Softer by 20 dB, nobody is heard; alone in the room or over an echo that is left everybody is.
    assert [one["wake"]["heard"] for one in talks] == [1, 0, 0, 0, 1]
    assert {one["wake"]["wake_words"] for one in talks} == {1}


def test_echo_without_wake_words_or_without_other_words(corpus: Path) -> None:
    home = json.loads(run("echo", corpus, "--set", "home", "--json"))["result"]["double_talk"]
    assert [one["wake"] for one in home] == [None] * 5
    wake = json.loads(run("echo", corpus, "--set", "wake", "--json"))["result"]["double_talk"]
    assert [one["words"] for one in wake] == [None] * 5


def test_self_trigger() -> None:
    made = json.loads(run("self-trigger", "--limit", 3, "--json"))
    assert (made["kind"], made["dataset"]["rows"]) == ("self_trigger", 3)
    rows = made["result"]["volumes"]
    assert [(row["volume_dbfs"], row["cancel"]) for row in rows] == [
        (room.level_dbfs, cancel) for room in self_trigger.VOLUMES for cancel in (True, False)
    ]
    usual = rows[2:4]
    assert usual[0]["wakes"] == 0
    assert usual[1]["wakes"] > 3


@pytest.mark.parametrize("command", [("echo", "MANIFEST"), ("self-trigger", "--limit", "2")])
def test_people_get_tables_and_a_picture(
    corpus: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    picture = tmp_path / "x.png"
    arguments = [str(corpus) if one == "MANIFEST" else one for one in command]
    assert "SHA-256" in run(*arguments, "--plot", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_recordings_without_speech_say_nothing_about_people(corpus: Path) -> None:
    with pytest.raises(InputError, match="no speech"):
        run("echo", corpus, "--set", "quiet")
