"""What was measured is there whole or not at all, and is found again."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.errors import InputError
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.job import Job, Outcome
from tools.quantize.table import Table

HERE = {"cpu": "test", "load_average": 0.1}


def bundle(name: str, content: str = "0") -> Bundle:
    return Bundle(files=(FileRef(name=name, sha256=content * 64, bytes=3),))


def job(**changed: object) -> Job:
    plain = {
        "kind": "stt",
        "name": "tiny",
        "quantisation": "q8_0",
        "model": bundle("tiny.bin"),
        "data": bundle("manifest.jsonl", "1"),
        "settings": {"threads": 2},
    }
    return Job.model_validate(plain | changed)


def outcome(of: Job, **changed: object) -> Outcome:
    plain = {"job": of, "date": "2026-11-22T05:00:00", "machine": HERE, "figures": {"wer": 0.1}}
    return Outcome.model_validate(plain | changed)


def test_an_outcome_is_found_again_whatever_the_load_is(tmp_path: Path) -> None:
    made = outcome(job())
    Table(tmp_path / "t.db").add(made)
    table = Table(tmp_path / "t.db")
    assert table.find(job(), HERE | {"load_average": 7.0}) == made
    assert table.find(job(), HERE | {"cpu": "another"}) is None
    assert table.find(job(settings={"threads": 1}), HERE) is None
    assert table.outcomes() == [made]


def test_what_failed_is_kept_and_tried_again(tmp_path: Path) -> None:
    table = Table(tmp_path / "t.db")
    table.add(outcome(job(), figures={}, error="It does not load."))
    assert table.find(job(), HERE) is None
    table.add(outcome(job()))
    assert [each.error for each in table.outcomes()] == [""]


def test_any_program_can_ask_for_a_figure(tmp_path: Path) -> None:
    Table(tmp_path / "t.db").add(outcome(job()))
    with sqlite3.connect(tmp_path / "t.db") as connection:
        asked = "SELECT name, figures ->> 'wer', settings ->> 'threads' FROM outcomes"
        assert connection.execute(asked).fetchall() == [("tiny", 0.1, 2)]


def test_the_key_is_of_what_decides_the_figures() -> None:
    assert job().key == job(name="another name").key
    differing = [
        job(),
        job(kind="llm"),
        job(model=bundle("tiny.bin", "2")),
        job(reference=bundle("full.bin")),
        job(data=bundle("manifest.jsonl", "3")),
        job(settings={"threads": 3}),
        job(options={"limit": 1}),
    ]
    assert len({each.key for each in differing}) == len(differing)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_what_is_no_table(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.db").write_bytes(content)
    if content:
        with pytest.raises(InputError, match="no usable table"):
            Table(tmp_path / "t.db")
    else:
        assert Table(tmp_path / "t.db").outcomes() == []


def test_a_table_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.db") as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(InputError, match="newer version"):
        Table(tmp_path / "t.db")


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../b", "", "a\\b"])
def test_no_file_of_a_bundle_lies_elsewhere(name: str) -> None:
    with pytest.raises(ValidationError):
        FileRef(name=name, sha256="0" * 64, bytes=0)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3))
def test_outcomes_survive_the_way_through_json(settings: dict[str, int | str]) -> None:
    made = outcome(job(settings=settings))
    assert Outcome.model_validate_json(made.model_dump_json()) == made


def test_a_bundle_of_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    made = Bundle.of(tmp_path, ["a"])
    assert made.bytes == 3
    assert made.main.sha256.startswith("ba7816bf")
    with pytest.raises(InputError, match="cannot be read"):
        Bundle.of(tmp_path, ["b"])
