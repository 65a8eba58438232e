"""`quantize gate`, `promote` and `rollback` as a person and as a script see them. What is measured
is made up here; `test_gate_real.py` measures."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from assistant.errors import AssistantError, InputError, ModelError
from models.local import LocalFile
from models.store import Store
from tests.quantize.jobs import network
from tests.quantize.promoting import SETTINGS, run, voice_in_service
from tests.toy_voice import toy_voice
from tools.quantize.bundle import FileRef
from tools.quantize.provenance import write


def promote(voice: Path, *arguments: str | Path) -> Result:
    name = f"my-{voice.stem}"
    return run("promote", voice, "--as", name, "--licence", "MIT", *arguments)


def test_a_gate_passes_and_shows_what_it_compared(
    figures: dict[str, Any], voices: tuple[Path, Path]
) -> None:
    new, current = voices
    result = run("gate", new, "--against", current)
    assert result.exit_code == 0
    assert "words lost when it is heard again" in result.stdout
    assert "Passed: first float32, against second float32." in result.stdout
    assert figures["measured"] == ["first", "second"]


def test_a_gate_refuses_with_its_reasons_and_exit_code(
    figures: dict[str, Any], voices: tuple[Path, Path]
) -> None:
    figures["first"] = {"round_trip_wer": 0.5, "clipped_share": None}
    result = run("gate", voices[0], "--against", voices[1], "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["passed"]
    assert "round_trip_wer" in told["reasons"][0]
    assert "clipped_share" in told["reasons"][1]
    assert told["new"]["figures"]["round_trip_wer"] == 0.5
    shown = run("gate", voices[0], "--against", voices[1])
    assert shown.exit_code == 1
    assert "- Words lost when it is heard again (round_trip_wer) is 50.00 %" in shown.stdout


def test_what_was_measured_is_not_measured_again(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    for _ in range(2):
        run("gate", voices[0], "--against", voices[1], "--table", tmp_path / "t.db")
    assert figures["measured"] == ["first", "second"]


def test_a_board_limits_the_memory(figures: dict[str, Any], voices: tuple[Path, Path]) -> None:
    figures["first"] = {"peak_rss_mib": 2_000}
    arguments = ("gate", voices[0], "--against", voices[1], "--json")
    assert run(*arguments, "--board", "pi5-16gb").exit_code == 0
    refused = run(*arguments, "--board", "pi5-4gb")
    assert refused.exit_code == 1
    assert "30 % of the board's 3,900 MiB" in json.loads(refused.stdout)["reasons"][0]


def test_a_policy_of_ones_own(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    figures["first"] = {"round_trip_wer": 0.5}
    policy = tmp_path / "policy.toml"
    policy.write_text("[tts]\nround_trip_wer = { at_most = 60 }\n")
    arguments = ("gate", voices[0], "--against", voices[1], "--policy", policy)
    assert run(*arguments).exit_code == 0
    policy.write_text("[tts]\nround_trip = { at_most = 60 }\n")
    with pytest.raises(InputError, match="no figure 'round_trip'"):
        run(*arguments)


def test_from_a_file_to_service_and_back(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = voices
    source = FileRef(name="source.ckpt", sha256="0" * 64, bytes=10)
    write(first, sources=[source], command="convert voice", settings={"opset": 17})
    result = promote(first, "--gate-against", second)
    assert result.exit_code == 0
    assert "my-first is promoted to tts, instead of en_US-joe-medium." in result.stdout
    assert "sudo systemctl reload assistant" in result.stdout
    assert voice_in_service() == "my-first"
    assert Store().path("my-first").read_bytes() == first.read_bytes()
    entry = LocalFile(tmp_path / "data" / "models").read().entries["my-first"]
    assert entry.provenance.sources[0].name == "source.ckpt"
    assert entry.provenance.settings == {"opset": 17}
    assert entry.provenance.gate == "Passed: first float32, against second float32."
    assert entry.licence == "MIT"

    result = promote(second)  # the gate compares it with what serves
    assert "my-second is promoted to tts, instead of my-first." in result.stdout
    assert json.loads(run("rollback", "tts", "--json").stdout) == {
        "role": "tts",
        "serves": "my-first",
    }
    assert voice_in_service() == "my-first"
    run("promote", "my-second", "--without-gate")
    assert voice_in_service() == "my-second"
    listed = json.loads(run("rollback", "--list", "--json").stdout)
    assert [(row["model"], row["serves"]) for row in listed] == [
        ("my-second", True),
        ("my-first", False),
    ]
    assert "my-first serves as tts again" in run("rollback", "tts", "--to", "my-first").stdout
    with pytest.raises(ModelError, match="en_US-joe-medium is not installed"):
        run("rollback", "tts")


def test_what_the_gate_refuses_does_not_come_into_service(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    figures["first"] = {"clipped_share": 0.5}
    result = promote(voices[0], "--gate-against", voices[1], "--json")
    assert result.exit_code == 1
    assert "clipped_share" in json.loads(result.stdout)["reasons"][0]
    assert not (tmp_path / "data" / "models" / "my-first").exists()
    assert voice_in_service() == "en_US-joe-medium"
    told = json.loads(promote(voices[0], "--without-gate", "--json").stdout)
    assert told["gate"] == "Not compared with anything."
    assert voice_in_service() == "my-first"


def test_settings_that_make_no_sense_reach_no_engine(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    beside = voices[0].with_name("first.onnx.json")
    beside.write_text(json.dumps(SETTINGS | {"espeak": {"voice": ["en-us"]}}))
    with pytest.raises(ModelError, match=r"first\.onnx\.json: espeak\.voice is missing or no text"):
        promote(voices[0], "--without-gate")
    assert not (tmp_path / "data" / "models" / "my-first").exists()
    assert "measured" not in figures


@pytest.mark.parametrize("wrong", ["language", "graph"])
def test_what_the_engine_cannot_load_does_not_come_into_service(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path, wrong: str
) -> None:
    if wrong == "graph":
        network(voices[0])
    else:
        beside = voices[0].with_name("first.onnx.json")
        beside.write_text(json.dumps(SETTINGS | {"espeak": {"voice": "no-such"}}))
    with pytest.raises(ModelError, match="cannot say a word"):
        promote(voices[0], "--without-gate")
    assert not (tmp_path / "data" / "models" / "my-first").exists()
    assert voice_in_service() == "en_US-joe-medium"


def test_it_is_compared_as_this_device_is_configured(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    path = tmp_path / "config" / "kitchen-assistant" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[tts]\nspeed = 1.25\n")
    promote(voices[0], "--gate-against", voices[1])
    assert {job.settings["speed"] for job in figures["jobs"]} == {1.25}
    promote(voices[1], "--gate-against", voices[0], "--set", "speed=1.5")
    assert figures["jobs"][-1].settings["speed"] == 1.5


def test_the_current_model_is_held_against_a_reference_only_where_the_policy_compares_distances(
    figures: dict[str, Any], voices: tuple[Path, Path], tmp_path: Path
) -> None:
    gated: list[str | Path] = ["gate", voices[0], "--against", voices[1], "--reference", voices[0]]
    run(*gated)
    assert [job.reference is None for job in figures["jobs"]] == [False, True]
    policy = tmp_path / "policy.toml"
    policy.write_text("[tts]\nlog_mel_distance_db = { worse_by = 1.0 }\n")
    run(*gated, "--policy", policy)
    assert figures["jobs"][-1].reference is not None


@pytest.mark.usefixtures("figures")
def test_what_is_configured_must_go_first(voices: tuple[Path, Path], tmp_path: Path) -> None:
    promote(voices[0], "--without-gate")
    path = tmp_path / "config" / "kitchen-assistant" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[tts]\nvoice = "my-first"\n')
    for command in (["rollback", "tts"], ["promote", "my-first", "--without-gate"]):
        with pytest.raises(InputError, match=r"config\.toml, line 2 states tts\.voice"):
            run(*command)


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--licence", "MIT"], "--as my-model"),
        (["--as", "mine"], "--licence MIT"),
        (["--as", "en_US-joe-medium", "--licence", "MIT"], "choose another name"),
        (["--as", "mine", "--licence", "MIT", "--role", "stt"], "is for tts, not for stt"),
        (["--as", "a/b", "--licence", "MIT", "--without-gate"], r"cannot be an entry \(name"),
    ],
)
def test_a_mistake_is_one_sentence(
    voices: tuple[Path, Path], arguments: list[str], says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        run("promote", voices[0], *arguments)
    assert "\n" not in str(caught.value)
    with pytest.raises(AssistantError):
        run("promote", "no-such-model", *arguments)


@pytest.mark.usefixtures("figures")
def test_a_provenance_of_other_bytes_is_refused(voices: tuple[Path, Path]) -> None:
    write(voices[0], sources=[], command="convert voice")
    voices[0].write_bytes(toy_voice(voices[1].parent, loudness=0.02).read_bytes())
    with pytest.raises(InputError, match="has changed since"):
        promote(voices[0], "--without-gate")


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("", "Say which role"),
        ("vad", "no role 'vad'"),
        ("wake", r"wake\.PHRASE \(none"),
        ("stt", "Nothing was promoted"),
    ],
)
def test_back_to_what(role: str, says: str) -> None:
    with pytest.raises(AssistantError, match=says):
        run("rollback", *([role] if role else []))
    assert "Nothing was promoted" in run("rollback", "--list").stdout
