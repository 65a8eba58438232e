"""Whisper files: whisper.cpp indexes by their header, so nothing in it may be out of line."""

import struct
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ggml_file import Shape, expected_tensors
from models.headers.ggml_types import F16
from models.whisper_network import Dimensions
from tests.quantize.damage import accepted, refused, survives
from tools.quantize.fuzz.tiny import WHISPER, ggml

_SMALL = ggml()
_NUMBERS = (*(field.name for field in fields(Dimensions)), "ftype")
_MEL = 4 + 11 * 4
_TOKENS = _MEL + 8 + 4 * 80 * 201


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ggml") / "ggml.bin"


def test_a_whole_file_is_described(path: Path) -> None:
    header = accepted(path, _SMALL)
    assert (header.format, header.architecture, header.quantisation) == (
        "ggml",
        "whisper",
        "F16, some F32",
    )
    assert header.details["languages"] == "English"
    assert header.bytes == len(_SMALL)
    assert sum(tensor.bytes for tensor in header.tensors) < header.bytes
    assert header.tensors[0].shape == (448, 4)


@pytest.mark.parametrize(("ftype", "name"), [(2002, "Q4_0"), (2007, "Q8_0"), (2009, "Q5_1")])
def test_quantised_files_are_known(path: Path, ftype: int, name: str) -> None:
    wide = replace(WHISPER, n_audio_state=32, n_text_state=32)
    assert accepted(path, ggml(wide, ftype)).quantisation == f"{name}, some F32 and F16"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in _NUMBERS for value in (0, -1, 2**31 - 1)),
        ("n_vocab", 51_863),
        ("n_vocab", 51_867),
        ("n_audio_head", 3),
        ("n_text_head", 3),
        ("n_text_state", 8),
        ("n_mels", 81),
        ("n_audio_layer", 2),
        ("n_text_layer", 2),
        ("ftype", 2007),
        ("ftype", 5),
        ("ftype", 3001),
    ],
)
def test_a_header_out_of_line_is_refused(path: Path, name: str, value: int) -> None:
    at = 4 + 4 * _NUMBERS.index(name)
    refused(path, _SMALL[:at] + struct.pack("<i", value) + _SMALL[at + 4 :])


def test_all_in_single_precision_is_refused(path: Path) -> None:
    """whisper.cpp stops the process at the first convolution (found by fuzzing)."""
    assert "file type 0" in refused(path, ggml(WHISPER, 0))


def test_a_vocabulary_without_a_space_is_refused(path: Path) -> None:
    """whisper.cpp looks the token up without asking whether it is there (found by fuzzing)."""
    at = _SMALL.index(b"\1\0\0\0 ", _TOKENS)
    assert "no token for a space" in refused(path, _SMALL[: at + 4] + b"_" + _SMALL[at + 5 :])


@pytest.mark.parametrize("count", [-1, 0, 49_999, 51_865, 2**31 - 1])
def test_a_wrong_number_of_tokens_is_refused(path: Path, count: int) -> None:
    refused(path, ggml(tokens=count))


@pytest.mark.parametrize("length", [2**31, 2**32 - 1, 5000])
def test_a_token_without_end_is_refused(path: Path, length: int) -> None:
    at = _TOKENS + 4
    assert "text of" in refused(path, _SMALL[:at] + struct.pack("<I", length) + _SMALL[at + 4 :])


@pytest.mark.parametrize(("bands", "bins"), [(80, 0), (0, 201), (2**31 - 1, 201), (80, -1)])
def test_mel_filters_of_another_size_are_refused(path: Path, bands: int, bins: int) -> None:
    """whisper.cpp multiplies both as int32 and allocates the product."""
    changed = _SMALL[:_MEL] + struct.pack("<2i", bands, bins) + _SMALL[_MEL + 8 :]
    assert "mel filters" in refused(path, changed)


def _without(shapes: dict[str, Shape]) -> None:
    del shapes["decoder.ln.bias"]


def _more(shapes: dict[str, Shape]) -> None:
    shapes["decoder.ln.extra"] = Shape((4,), 0)


def _reshaped(shapes: dict[str, Shape]) -> None:
    shapes["decoder.ln.bias"] = Shape((8,), 0)


def _turned(shapes: dict[str, Shape]) -> None:
    shapes["encoder.conv1.bias"] = Shape((4, 1), 0)


def _retyped(shapes: dict[str, Shape]) -> None:
    shapes["decoder.ln.bias"] = Shape((4,), 1)


@pytest.mark.parametrize("change", [_without, _more, _reshaped, _turned, _retyped])
def test_other_tensors_than_the_networks_are_refused(
    path: Path, change: Callable[[dict[str, Shape]], None]
) -> None:
    shapes = expected_tensors(WHISPER, F16)
    change(shapes)
    assert "tensor" in refused(path, ggml(tensors=shapes))


def test_a_file_that_is_cut_short_or_too_long_is_refused(path: Path) -> None:
    refused(path, _SMALL[:-1])
    refused(path, _SMALL + b"\0")
    refused(path, _SMALL[: _TOKENS + 100])


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_any_damage_is_survived(path: Path, seed: int) -> None:
    survives(path, _SMALL, seed)
