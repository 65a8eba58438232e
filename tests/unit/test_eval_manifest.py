"""Manifests: rows are found and checked, and the first bad one is named by its line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio import wav
from assistant.errors import InputError
from assistant.evaluate.manifest import load


def record(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    wav.write(path, np.zeros(160, np.int16))


def manifest(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "manifest.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    return path


def test_files_lie_beside_the_manifest_or_in_the_folder_above(tmp_path: Path) -> None:
    record(tmp_path / "kitchen" / "a.wav")
    inner = manifest(tmp_path / "kitchen", {"file": "kitchen/a.wav"}, {"file": "a.wav"})
    outer = manifest(tmp_path, {"file": "kitchen/a.wav"})
    for row in (*load(inner).rows, *load(outer).rows):
        assert row.path == tmp_path / "kitchen" / "a.wav"
        assert row.set == "kitchen"


def test_what_a_row_tells(tmp_path: Path) -> None:
    record(tmp_path / "a.wav")
    path = manifest(
        tmp_path,
        {
            "file": "a.wav",
            "set": "home",
            "text": None,
            "lang": "en",
            "entities": ["ten minutes"],
            "slots": {"drink": "mocha"},
            "speech_segments": [[0.5, 1.0], [1.2, 2.5]],
            "something_unknown": {"is": "ignored"},
        },
        {"file": "a.wav", "speech_end_s": 3.5, "segments": [{"start": 0, "end": 4, "text": "x"}]},
        {"file": "a.wav", "segments": [{"start": 0, "end": 4}]},
    )
    first, second, third = load(path).rows
    assert (first.set, first.text, first.language, first.line) == ("home", None, "en", 1)
    assert first.needed == ("ten minutes", "mocha")
    assert [first.speech_end, second.speech_end, third.speech_end] == [2.5, 3.5, 4.0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not an object"),
        ("[" * 100_000, "is not JSON"),
        ('{"text": "x"}', "file: field required"),
        ('{"file": 3}', "file: input should be a valid string"),
        ('{"file": "absent.wav"}', "absent.wav is in neither folder"),
        ('{"file": "a\\u0000.wav"}', "is in neither folder"),
        ('{"file": "a.wav", "seconds": -1}', "seconds: input should be greater"),
        ('{"file": "a.wav", "entities": 5}', "entities: "),
        ('{"file": "a.wav", "segments": [{"start": 1}]}', "segments.0.end: field required"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    record(tmp_path / "a.wav")
    path = tmp_path / "manifest.jsonl"
    path.write_text('{"file": "a.wav"}\n\n' + line + "\n")
    with pytest.raises(InputError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}, line 3")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"", "has no rows"), (b"\xff\xfe\x00", "not UTF-8")],
)
def test_a_bad_manifest(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "manifest.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=words) as refused:
        load(path)
    assert str(path) in str(refused.value)
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path)


def test_a_line_separator_inside_a_text_is_not_the_end_of_the_row(tmp_path: Path) -> None:
    record(tmp_path / "a.wav")
    path = tmp_path / "manifest.jsonl"
    path.write_text('{"file": "a.wav", "text": "one\u2028two"}\n', "utf-8")
    assert load(path).rows[0].text == "one\u2028two"


def test_a_limit_takes_rows_from_everywhere(tmp_path: Path) -> None:
    record(tmp_path / "a.wav")
    rows = [{"file": "a.wav", "set": name, "text": str(n)} for name in "xy" for n in range(10)]
    loaded = load(manifest(tmp_path, *rows))
    assert [row.text for row in loaded.select((), 4)] == ["0", "5", "0", "5"]
    assert len(loaded.select(("y",), None)) == 10
    assert {row.set for row in loaded.select(("y",), 3)} == {"y"}
    assert len(loaded.select((), 500)) == 20
    with pytest.raises(InputError, match=r"no set 'z'; choose from: x, y\."):
        loaded.select(("z",), None)


def test_the_hash_tells_manifests_apart(tmp_path: Path) -> None:
    record(tmp_path / "a.wav")
    one = load(manifest(tmp_path, {"file": "a.wav"})).sha256
    two = load(manifest(tmp_path, {"file": "a.wav", "text": "x"})).sha256
    assert one != two
    assert len(one) == 64
