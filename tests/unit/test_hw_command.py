"""`assistant hw` as a person and as a script see it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from hw import board
from hw.board import Board, choose
from hw.facts import read
from tests.boards import BOARDS


@pytest.fixture
def pi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """The commands run on a Raspberry Pi 5, with an empty data folder and its own configuration."""
    found = choose(read(BOARDS["pi5 8 GB"][1].write(tmp_path / "pi")))
    monkeypatch.setattr(board, "here", lambda: found)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return found


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["hw", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_shows_the_board_the_threads_and_the_reasons(pi: Board) -> None:
    text = run()
    assert "Raspberry Pi 5 Model B Rev 1.0" in text
    assert "profile    pi5\n" in text
    assert "speech to text  3\n" in text
    assert "assistant models pull qwen2.5-0.5b-instruct" in text
    assert all(reason in text for reason in (*pi.why, *pi.profile.notes))
    assert "configuration" not in text


def test_it_says_where_the_configuration_differs(
    pi: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_LLM__THREADS", "4")
    assert "language model  2   4 in the configuration" in run()
    made = json.loads(run("--json"))
    assert (made["threads"]["llm"], made["threads_used"]["llm"]) == (2, 4)


def test_json_holds_all_of_it(pi: Board) -> None:
    made = json.loads(run("--json"))
    assert made["profile"] == "pi5"
    assert made["facts"]["compute_cores"] == 4
    assert made["threads"] == made["threads_used"] == pi.threads.model_dump()
    assert set(made["models"]) == {"stt", "llm", "tts"}
    assert made["catalog_board"] == "pi5-8gb"
    assert made["why"] == list(pi.why)
