"""`quantize convert whisper` and `quantize quantize ggml`, as typed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from assistant.errors import AssistantError, InputError, ModelError
from models.ggml_file import FTYPE_F32
from models.headers.identify import identify
from tests.quantize.checkpoints import random_tensors, write_ctranslate2, write_openai
from tools.quantize import provenance
from tools.quantize.cli import app
from tools.quantize.fuzz import tiny

TENSORS = random_tensors()


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def ctranslate2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ctranslate2(tmp_path_factory.mktemp("whisper") / "kitchen", TENSORS)


@pytest.fixture
def ggml(ctranslate2: Path, tmp_path: Path) -> Path:
    run("convert", "whisper", ctranslate2, "--out", tmp_path / "ggml-kitchen.bin")
    return tmp_path / "ggml-kitchen.bin"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_conversion_says_what_it_wrote_and_from_what(ctranslate2: Path, tmp_path: Path) -> None:
    out = tmp_path / "ggml.bin"
    said = run("convert", "whisper", ctranslate2, "--out", out).stdout
    assert said == f"wrote {out}: {out.stat().st_size / 1e6:.1f} MB, SHA-256 {digest(out)}\n"
    assert listing(tmp_path) == ["ggml.bin", "ggml.bin.provenance.json"]
    account = provenance.read(out)
    assert account.command == "convert whisper"
    assert account.settings == {"from": "CTranslate2", "type": "f16"}
    assert {file.name: file.sha256 for file in account.sources} == {
        name: digest(ctranslate2 / name) for name in ("model.bin", "vocabulary.json")
    }


def test_a_checkpoint_of_openai_borrows_a_vocabulary(
    ggml: Path, ctranslate2: Path, tmp_path: Path
) -> None:
    source = write_openai(tmp_path / "kitchen.pt", TENSORS)
    out = tmp_path / "again.bin"
    said = run(
        *("convert", "whisper", source, "--out", out, "--vocabulary", ctranslate2, "--json")
    ).stdout
    told: dict[str, Any] = json.loads(said)
    assert told["from"] == "OpenAI"
    assert told["vocabulary"] == str(ctranslate2 / "vocabulary.json")
    assert [row["sha256"] for row in told["written"]] == [digest(out)]
    assert out.read_bytes() == ggml.read_bytes()


def test_nothing_is_replaced_unasked_and_nothing_half_written_stays(
    ggml: Path, ctranslate2: Path, tmp_path: Path
) -> None:
    before, names = digest(ggml), listing(tmp_path)
    with pytest.raises(InputError, match="exists: name another file, or replace it with --force"):
        run("convert", "whisper", ctranslate2, "--out", ggml)
    name = "decoder.ln.bias"
    spoilt = write_openai(tmp_path / "bad.pt", TENSORS | {name: TENSORS[name] * np.inf})
    with pytest.raises(AssistantError, match=r"values that are no numbers in 'decoder\.ln\.bias'"):
        run(*("convert", "whisper", spoilt, "--out", ggml, "--vocabulary", ctranslate2, "--force"))
    assert digest(ggml) == before
    assert listing(tmp_path) == sorted([*names, "bad.pt"])
    run("convert", "whisper", ctranslate2, "--out", ggml, "--force")
    assert digest(ggml) == before


@pytest.mark.parametrize("place", [".", "no/such/ggml.bin"])
def test_a_place_that_cannot_be_is_named_at_once(
    ctranslate2: Path, tmp_path: Path, place: str
) -> None:
    with pytest.raises(InputError, match="cannot be a file: name one in a folder that exists"):
        run("convert", "whisper", ctranslate2, "--out", tmp_path / place)


def test_each_type_becomes_a_file_with_an_account(ggml: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    said = run(
        *("quantize", "ggml", ggml, "--to", "q5_0, Q8_0", "--out-dir", tmp_path / "small")
    ).stdout
    files = [tmp_path / "small" / f"ggml-kitchen-{target}.bin" for target in ("q5_0", "q8_0")]
    assert [line.split(":")[0] for line in said.splitlines()] == [f"wrote {each}" for each in files]
    for file, target in zip(files, ("q5_0", "q8_0"), strict=True):
        account = provenance.read(file)
        assert account.settings == {"type": target}
        assert "pywhispercpp" in account.made_by
        assert account.sources == (provenance.read(ggml).file,)
    with pytest.raises(InputError, match=r"ggml-kitchen-q8_0\.bin exists"):
        run("quantize", "ggml", ggml, "--to", "q4_0,q8_0", "--out-dir", tmp_path / "small")
    assert len(listing(tmp_path / "small")) == 4


def test_a_file_in_float32_becomes_one_that_whisper_cpp_loads(tmp_path: Path) -> None:
    dims = replace(tiny.WHISPER, n_audio_state=32, n_text_state=32)
    (tmp_path / "ggml-long.bin").write_bytes(tiny.ggml(dims, FTYPE_F32))
    run("quantize", "ggml", tmp_path / "ggml-long.bin", "--to", "q8_0")
    assert identify(tmp_path / "ggml-long-q8_0.bin").quantisation.startswith("Q8_0")


def test_all_is_what_the_model_can_have(ggml: Path) -> None:
    told = json.loads(run("quantize", "ggml", ggml, "--to", "all", "--json").stdout)
    assert [Path(row["file"]).stem.split("-")[-1] for row in told["written"]] == [
        *("q4_0", "q4_1", "q5_0", "q5_1", "q8_0")
    ]


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("q9", "'q9' is no list of types: choose from q4_0"),
        (",", "',' is no list of types"),
        ("q5_0,q4_k", "rows of 32 values and q4_k packs 256 at a time: choose one of q4_0"),
    ],
)
def test_an_impossible_type_is_refused_before_anything_is_written(
    ggml: Path, tmp_path: Path, to: str, says: str
) -> None:
    names = listing(tmp_path)
    with pytest.raises(AssistantError, match=says):
        run("quantize", "ggml", ggml, "--to", to)
    assert listing(tmp_path) == names


def test_what_cannot_be_quantised_is_told_apart(ggml: Path, tmp_path: Path) -> None:
    run("quantize", "ggml", ggml, "--to", "q8_0")
    with pytest.raises(ModelError, match=r"ggml-kitchen-q8_0\.bin is quantised already"):
        run("quantize", "ggml", tmp_path / "ggml-kitchen-q8_0.bin", "--to", "q5_0")
    with pytest.raises(ModelError, match=r"gone\.bin cannot be read"):
        run("quantize", "ggml", tmp_path / "gone.bin", "--to", "q5_0")
    (tmp_path / "notes.txt").write_text("hello, this is no model at all, nor was it ever one.")
    with pytest.raises(ModelError, match=r"notes\.txt is not a ggml Whisper file"):
        run("quantize", "ggml", tmp_path / "notes.txt", "--to", "q5_0")
