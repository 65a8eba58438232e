"""`assistant hw` as a person and as a script see it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import InputError
from hw import board, sensors
from hw.board import Board, choose
from hw.facts import read
from tests.boards import BOARDS, rpi_volt


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
    assert set(made["models"]) == {"stt", "llm", "tts", "smaller"}
    assert made["models_with_cuda"] is made["compiled_for_cuda"] is None
    assert made["pins"]["audio"] == []
    assert made["heat"]["shed_c"] < made["heat"]["throttle_c"] == 80
    assert made["service_memory"]["high_mib"] < made["service_memory"]["max_mib"]
    assert {"temperature_c", "under_voltage", "power_mode", "memory"} <= set(made["now"])
    assert made["catalog_board"] == "pi5-8gb"
    assert made["why"] == list(pi.why)


def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, **files: str) -> Path:
    """`assistant hw` runs on this board."""
    root = BOARDS[name][1].write(tmp_path / "board")
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    found, now = choose(read(root)), sensors.read(root)
    monkeypatch.setattr(board, "here", lambda: found)
    monkeypatch.setattr(sensors, "read", lambda: now)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return root


def test_a_jetson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(tmp_path, monkeypatch, "orin nano super")
    text = run()
    assert "system     Jetson Linux 36.4.3 (JetPack 6)" in text
    assert "temperature     51.5 °C" in text
    assert "power mode      25W" in text
    assert "speed           up to 1,344 of 1,984 MHz" in text
    assert "the audio       0\n" in text
    assert "the engines     1, 2, 3, 4, 5\n" in text
    assert "compiled for the GPU (they are not: docs/boards.md)" in text
    assert "llama-3.2-3b-instruct" in text
    assert json.loads(run("--json"))["compiled_for_cuda"] == {
        "whisper.cpp": False,
        "llama.cpp": False,
    }


def test_a_pi_with_a_weak_supply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bits = "sys/devices/platform/soc/soc:firmware/get_throttled"
    on(tmp_path, monkeypatch, "pi4 4 GB", **{bits: "50005\n"})
    text = run()
    assert "the supply's voltage is too low; the processor is slowed down" in text
    assert "slowed down     yes" in text
    assert "memory     3,789 MiB (printed on it: 4,096)" in text
    assert "MemoryHigh=2841M  MemoryMax=3220M" in text
    assert json.loads(run("--json"))["now"]["throttle"]["bits"] == 0x50005


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("pi4 4 GB", "MemoryHigh=75%\nMemoryMax=85%\n"),
        ("agx orin", "MemoryHigh=11%\nMemoryMax=13%\n"),
    ],
)
def test_limits_for_the_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limits: str
) -> None:
    on(tmp_path, monkeypatch, name)
    (tmp_path / "kitchen-assistant").mkdir()
    (tmp_path / "kitchen-assistant/config.toml").write_text("this is no TOML")
    said = run("--drop-in")
    assert said.endswith(f"[Service]\n{limits}")
    unit = tmp_path / "assistant.service.d/10-board.conf"
    unit.parent.mkdir()
    unit.write_text(said)
    if shutil.which("systemd-analyze"):
        (tmp_path / "assistant.service").write_text("[Service]\nExecStart=/bin/true\n")
        verify = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "assistant.service")]
        found = subprocess.run(verify, capture_output=True, text=True, timeout=60)
        assert str(unit) not in found.stderr, found.stderr


def test_limits_for_the_unit_are_no_json(pi: Board) -> None:
    result = CliRunner().invoke(app, ["hw", "--drop-in", "--json"])
    assert isinstance(result.exception, InputError)
    assert "one of --drop-in and --json" in str(result.exception)
    assert not result.stdout


@pytest.mark.parametrize(("alarm", "said"), [(0, "supply          good"), (1, "too low")])
def test_a_pi_5_without_throttle_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alarm: int, said: str
) -> None:
    on(tmp_path, monkeypatch, "pi5 4 GB", **rpi_volt(alarm))
    assert said in run()


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_can_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    on(tmp_path, monkeypatch, name)
    assert f"profile    {BOARDS[name][0]}\n" in run()
    assert json.loads(run("--json"))["profile"] == BOARDS[name][0]
