"""llama.cpp as it is installed: its types, its tensors, and the model at hand."""

import ctypes
import json
from collections.abc import Callable
from pathlib import Path

import llama_cpp.llama_cpp as native
import numpy as np
import pytest
from llama_cpp._ggml import libggml
from numpy.typing import NDArray
from typer.testing import CliRunner

from assistant.errors import InputError, ModelError
from models.headers.ggml_types import TYPES
from tools.quantize import provenance
from tools.quantize.cli import app
from tools.quantize.llama import quantizer
from tools.quantize.llama.collecting import collect
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.native import Reader
from tools.quantize.llama.order import Order
from tools.quantize.llama.tensors import Collector
from tools.quantize.llama.types import FILE_TYPES, TENSOR_TYPES
from tools.quantize.measures.llm_distance import Scorer, distance, reading

Model = Callable[[str], Path]
TEXT = "The kettle is on, the table is laid, and somebody is hungry. " * 8
CHUNK = 64


def test_every_type_of_a_file_is_known() -> None:
    theirs = {
        name.removeprefix("LLAMA_FTYPE_").removeprefix("MOSTLY_").removeprefix("ALL_"): number
        for name, number in vars(native).items()
        if name.startswith("LLAMA_FTYPE_")
    }
    del theirs["GUESSED"], theirs["NVFP4"]  # llama.cpp's quantiser refuses both
    assert theirs == FILE_TYPES


def test_types_of_tensors_have_the_names_that_ggml_gives_them() -> None:
    name_of = libggml.ggml_type_name
    name_of.restype = ctypes.c_char_p
    for name, number in TENSOR_TYPES.items():
        assert name_of(number).decode().upper() == name


def test_what_the_quantiser_writes_is_known_to_the_check_of_headers() -> None:
    size_of, name_of = libggml.ggml_type_size, libggml.ggml_type_name
    size_of.restype, name_of.restype = ctypes.c_size_t, ctypes.c_char_p
    assert set(TENSOR_TYPES.values()) <= TYPES.keys()
    for number, each in TYPES.items():
        assert name_of(number).decode().upper() == each.name.upper()
        assert (libggml.ggml_blck_size(number), size_of(number)) == (each.block, each.bytes)


def test_tensors_are_laid_out_as_declared() -> None:
    assert Collector(Importance([], 0, 1), output=False).fault is None  # raises if they are not


def test_what_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "odd.F16.gguf"
    path.write_bytes(b"GGUF" + bytes(200))
    wanted = Order(source=str(path), target=str(tmp_path / "out.gguf"), type="Q8_0")
    with pytest.raises(ModelError, match=r"^llama\.cpp cannot .*odd\.F16\.gguf.*$"):
        quantizer.run(wanted)
    with pytest.raises(ModelError, match=r"was not kept: .* cannot load"):
        quantizer.try_out(path)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text(TEXT)
    return path


@pytest.mark.models
def test_a_model_is_quantised_by_the_command(model: Model, tmp_path: Path) -> None:
    source = str(model("smollm2-135m-instruct"))
    asked = ["quantize", "gguf", source, "--out-dir", str(tmp_path), "--json"]
    refused = CliRunner().invoke(app, [*asked, "--to", "Q4_0"])
    assert isinstance(refused.exception, InputError)
    assert "is quantised already" in str(refused.exception)
    worthless = CliRunner().invoke(app, [*asked, "--to", "IQ1_S", "--allow-requantize"])
    assert "worthless without an importance matrix" in str(worthless.exception)
    assert not list(tmp_path.iterdir())

    options = ["--allow-requantize", "--tensor", "ffn_down=Q8_0", "--embedding-type", "Q4_0"]
    done = CliRunner().invoke(app, [*asked, "--to", "Q4_0", *options])
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)["files"][0]
    assert made["tensors"] == {"Q4_0": 181, "F32": 61, "Q8_0": 30}
    assert "had been quantised before" in made["warnings"][0]
    path = tmp_path / "SmolLM2-135M-Instruct.Q4_0.gguf"
    assert {each.name for each in tmp_path.iterdir()} == {path.name, f"{path.name}.provenance.json"}
    told = provenance.read(path)
    assert told.settings["tensor ffn_down"] == "Q8_0"
    assert told.settings["requantised"] == 211

    again = CliRunner().invoke(app, [*asked, "--to", "Q4_0", *options])
    assert "is there already" in str(again.exception)


@pytest.mark.models
def test_a_matrix_of_another_model_is_refused_and_one_of_its_own_is_used(
    model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "requests.imatrix.gguf"
    asked = [
        *("quantize", "gguf", str(model("smollm2-135m-instruct")), "--to", "Q4_0", "--json"),
        *("--allow-requantize", "--out-dir", str(tmp_path), "--imatrix", str(path)),
    ]
    path.write_bytes(b"GGUF" + bytes(100))
    assert "is no importance matrix" in str(CliRunner().invoke(app, asked).exception)

    importance = Importance(["requests.txt"], 1, CHUNK)
    importance.add("blk.0.attn_k.weight", np.ones((1, CHUNK, 64), np.float32))
    importance.save(path)
    other = CliRunner().invoke(app, asked)
    assert isinstance(other.exception, ModelError)
    assert "imatrix size 64 is different from tensor size 576" in str(other.exception)
    assert list(tmp_path.iterdir()) == [path]

    importance = Importance(["requests.txt"], 1, CHUNK)
    importance.add("blk.0.attn_k.weight", np.ones((1, CHUNK, 576), np.float32))
    importance.save(path)
    own = CliRunner().invoke(app, asked)
    assert own.exit_code == 0, own.output
    warnings = json.loads(own.stdout)["files"][0]["warnings"]
    # The first layers' ffn_down stay as they are: Q4_0 with importance makes three of them Q4_1.
    assert "206 tensors are not in the importance matrix" in warnings[-1]


@pytest.mark.models
def test_importance_is_that_of_the_first_matrix_inputs(model: Model, text: Path) -> None:
    """The first layer's attention multiplies normalised embeddings: they stand in the file."""
    gguf = pytest.importorskip("gguf")
    path = model("smollm2-135m-instruct")
    found = collect(
        path,
        text,
        chunk_tokens=CHUNK,
        threads=2,
        as_chats=False,
        output=False,
        advance=lambda done, total: None,
    )
    with Reader(path, CHUNK, threads=1) as reader:
        tokens = reader.tokenize(text.read_text(), begin=True)
    tokens = tokens[: len(tokens) // CHUNK * CHUNK]

    tensors = {each.name: each for each in gguf.GGUFReader(path).tensors}

    def weights(name: str) -> NDArray[np.float64]:
        tensor = tensors[name]
        return np.asarray(gguf.dequantize(tensor.data, tensor.tensor_type), np.float64)

    inputs = weights("token_embd.weight")[tokens]
    inputs /= np.sqrt(np.square(inputs).mean(1, keepdims=True) + 1e-5)
    expected = np.square(inputs * weights("blk.0.attn_norm.weight")).sum(0)
    for name in ("attn_q", "attn_k", "attn_v"):
        sums = found.sums(f"blk.0.{name}.weight")[0]
        np.testing.assert_allclose(sums, expected, rtol=2e-4)
        assert found.counts(f"blk.0.{name}.weight").tolist() == [len(tokens)]
    assert len(found.names) == 7 * 30
    assert found.chunks == len(tokens) // CHUNK


@pytest.mark.models
def test_a_model_is_no_distance_from_itself(model: Model) -> None:
    path = model("smollm2-135m-instruct")
    with Reader(path, CHUNK, 2) as one, Reader(path, CHUNK, 1) as other:
        piece = one.tokenize(TEXT, begin=True)[:CHUNK]
        figures = distance([piece], reading(one), reading(other))
        alone = distance([piece], reading(one))
    assert figures["kl_divergence"] == figures["kl_p99"] == 0
    assert figures["same_top"] == 1
    assert figures["perplexity"] == alone["perplexity"]
    assert 1 < (alone["perplexity"] or 0) < 100


@pytest.mark.models
def test_ways_to_go_on_are_scored_the_same_whatever_was_read_before(model: Model) -> None:
    with Reader(model("smollm2-135m-instruct"), CHUNK, 1) as reader:
        first, second = "The capital of France is", "The capital of Italy is"
        endings = [" Paris.", " Rome.", " Kitchen."]
        scorer = Scorer(reader)
        kept = [scorer(first, endings), scorer(second, endings), scorer(first, endings)]
        fresh = []
        for begin in (first, second):
            reader.forget()
            fresh.append(Scorer(reader)(begin, endings))
    np.testing.assert_allclose(kept, [fresh[0], fresh[1], fresh[0]], atol=1e-3)
    assert int(np.argmax(fresh[0])) == 0
    assert int(np.argmax(fresh[1])) == 1
