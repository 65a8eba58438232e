"""Real models: the published files out of other formats, and what whisper.cpp's own tool writes."""

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import wav
from assistant.engines.whispercpp import WhisperCpp
from assistant.errors import ModelError
from assistant.stt import SttSettings
from models.catalog import Format
from models.ggml_file import Shape, open_ggml, tensor_header
from models.ggml_quantize import quantize
from tests.quantize.checkpoints import Tensors, dims_table, write_hugging_face, write_openai
from tools.quantize.convert.whisper_convert import convert
from tools.quantize.convert.whisper_source import opened

pytestmark = pytest.mark.models

PUBLISHED = {
    "whisper-tiny.en": "c78c86eb1a8faa21b369bcd33207cc90d64ae9df",
    "whisper-base": "465707469ff3a37a2b9b8d8f89f2f99de7299dac",
}
"""SHA-1 sums in whisper.cpp's models/README.md."""
WRITTEN_BY_TOOL: dict[tuple[str, Format], tuple[str, str]] = {
    ("whisper-tiny.en", "q4_0"): (
        "3653b98189ab4dab967110b355a863722213dfac63ca76691b149f79d7b33831",
        "5913aa4f5ee9609a0570d52d35786278168a1e72",
    ),
    ("whisper-tiny.en", "q4_1"): (
        "665ebab7c59736f332d169d07b8debfd735f3c80069cb45e9001ca5f211f3ebe",
        "48a77110fac59f07efa5f99e64b5fcb6b11d07e5",
    ),
    ("whisper-tiny.en", "q5_0"): (
        "3d11806c1fec19226f210c5286f58ef8c0e883c8b1f6a8a9c695c3b1fee35ce8",
        "80584a02ca35570b3d48e2612afe75ed0c7636fe",
    ),
    ("whisper-tiny.en", "q5_1"): (
        "20997113f1fa483058c65fa5959a1027887a823db39ac5de6c78c272e2dd5aac",
        "c11450ef21c2cc7e32d37a31a485e0c558efb5d1",
    ),
    ("whisper-tiny.en", "q8_0"): (
        "5bc2b3860aa151a4c6e7bb095e1fcce7cf12c7b020ca08dcec0c6d018bb7dd94",
        "802d6668e7d411123e672abe4cb6c18f12306abb",
    ),
    ("whisper-base", "q4_0"): (
        "b290745a596d1c667ee10ea33ac87757370327d58286769341ebcf052807798c",
        "a7ee98fad13ed07023755846a18b8b6df298e6f6",
    ),
    ("whisper-base", "q4_1"): (
        "13af88702ae1449effc4f7a47cdf9def3fc22333b86948ddbcb425bbf5c326d7",
        "3d8eefc5228fbbced052435dc767368e79df7e42",
    ),
    ("whisper-base", "q5_0"): (
        "0238cb211a43e8ec0c64c0c4f98d4dbd22682579fa2ab20b49f083c529e7d1f3",
        "22dd2054f7ff690c737c707d49bd6ba5ebb471e7",
    ),
    ("whisper-base", "q5_1"): (
        "80147c665f9ac54ab8c3c7f55da90ac030ea40610495ba4dd0aa6304fd49d731",
        "2adffa14e882a2ec4c687c4e68fdd28d839b7dbf",
    ),
    ("whisper-base", "q8_0"): (
        "c577b9a86e7e048a0b7eada054f4dd79a56bbfa911fbdacf900ac5b567cbb7d9",
        "7bb89bb49ed6955013b166f1b6a6c04584a20fbe",
    ),
    ("whisper-base", "q3_k"): (
        "23e59a4434e0cc96ca7f5489990beae1b2ef007f4db3b7c81131ab282272da87",
        "df0e54a99679fcc7ed2c45b3bd3de548e508646c",
    ),
    ("whisper-base", "q6_k"): (
        "2b2ea725733a619dc390d28b71f602dabb1ab09b0cdef4e411626fac8bb4e685",
        "294d03ed5058877c14a558ace214aac7ac980aa8",
    ),
}
"""SHA-256 and SHA-1 of what `whisper-quantize` of whisper.cpp 1.8.5 (in the source distribution of
pywhispercpp 1.5.1, built by GCC for x86-64) writes from the published files."""
THIN_BY_TOOL: dict[Format, str] = {
    "q2_k": "77e709d7232cc55e057dbf86a4f15f41a0d6570f473675b5c57b36a8ee9dcc62",
    "q4_k": "dd8b0d2d766dd689b18699f00481d3a94087b4c9320f06a0c092104d4a8d63cb",
    "q5_k": "5fde10ba1418c0ca16150c44512409d2153abfa831fccdf27058ece828659b6e",
}
"""SHA-256 of what it writes in the types that take eight seconds for base, from a part of base."""
HEARD: list[tuple[str, Format]] = [
    ("whisper-tiny.en", "q4_0"),
    ("whisper-tiny.en", "q5_1"),
    ("whisper-base", "q4_1"),
    ("whisper-base", "q3_k"),
    ("whisper-base", "q6_k"),
]
"""Of the table: what is loaded and tried here, for time."""
SPEECH = Path(__file__).parents[1] / "audio" / "said_set_a_timer_for_30_seconds.flac"


def tensors_of(path: Path) -> Tensors:
    """Those of a float16 ggml file."""
    found: Tensors = {}
    with open_ggml(path) as reader:
        for name, (dimensions, kind), start, size in reader.tensors(reader.header()):
            raw = reader.cursor.data[start : start + size]
            array = np.frombuffer(raw, ("<f4", "<f2")[kind]).astype("<f2")
            is_column = name.startswith("encoder.conv") and name.endswith(".bias")
            found[name] = array if is_column else array.reshape(dimensions[::-1])
    return found


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("kind", ["OpenAI", "Hugging Face"])
def test_the_published_file_comes_out_of_every_format(
    model: Callable[[str], Path], tmp_path: Path, name: str, kind: str
) -> None:
    """CTranslate2's is what the catalog's own entries are made of."""
    ggml = model(name)
    with open_ggml(ggml) as reader:
        dims = reader.header().dims
    if kind == "OpenAI":
        path = write_openai(tmp_path / "model.pt", tensors_of(ggml), dims_table(dims))
    else:
        path = write_hugging_face(tmp_path / "model", tensors_of(ggml), dims, shards=2)
    out = io.BytesIO()
    with opened(path) as source:
        convert(source, ggml, out)
    assert hashlib.sha1(out.getvalue(), usedforsecurity=False).hexdigest() == PUBLISHED[name]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Format], Path]:
    """Every file of the table, quantised here; two at a time, as ggml lets Python go on."""
    from models.store import Store

    store, folder = Store(), tmp_path_factory.mktemp("quantised")

    def make(key: tuple[str, Format]) -> Path:
        path = folder / f"{key[0]}-{key[1]}.bin"
        with path.open("wb") as out:
            quantize(store.path(key[0]), key[1], out)
        return path

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(WRITTEN_BY_TOOL, pool.map(make, WRITTEN_BY_TOOL), strict=True))


@pytest.mark.parametrize("key", WRITTEN_BY_TOOL, ids="-".join)
def test_each_file_is_what_the_tool_of_whisper_cpp_writes(
    made: dict[tuple[str, Format], Path], key: tuple[str, Format]
) -> None:
    content = made[key].read_bytes()
    found = (
        hashlib.sha256(content).hexdigest(),
        hashlib.sha1(content, usedforsecurity=False).hexdigest(),
    )
    assert found == WRITTEN_BY_TOOL[key]


def thin(path: Path) -> bytes:
    """One layer of each half of a ggml file, and its first 2,048 tokens."""
    out = io.BytesIO()
    with open_ggml(path) as reader:
        header = reader.header()
        dims = replace(header.dims, n_vocab=2048, n_audio_layer=1, n_text_layer=1)
        out.write(replace(header, dims=dims).written())
        for name, (sizes, kind), start, size in reader.tensors(header):
            if ".blocks." in name and ".blocks.0." not in name:
                continue
            raw = reader.cursor.data[start : start + size]
            if name == "decoder.token_embedding.weight":
                sizes = (sizes[0], dims.n_vocab)
                raw = raw[: prod(sizes) * (4, 2)[kind]]
            out.write(tensor_header(name, Shape(sizes, kind)) + raw)
    return out.getvalue()


def test_the_slow_types_of_the_tool(model: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "thin.bin").write_bytes(thin(model("whisper-base")))
    found: dict[Format, str] = {}
    for target in THIN_BY_TOOL:
        out = io.BytesIO()
        quantize(tmp_path / "thin.bin", target, out)
        found[target] = hashlib.sha256(out.getvalue()).hexdigest()
    assert found == THIN_BY_TOOL


@pytest.mark.parametrize("key", HEARD, ids="-".join)
def test_a_file_is_loaded_and_understands_speech(
    made: dict[tuple[str, Format], Path], key: tuple[str, Format]
) -> None:
    engine = WhisperCpp.load(SttSettings(language="en"), lambda name: made[key])
    try:
        text = engine.transcribe(wav.read(SPEECH), lambda: False).text
    finally:
        engine.close()
    assert "30 seconds" in text


@pytest.mark.parametrize("target", ["q2_k", "q3_k", "q4_k", "q5_k", "q6_k"])
def test_tiny_has_rows_that_no_k_type_can_hold(
    model: Callable[[str], Path], target: Format
) -> None:
    """The tool writes a file then, which whisper.cpp refuses: a tensor has the wrong size."""
    out = io.BytesIO()
    with pytest.raises(ModelError, match=f"rows of 384 values and {target} packs 256 at a time"):
        quantize(model("whisper-tiny.en"), target, out)
    assert out.getvalue() == b""
