"""Whole turns with the real engines, from one process and one set of engines."""

import json
import resource
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant import engines
from assistant.audio import wav
from assistant.cli import main
from assistant.clock import SkippingClock
from assistant.config import Settings
from assistant.loading import load_engines
from assistant.parts import Engines
from assistant.take import Outcome, take_turn
from models.store import Store

pytestmark = pytest.mark.models

AUDIO = Path(__file__).parent.parent / "audio"
DEMO = AUDIO / "hey_jarvis_what_time_is_it.flac"


@pytest.fixture(scope="module")
def parts() -> Engines:
    return load_engines(Settings(), Store())


def turn(parts: Engines, path: Path, wake_word: bool = False) -> Outcome:
    clock = SkippingClock()
    return take_turn(Settings(), parts, wav.read(path), clock=clock, wake_word=wake_word)


def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *args: object
) -> str:
    monkeypatch.setattr(sys, "argv", ["assistant", *map(str, args)])
    with pytest.raises(SystemExit) as exited:
        main()
    assert not exited.value.code
    return capsys.readouterr().out


def test_the_demo(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A spoken question about the time, after the wake word, is answered with the time."""
    out = tmp_path / "reply.wav"
    printed = json.loads(command(capsys, monkeypatch, "turn", DEMO, "--out", out, "--json"))
    assert printed["wake"]["phrase"] == "hey_jarvis"
    assert printed["wake"]["score"] > 0.5
    assert "time" in printed["transcript"].lower()
    assert printed["reply"].startswith("It's ")
    assert printed["response_ms"] == pytest.approx(
        1000 * (printed["first_audio_s"] - printed["speech_end_s"]), abs=2
    )
    assert {"endpoint", "stt", "reply", "tts"} <= set(printed["stages"])
    with wave.open(str(out)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(
            printed["audio_s"], abs=0.01
        )


def test_without_a_wake_word_nobody_is_called(parts: Engines) -> None:
    outcome = turn(parts, AUDIO / "said_what_time_is_it.flac", wake_word=True)
    assert outcome.trace.wake is None
    assert outcome.trace.transcript == ""
    assert len(outcome.reply) == 0


def test_in_real_time_the_turn_is_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = json.loads(command(capsys, monkeypatch, "turn", DEMO, "--json"))
    paced = json.loads(command(capsys, monkeypatch, "turn", DEMO, "--json", "--realtime"))
    assert quick["transcript"] == paced["transcript"]
    assert quick["wake"] == paced["wake"]


def resident_mb() -> float:
    """What is kept between two turns, not the peak: Piper's noise makes the same sentence a little
    longer or shorter each time."""
    engines.trim()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def test_many_recordings_in_one_process(parts: Engines) -> None:
    """No text leaks from one recording into the next, and memory does not grow."""
    files = sorted(AUDIO.glob("*.flac"))
    assert len(files) >= 20
    first = {path: turn(parts, path).trace.transcript for path in files}
    before_mb = resident_mb()
    again = {path: turn(parts, path).trace.transcript for path in reversed(files)}
    after_mb = resident_mb()
    assert again == first
    assert len(set(first.values())) > len(files) / 2
    assert after_mb - before_mb < 40


def test_ask_and_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "x.wav"
    assert "108" in command(capsys, monkeypatch, "ask", "what's 12 times 9", "--out", out)
    assert np.abs(wav.read(out)).max() > 1000
    told = json.loads(command(capsys, monkeypatch, "ask", "tell me a joke", "--json"))
    assert told["reply"]
    command(capsys, monkeypatch, "say", "Dinner is ready at 18:30.", "--out", out)
    heard = command(capsys, monkeypatch, "transcribe", out)
    assert "dinner is ready" in heard.lower()


def test_a_flipped_bit_in_a_model_is_noticed(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    damaged_models: Path,
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(damaged_models))
    monkeypatch.setattr(sys, "argv", ["assistant", "turn", str(DEMO), "--out", str(tmp_path / "r")])
    with pytest.raises(SystemExit) as exited:
        main()
    assert exited.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("Error: ")
    assert error.count("\n") == 1
    assert "alexa" in error
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def damaged_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed models, but for one bit in the middle of one file."""
    data = tmp_path_factory.mktemp("data")
    root = data / "models"
    root.mkdir()
    for entry in Store().root.iterdir():
        if entry.name != "alexa" and not entry.name.startswith("."):
            (root / entry.name).symlink_to(entry)
    (root / "alexa").mkdir()
    for file in (Store().root / "alexa").iterdir():
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        (root / "alexa" / file.name).write_bytes(content)
    return data


def test_the_bench_answers_both_kinds_of_request_and_says_how_soon(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = tmp_path / "bench.png"
    options = ("--limit", 2, "--without", "turn,eager", "--plot", picture, "--json")
    result = json.loads(command(capsys, monkeypatch, "bench", *options))["result"]
    assert result["ways"].keys() == {"everything", "without turn, eager"}
    for way in result["ways"].values():
        assert way["requests"] == 2
        assert [way["kinds"][kind]["n"] for kind in ("skill", "llm")] == [1, 1]
    quick, slow = (way["kinds"]["skill"]["p50_ms"] for way in result["ways"].values())
    assert quick > 0
    assert slow > 700, "the fixed silence alone takes that long"
    assert result["resting"]["rss_mib"] > 100
    assert picture.read_bytes().startswith(b"\x89PNG")
