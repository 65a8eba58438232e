"""CTranslate2 in, ggml out: nothing is trusted on the way in, every value arrives."""

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.catalog import Format
from models.ggml_quantize import quantize
from models.mel import mel_filters
from models.whisper_ctranslate2 import CTranslate2Model
from models.whisper_ggml import assemble
from models.whisper_vocabulary import read_vocabulary
from tests.fake_models import ctranslate2_file, whisper_tensors, whisper_vocabulary

NAME = Path("model.bin")
TENSORS = whisper_tensors()
FILE = ctranslate2_file(TENSORS)


class Ggml:
    """A reader of ggml Whisper files that is independent of the writer."""

    def __init__(self, data: bytes) -> None:
        self.magic, *self.parameters = struct.unpack_from("<12i", data)
        at = 48
        bands, bins = struct.unpack_from("<2i", data, at)
        self.mel = np.frombuffer(data, "<f4", bands * bins, at + 8).reshape(bands, bins)
        at += 8 + 4 * bands * bins
        (count,) = struct.unpack_from("<i", data, at)
        at += 4
        self.tokens: list[bytes] = []
        for _ in range(count):
            (length,) = struct.unpack_from("<i", data, at)
            self.tokens.append(data[at + 4 : at + 4 + length])
            at += 4 + length
        self.tensors: dict[str, tuple[int, tuple[int, ...], bytes]] = {}
        while at < len(data):
            rank, length, kind = struct.unpack_from("<3i", data, at)
            shape = struct.unpack_from(f"<{rank}i", data, at + 12)[::-1]
            at += 12 + 4 * rank
            name = data[at : at + length].decode()
            size = (
                int(np.prod(shape)) * 34 // 32 if kind == 8 else int(np.prod(shape)) * (4, 2)[kind]
            )
            self.tensors[name] = (kind, shape, data[at + length : at + length + size])
            at += length + size

    def array(self, name: str) -> NDArray[Any]:
        kind, shape, data = self.tensors[name]
        if kind == 8:  # q8_0: a float16 scale and 32 signed bytes
            blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("values", "i1", 32)]))
            values: NDArray[Any] = blocks["scale"][:, None].astype(np.float32) * blocks["values"]
            return values.reshape(shape)
        flat: NDArray[Any] = np.frombuffer(data, ("<f4", "<f2")[kind])
        return flat.reshape(shape)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small float16 ggml file."""
    return _ggml_file(tmp_path_factory.mktemp("whisper"), TENSORS)


def _ggml_file(folder: Path, tensors: dict[str, NDArray[Any]]) -> Path:
    (folder / "model.bin").write_bytes(ctranslate2_file(tensors))
    (folder / "vocabulary.txt").write_text(whisper_vocabulary(), "utf-8")
    with (folder / "ggml.bin").open("wb") as out:
        assemble(folder / "model.bin", folder / "vocabulary.txt", out)
    return folder / "ggml.bin"


def test_the_header_says_what_the_model_is(full: Path) -> None:
    ggml = Ggml(full.read_bytes())
    assert ggml.magic == 0x67676D6C
    assert ggml.parameters == [60, 12, 32, 2, 1, 8, 32, 2, 1, 80, 1]
    assert ggml.tokens[:4] == [b"!", b" the", b"\n", b"a"]
    assert len(ggml.tokens) == 50_257


def test_every_tensor_arrives_under_its_name_and_precision(full: Path) -> None:
    ggml = Ggml(full.read_bytes())
    kinds = {name: kind for name, (kind, _, _) in ggml.tensors.items()}
    assert len(kinds) == len(TENSORS) - 2 + 2 * 3 + 1  # no scalars; fused ones taken apart
    assert kinds["encoder.conv1.weight"] == 1
    assert kinds["decoder.token_embedding.weight"] == 1
    assert kinds["encoder.positional_embedding"] == 0
    assert kinds["encoder.blocks.0.attn_ln.weight"] == 0
    assert ggml.tensors["encoder.conv2.bias"][:2] == (0, (32, 1))
    assert not [name for name in kinds if name.endswith("key.bias")]
    assert ggml.array("encoder.conv1.weight").shape == (32, 80, 3)


def test_fused_projections_are_taken_apart_in_order(full: Path) -> None:
    ggml = Ggml(full.read_bytes())
    own = TENSORS["decoder/layer_0/self_attention/linear_0/weight"]
    cross = TENSORS["decoder/layer_0/attention/linear_1/weight"]
    bias = TENSORS["decoder/layer_0/attention/linear_1/bias"]
    block = "decoder.blocks.0"
    for name, expected in (
        ("attn.query", own[:32]),
        ("attn.key", own[32:64]),
        ("attn.value", own[64:]),
        ("attn.out", TENSORS["decoder/layer_0/self_attention/linear_1/weight"]),
        ("cross_attn.query", TENSORS["decoder/layer_0/attention/linear_0/weight"]),
        ("cross_attn.key", cross[:32]),
        ("cross_attn.value", cross[32:]),
        ("cross_attn.out", TENSORS["decoder/layer_0/attention/linear_2/weight"]),
    ):
        np.testing.assert_array_equal(ggml.array(f"{block}.{name}.weight"), expected)
    np.testing.assert_array_equal(ggml.array(f"{block}.cross_attn.value.bias"), bias[32:])


def test_quantising_keeps_every_matrix_within_half_a_step(full: Path) -> None:
    out = io.BytesIO()
    quantize(full, "q8_0", out)
    before, after = Ggml(full.read_bytes()), Ggml(out.getvalue())
    assert after.parameters == [*before.parameters[:-1], 2007]
    assert after.tokens == before.tokens
    assert list(after.tensors) == list(before.tensors)
    for name, (kind, shape, data) in before.tensors.items():
        if kind == 1 and len(shape) == 2:
            exact = before.array(name).astype(np.float32).reshape(-1, 32)
            step = np.abs(exact).max(axis=1, keepdims=True) / 127
            error = np.abs(after.array(name).reshape(-1, 32) - exact)
            assert after.tensors[name][0] == 8
            assert (error <= step * 0.57).all()  # half a step, and the scale's own rounding
        else:
            assert after.tensors[name] == (kind, shape, data)


@pytest.mark.parametrize(
    ("target", "ftype", "block_bytes"),
    [
        *(("q4_0", 2002, 18), ("q4_1", 2003, 20)),
        *(("q5_0", 2008, 22), ("q5_1", 2009, 24), ("q8_0", 2007, 34)),
    ],
)
def test_each_format_has_its_size(full: Path, target: Format, ftype: int, block_bytes: int) -> None:
    out = io.BytesIO()
    quantize(full, target, out)
    matrices = [
        shape
        for kind, shape, _ in Ggml(full.read_bytes()).tensors.values()
        if kind == 1 and len(shape) == 2
    ]
    values = sum(rows * columns for rows, columns in matrices)
    smaller = full.stat().st_size - values * 2 + values // 32 * block_bytes
    assert len(out.getvalue()) == smaller
    assert struct.unpack_from("<i", out.getvalue(), 44) == (ftype,)


@pytest.mark.parametrize(
    ("target", "ftype", "bits"),
    [
        *(("q2_k", 2010, 2.625), ("q3_k", 2011, 3.4375), ("q4_k", 2012, 4.5)),
        *(("q5_k", 2013, 5.5), ("q6_k", 2014, 6.5625)),
    ],
)
def test_the_types_of_256_values_have_their_sizes(
    tmp_path: Path, target: Format, ftype: int, bits: float
) -> None:
    full = _ggml_file(tmp_path, whisper_tensors(state=256))
    out = io.BytesIO()
    quantize(full, target, out)
    matrices = [
        shape
        for kind, shape, _ in Ggml(full.read_bytes()).tensors.values()
        if kind == 1 and len(shape) == 2
    ]
    values = sum(rows * columns for rows, columns in matrices)
    assert len(out.getvalue()) == full.stat().st_size - values * 2 + values * bits / 8
    assert struct.unpack_from("<i", out.getvalue(), 44) == (ftype,)


def test_rows_that_are_no_whole_number_of_blocks_are_refused(full: Path) -> None:
    out = io.BytesIO()
    says = "rows of 32 values and q6_k packs 256 at a time: choose one of q4_0, q4_1, q5_0, q5_1, q"
    with pytest.raises(ModelError, match=says):
        quantize(full, "q6_k", out)
    assert out.getvalue() == b""


def _single(full: Path) -> bytes:
    """The same file in float32 throughout."""
    ggml, data = Ggml(full.read_bytes()), full.read_bytes()
    at = data.index(struct.pack("<3i", 2, len("decoder.positional_embedding"), 0))
    parts = [data[:44], struct.pack("<i", 0), data[48:at]]
    for name, (_, shape, _) in ggml.tensors.items():
        parts.append(struct.pack(f"<{3 + len(shape)}i", len(shape), len(name), 0, *shape[::-1]))
        parts.append(name.encode() + ggml.array(name).astype("<f4").tobytes())
    return b"".join(parts)


def test_from_float32_it_is_the_same(full: Path, tmp_path: Path) -> None:
    """whisper.cpp's tool would leave its kernels in float32, and the engine then refuse it."""
    (tmp_path / "single.bin").write_bytes(_single(full))
    from_half, from_single = io.BytesIO(), io.BytesIO()
    quantize(full, "q5_0", from_half)
    quantize(tmp_path / "single.bin", "q5_0", from_single)
    assert from_single.getvalue() == from_half.getvalue()


@pytest.mark.parametrize("name", ["decoder.token_embedding.weight", "encoder.conv1.weight"])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_values_that_are_no_numbers_never_reach_ggml(
    full: Path, tmp_path: Path, name: str, value: float
) -> None:
    data = bytearray(_single(full))
    data[(at := data.index(name.encode()) + len(name)) : at + 4] = struct.pack("<f", value)
    (tmp_path / "spoilt.bin").write_bytes(data)
    with pytest.raises(ModelError, match=f"values in '{name}' that are no numbers"):
        quantize(tmp_path / "spoilt.bin", "q4_1", io.BytesIO())


def test_a_quantised_file_is_not_quantised_again(full: Path, tmp_path: Path) -> None:
    once = tmp_path / "once.bin"
    with once.open("wb") as out:
        quantize(full, "q8_0", out)
    with pytest.raises(ModelError, match=r"once\.bin is quantised already"):
        quantize(once, "q8_0", io.BytesIO())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"decoder.ln.bias", b"decoder.ln.bios", "a tensor 'decoder.ln.bios' too many"),
        (struct.pack("<i15s", 32, b"decoder.ln.bias"), None, "of another shape or type"),
    ],
)
def test_only_the_tensors_of_the_network_are_quantised(
    full: Path, tmp_path: Path, old: bytes, new: bytes | None, says: str
) -> None:
    path = tmp_path / "other.bin"
    new = struct.pack("<i15s", 16, b"decoder.ln.bias") if new is None else new
    path.write_bytes(full.read_bytes().replace(old, new))
    with pytest.raises(ModelError, match=says):
        quantize(path, "q8_0", io.BytesIO())


def test_a_file_that_ends_between_two_tensors_is_refused(full: Path, tmp_path: Path) -> None:
    content = full.read_bytes()
    last = content.rindex(struct.pack("<4i", 1, len("encoder.ln_post.bias"), 0, 32))
    (tmp_path / "short.bin").write_bytes(content[:last])
    with pytest.raises(ModelError, match=r"lacks the tensor 'encoder\.ln_post\.bias' and 0 more"):
        quantize(tmp_path / "short.bin", "q8_0", io.BytesIO())


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_damaged_ggml_header_never_escapes_as_another_error(
    full: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(full.read_bytes())
    at = data.draw(st.integers(0, 60))
    content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("ggml") / "damaged.bin"
    path.write_bytes(content[: data.draw(st.integers(0, 2000))])
    with pytest.raises(ModelError):
        quantize(path, "q8_0", io.BytesIO())


def test_the_reader_finds_tensors_scalars_and_aliases() -> None:
    model = CTranslate2Model(NAME, FILE)
    assert model.scalar("encoder/num_heads") == 2
    name = "encoder/conv1/weight"
    np.testing.assert_array_equal(model.tensor(name, (32, 80, 3)), TENSORS[name])
    np.testing.assert_array_equal(
        model.tensor("decoder/projection/weight"), TENSORS["decoder/embeddings/weight"]
    )


def test_a_missing_or_misshapen_tensor_is_named() -> None:
    model = CTranslate2Model(NAME, FILE)
    with pytest.raises(ModelError, match=r"model\.bin has no tensor 'gone'"):
        model.tensor("gone")
    with pytest.raises(ModelError, match=r"shape \(32,\), not \(33,\)"):
        model.tensor("encoder/conv1/bias", (33,))


@given(st.binary(max_size=200))
@example(b"")
@example(struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + struct.pack("<2I", 3, 0xFFFFFFFF))
@example(struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + struct.pack("<3I", 3, 0, 0xFFFFFFFF))
def test_random_bytes_are_a_model_error(data: bytes) -> None:
    with pytest.raises(ModelError):
        CTranslate2Model(NAME, data)


@given(st.integers(0, len(FILE) - 1))
def test_a_truncated_file_is_a_model_error(length: int) -> None:
    with pytest.raises(ModelError):
        CTranslate2Model(NAME, FILE[:length])


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_altered_bytes_are_read_or_refused_but_never_overrun(at: int, noise: bytes) -> None:
    data = FILE[:at] + noise + FILE[at + len(noise) :]
    try:
        model = CTranslate2Model(NAME, data)
    except ModelError:
        return
    for name, variable in model.variables.items():
        assert model.tensor(name).shape == variable.shape


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(sorted(TENSORS)))
def test_a_model_lacking_a_tensor_is_refused_whole(full: Path, gone: str) -> None:
    lacking = full.with_name("lacking.bin")
    lacking.write_bytes(
        ctranslate2_file({name: array for name, array in TENSORS.items() if name != gone})
    )
    with pytest.raises(ModelError):
        assemble(lacking, full.with_name("vocabulary.txt"), io.BytesIO())


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("vocabulary.txt", "!\nthe", "only 2 tokens"),
        ("vocabulary.txt", "a space\n" * 50_257, "not a Whisper vocabulary"),
        ("vocabulary.json", "[1, 2]", "not a Whisper vocabulary"),
        ("vocabulary.json", "{", "not a Whisper vocabulary"),
        ("vocabulary.json", '{"a": 1}', "not a Whisper vocabulary"),
    ],
)
def test_a_wrong_vocabulary_is_one_sentence(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ModelError, match=says):
        read_vocabulary(path)


def test_mel_filters_have_unit_area_and_rise_in_frequency() -> None:
    filters = mel_filters(80)
    assert filters.shape == (80, 201)
    assert filters.dtype == np.float32
    hz_per_bin = 40.0
    np.testing.assert_allclose(filters[60:].sum(axis=1) * hz_per_bin, 1.0, rtol=0.02)
    peaks = filters.argmax(axis=1)
    assert (np.diff(peaks) >= 0).all()
    assert not np.signbit(filters).any()


@pytest.mark.parametrize(
    ("bands", "sha256"),
    [
        (80, "85818f156f7e189453901a515e4726d270d307f976e161cf9403e8caab405498"),
        (128, "e399c2d72d2f7375e503c296d8453cefcc0c1e47a9c1a0a09e0d70f59c820f20"),
    ],
)
def test_mel_filters_are_those_of_openai(bands: int, sha256: str) -> None:
    """mel_filters.npz of openai-whisper 20250625, but for the sign of its first zero."""
    assert hashlib.sha256(mel_filters(bands).tobytes()).hexdigest() == sha256
