"""Which format a file has is said by what is in it; what is installed here is known."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import ModelError
from models.headers.identify import identify
from models.headers.promised import check
from tests.fake_models import ctranslate2_file, whisper_tensors
from tests.quantize.damage import accepted, refused
from tools.quantize.fuzz.mutate import HOSTILE
from tools.quantize.fuzz.tiny import ggml, onnx, safetensors
from tools.quantize.fuzz.tiny_gguf import gguf

_FILES: dict[str, Callable[[], bytes]] = {
    "ggml": ggml,
    "gguf": gguf,
    "onnx": onnx,
    "safetensors": safetensors,
}


@pytest.mark.parametrize("kind", _FILES)
@pytest.mark.parametrize("name", ["model.onnx", "model.gguf", "model.bin", "model"])
def test_the_name_is_no_evidence(tmp_path: Path, kind: str, name: str) -> None:
    assert accepted(tmp_path / name, _FILES[kind]()).format == kind


def test_a_model_of_ctranslate2_is_known(tmp_path: Path) -> None:
    data = ctranslate2_file(whisper_tensors())
    header = accepted(tmp_path / "model.bin", data)
    assert (header.format, header.architecture) == ("ctranslate2", "whisper")
    assert header.parameters > 0
    at = data.index(b"WhisperSpec\0") + 16
    assert "claims" in refused(tmp_path / "x", data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :])
    refused(tmp_path / "x", data[:-1])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\0", "no model file that is known here"),
        (b"hello, this is some text", "no model file that is known here"),
        (b"tjgg\3\0\0\0", "before GGUF"),
        (b"\x1c\0\0\0TFL3", "TensorFlow Lite"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"<!DOCTYPE html>", "web page"),
        (b"PK\5\6" + bytes(18), "no model file"),
        (b"GGUF", "is cut short"),
        (b"lmgg", "is cut short"),
    ],
)
def test_what_it_is_instead_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in refused(tmp_path / "model", data)


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in ((tmp_path / "none", "cannot be read"), (tmp_path, "is not a file")):
        with pytest.raises(ModelError, match=said):
            identify(path)
    with pytest.raises(ModelError, match="is not a file"):
        identify(tmp_path / "pipe")


def test_a_name_of_the_catalog_promises_a_format(tmp_path: Path) -> None:
    path = tmp_path / "fresh"
    for data, good, bad in ((onnx(), "a.onnx", "a.gguf"), (gguf(), "a.gguf", "a.bin")):
        path.write_bytes(data)
        check(path, good)
        check(path, "without-a-promise")
        with pytest.raises(ModelError, match="and should be"):
            check(path, bad)


def test_settings_are_an_object_in_json(tmp_path: Path) -> None:
    path = tmp_path / "fresh"
    path.write_text('{"audio": {}}')
    check(path, "voice.onnx.json")
    for text in ("[]", "{", "[" * 100_000, " " * (2 << 20)):
        path.write_text(text)
        with pytest.raises(ModelError):
            check(path, "voice.onnx.json")


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_values_are_refused_or_make_sense(tmp_path: Path, kind: str) -> None:
    """The files of `tools.quantize.fuzz`, a few of them, without the engines."""
    rng = random.Random(7)
    verdicts = {identified(tmp_path / "x", HOSTILE[kind](rng)) for _ in range(40)}
    assert verdicts == {True, False}


def identified(path: Path, data: bytes) -> bool:
    """Whether the file is let through."""
    path.write_bytes(data)
    try:
        identify(path)
    except ModelError:
        return False
    return True


@pytest.mark.models
@pytest.mark.parametrize(
    ("name", "format", "architecture", "quantisation"),
    [
        ("whisper-tiny.en", "ggml", "whisper", "F16, some F32"),
        ("whisper-tiny.en-q8_0", "ggml", "whisper", "Q8_0, some F32 and F16"),
        ("whisper-base", "ggml", "whisper", "F16, some F32"),
        ("whisper-base-q8_0", "ggml", "whisper", "Q8_0, some F32 and F16"),
        ("smollm2-135m-instruct", "gguf", "llama", "Q4_1, some Q8_0 and F32"),
        ("en_US-joe-medium", "onnx", "voice (Piper)", "float32, some int64 and int32"),
        ("hey_jarvis", "onnx", "wake word (openWakeWord)", "float32"),
        ("alexa", "onnx", "wake word (openWakeWord)", "float32"),
        ("hey_mycroft", "onnx", "wake word (openWakeWord)", "float32"),
        (
            "openwakeword-features",
            "onnx",
            "mel spectrogram (openWakeWord)",
            "float32, some int64",
        ),
        ("silero-vad", "onnx", "voice activity (Silero)", "float32, some int64"),
        (
            "smart-turn-v3.2",
            "onnx",
            "end of turn (Smart Turn)",
            "int8, static: int8, some float32 and int32 and uint8 and int64",
        ),
    ],
)
def test_every_model_of_the_catalog_is_known(
    model: Callable[[str], Path], name: str, format: str, architecture: str, quantisation: str
) -> None:
    path = model(name)
    header = identify(path)
    found = (header.format, header.architecture, header.quantisation, header.bytes)
    assert found == (format, architecture, quantisation, path.stat().st_size)


@pytest.mark.models
def test_the_other_files_of_the_catalogs_models_are_known(model: Callable[[str], Path]) -> None:
    embedding = model("openwakeword-features").with_name("embedding_model.onnx")
    assert identify(embedding).architecture == "speech embedding (openWakeWord)"
    check(model("en_US-joe-medium").with_suffix(".onnx.json"), "en_US-joe-medium.onnx.json")
