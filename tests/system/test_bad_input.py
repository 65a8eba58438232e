"""Whatever is wrong, the command line says it in one sentence, exits with 2 and writes nothing."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.cli import main

RATE = 16_000


def header(rate: int = RATE, channels: int = 1, data_bytes: int = 0, bits: int = 16) -> bytes:
    """The first 44 bytes of a PCM WAV that claims these numbers."""
    block = channels * bits // 8
    riff = struct.pack("<4sI4s", b"RIFF", min(36 + data_bytes, 2**32 - 1), b"WAVE")
    fmt = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * block % 2**32, block % 2**16, bits
    )
    return riff + fmt + struct.pack("<4sI", b"data", min(data_bytes, 2**32 - 1))


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *args: object) -> str:
    """Run `assistant` with these arguments; return the sentence it ends with."""
    monkeypatch.setattr(sys, "argv", ["assistant", *map(str, args)])
    with pytest.raises(SystemExit) as exited:
        main()
    printed = capsys.readouterr()
    assert exited.value.code == 2, printed
    assert printed.out == ""
    assert printed.err.startswith("Error: ")
    assert printed.err.count("\n") == 1
    return printed.err


FILES = {
    "empty": b"",
    "text": b"this is not a sound file, but it is long enough to look at\n" * 20,
    "no_rate": header(rate=0, data_bytes=320) + bytes(320),
    "mad_rate": header(rate=4_000_000_000, data_bytes=320) + bytes(320),
    "65535_channels": header(channels=65_535, data_bytes=320) + bytes(320),
    "header_only": header(data_bytes=0),
    "cut_header": header()[:20],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["turn", "transcribe", "listen"])
def test_a_file_that_is_no_recording(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    command: str,
) -> None:
    path = tmp_path / f"{name}.wav"
    path.write_bytes(FILES[name])
    out = ["--out", tmp_path / "reply.wav"] if command == "turn" else []
    assert str(path) in run(capsys, monkeypatch, command, path, *out)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_hour_of_silence_in_a_small_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "hour.flac"
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16", format="FLAC") as file:
        for _ in range(360):
            file.write(np.zeros(10 * RATE, np.int16))
    assert "60" in run(capsys, monkeypatch, "turn", path)


def test_paths_that_lead_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(capsys, monkeypatch, "turn", tmp_path / "missing.wav")
    run(capsys, monkeypatch, "turn", tmp_path)
    run(capsys, monkeypatch, "turn", "/dev/zero")
    good = tmp_path / "good.wav"
    soundfile.write(good, np.zeros(RATE, np.int16), RATE)
    run(capsys, monkeypatch, "turn", good, "--out", tmp_path / "no" / "such" / "reply.wav")
    (tmp_path / "notes.txt").write_text("precious")
    run(capsys, monkeypatch, "turn", good, "--out", tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "precious"


def test_a_model_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    good = tmp_path / "good.wav"
    soundfile.write(good, np.zeros(RATE, np.int16), RATE)
    for command in ("turn", "transcribe", "listen"):
        assert "assistant models pull" in run(capsys, monkeypatch, command, good)
    assert "assistant models pull" in run(
        capsys, monkeypatch, "say", "hello", "--out", tmp_path / "x.wav"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["good.wav"]


def test_settings_that_do_not_exist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    good = tmp_path / "good.wav"
    soundfile.write(good, np.zeros(RATE, np.int16), RATE)
    for text, says in [
        ("[stt]\nmodle = 'x'\n", "line 2"),
        ("[stt]\nengine = 'ears'\n", "whispercpp"),
        ("[stt]\nmodel = 'whisper-huge'\n", "whisper-huge"),
        ("[skills]\nenabled = ['juggling']\n", "juggling"),
    ]:
        config.write_text(text)
        assert says in run(capsys, monkeypatch, "turn", good, "--config", config)


def test_words_that_cannot_be_asked_or_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(capsys, monkeypatch, "ask", "   ")
    run(capsys, monkeypatch, "say", "a" * 20_000, "--out", tmp_path / "x.wav")
    assert list(tmp_path.iterdir()) == []
