"""`quantize inspect`: what it is, or what is wrong with it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.errors import ModelError
from tools.quantize.cli import app
from tools.quantize.fuzz.tiny import OnnxTensor, onnx, safetensors
from tools.quantize.fuzz.tiny_gguf import gguf

_RUNNER = CliRunner()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "a.gguf", tmp_path / "b.onnx", tmp_path / "c.safetensors"]
    for path, data in zip(found, (gguf(), onnx(), safetensors()), strict=True):
        path.write_bytes(data)
    return found


def _run(*arguments: object) -> str:
    result = _RUNNER.invoke(app, ["inspect", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0
    return str(result.stdout)


def test_each_file_is_described_in_a_table(files: list[Path]) -> None:
    text = _run(*files)
    assert [line for line in text.splitlines() if line in map(str, files)] == [*map(str, files)]
    for words in ("llama", "F16, some F32", "chat template", "x float32 [1, 4]", "safetensors"):
        assert words in text
    assert "blk.0.attn_q.weight" not in text


def test_tensors_are_listed_when_they_are_wanted(files: list[Path]) -> None:
    text = _run("--tensors", files[0])
    assert "blk.1.ffn_down.weight" in text
    assert "64 x 96" in text


def test_json_is_for_scripts(files: list[Path]) -> None:
    first, second, _ = json.loads(_run("--json", *files))["files"]
    assert (first["format"], first["tensors"]) == ("gguf", 20)
    assert second["details"]["inputs"] == ["x float32 [1, 4]"]
    (shown,) = json.loads(_run("--json", "--tensors", files[2]))["files"]
    assert shown["tensors"][0] == {"name": "a", "shape": [2, 4], "type": "F16", "bytes": 16}


def test_what_is_wrong_is_one_sentence_after_the_rest(files: list[Path]) -> None:
    files[1].write_bytes(onnx()[:-1])
    result = _RUNNER.invoke(app, ["inspect", *map(str, files)])
    assert isinstance(result.exception, ModelError)  # which the command line ends with code 2 for
    assert str(result.exception).startswith("b.onnx is damaged")
    assert "llama" in result.stdout
    assert "safetensors" in result.stdout


def test_json_names_what_is_wrong(files: list[Path]) -> None:
    files[0].write_bytes(b"GGUF")
    result = _RUNNER.invoke(app, ["inspect", "--json", *map(str, files)])
    assert len(json.loads(result.stdout)["files"]) == 2
    assert "a.gguf" in json.loads(result.stdout)["faults"][0]


def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx(tensors=[OnnxTensor("\x1b[31mw[bold]", (), 9, b"\1").message()]))
    text = _run("--tensors", path)
    assert "\x1b" not in text
    assert "?[31mw[bold]" in text
