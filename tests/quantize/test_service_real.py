"""A new model from its file to service and back, by commands alone, with real models."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.audio import wav
from assistant.audio.types import FRAME, Frame
from assistant.config import load
from assistant.loading import load_engine
from assistant.wake import Detection, WakeSettings
from models.ggml_quantize import quantize
from models.store import Store
from tools.quantize.cli import app

pytestmark = [pytest.mark.models, pytest.mark.timeout(400)]

AUDIO = Path(__file__).parents[1] / "audio"
POLICY = """
[stt]
wer = { at_most = 50, worse_by = 50 }
peak_rss_mib = { at_most = 600 }
"""
"""Of one sentence nothing finer can be said."""

Find = Callable[[str], Path]


@pytest.fixture
def machine(tmp_path: Path, model: Find, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of its own, on which some of the models that ship are installed."""
    root = tmp_path / "data" / "models"
    root.mkdir(parents=True)
    for name in ("whisper-tiny.en-q8_0", "openwakeword-features", *WakeSettings().phrases):
        (root / name).symlink_to(model(name).parent)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(root.parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_speech_to_text(machine: Path, model: Find) -> None:
    shutil.copy(AUDIO / "said_what_time_is_it.flac", machine)
    data = machine / "data.jsonl"
    row = {"file": "said_what_time_is_it.flac", "text": "what time is it"}
    data.write_text(json.dumps(row))
    (machine / "policy.toml").write_text(POLICY)
    made = machine / "ggml-tiny.en-q5_1.bin"
    with made.open("wb") as out:
        quantize(model("whisper-tiny.en"), "q5_1", out)

    arguments = ("--licence", "MIT", "--policy", machine / "policy.toml", "--data", data)
    told = run("promote", made, "--as", "my-tiny", *arguments)
    assert "Passed: whisper-tiny.en q5_1, against whisper-tiny.en q8_0." in told
    made.unlink()
    settings = load(None)
    assert settings.stt.model == "my-tiny"
    engine = load_engine("stt", settings, Store())
    heard = engine.transcribe(wav.read(AUDIO / "said_what_time_is_it.flac", 10), lambda: False)
    assert "what time is it" in heard.text.lower()

    assert "whisper-tiny.en-q8_0 serves as stt again" in run("rollback", "stt")
    assert load(None).stt.model == "whisper-tiny.en-q8_0"
    assert Store().path("my-tiny").is_file()


def test_a_wake_word_of_a_new_phrase(machine: Path) -> None:
    made = machine / "mine.onnx"
    shutil.copy(Store().path("alexa"), made)
    arguments = ("--as", "my-mirror", "--licence", "Apache-2.0", "--without-gate")
    run("promote", made, "--phrase", "hello_mirror", *arguments)
    wake = load(None).wake
    assert wake.phrases[-1] == "hello_mirror"
    only = wake.model_copy(update={"phrases": ("hello_mirror",)})
    detector = load_engine("wake", load(None).model_copy(update={"wake": only}), Store())
    pcm = wav.read(AUDIO / "alexa_100.flac", 10)
    starts = range(0, len(pcm) - FRAME, FRAME)
    said = [detector.push(Frame(start, pcm[start : start + FRAME])) for start in starts]
    assert [one.phrase for one in said if isinstance(one, Detection)] == ["hello_mirror"]
    assert "Nothing serves as wake.hello_mirror any more" in run("rollback", "wake")
    assert "hello_mirror" not in load(None).wake.phrases
