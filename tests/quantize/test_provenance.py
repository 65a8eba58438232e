"""The account of how a file was made."""

from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

import pytest

from assistant.errors import InputError
from tools.quantize import provenance
from tools.quantize.bundle import Bundle, FileRef


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    return path


def sources(folder: Path) -> tuple[FileRef, ...]:
    (folder / "source.pt").write_bytes(b"checkpoint")
    return Bundle.of(folder, ["source.pt"]).files


def test_what_is_written_is_read_back(made: Path, tmp_path: Path) -> None:
    noon = datetime(2026, 5, 4, 14, 0, 0, 123, tzinfo=timezone(timedelta(hours=2)))
    written = provenance.write(
        made,
        sources=sources(tmp_path),
        command="convert whisper",
        settings={"float": "f16"},
        packages=["numpy", "no-such-package"],
        now=noon,
    )
    assert provenance.read(made) == written
    assert written.file.name == "model.bin"
    assert written.date == "2026-05-04T12:00:00+00:00"
    assert written.made_by["numpy"] == version("numpy")
    assert written.made_by["no-such-package"] == "not installed"
    assert written.made_by["kitchen-assistant"] == version("kitchen-assistant")
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "model.bin",
        "model.bin.provenance.json",
        "source.pt",
    ]


def test_an_account_of_other_bytes_is_refused(made: Path, tmp_path: Path) -> None:
    provenance.write(made, sources=sources(tmp_path), command="quantize ggml")
    made.write_bytes(b"other weights")
    with pytest.raises(InputError, match=r"model\.bin has changed since"):
        provenance.read(made)


def test_a_missing_or_spoilt_account_is_one_sentence(made: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        provenance.read(made)
    provenance.place_of(made).write_text("{}")
    with pytest.raises(InputError, match="is no account of how a file was made"):
        provenance.read(made)


def test_a_folder_that_is_gone_is_one_sentence(made: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        provenance.write(tmp_path / "gone" / "model.bin", sources=[], command="convert whisper")
