"""What `quantize promote` and `quantize gate` can refuse cheaply they refuse before anything is
measured, which takes minutes to hours."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import AssistantError
from models.local import LocalFile
from models.store import Store, default_root
from tests.quantize.jobs import manifest, whisper
from tests.quantize.local_entries import bring, local_entry
from tests.quantize.promoting import SETTINGS, run, voice_in_service
from tests.quantize.test_candidates import ROWS
from tests.toy_voice import toy_voice
from tools.quantize.provenance import write

SAID = ["--as", "mine", "--licence", "MIT"]
Spoil = Callable[[Path, pytest.MonkeyPatch], None]
"""Makes something wrong. Takes the voice."""


def nothing(voice: Path, patched: pytest.MonkeyPatch) -> None:
    """All is well but for what is typed."""


def no_space(voice: Path, patched: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(voice)
    patched.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))


def taken_here(voice: Path, patched: pytest.MonkeyPatch) -> None:
    bring(default_root(), local_entry("mine"), "stt")


def somebody_keeps_notes(voice: Path, patched: pytest.MonkeyPatch) -> None:
    (default_root() / "mine").mkdir(parents=True)
    (default_root() / "mine" / "notes.txt").touch()


def roles_damaged(voice: Path, patched: pytest.MonkeyPatch) -> None:
    default_root().mkdir(parents=True, exist_ok=True)
    LocalFile(default_root()).path.write_text("{")


def no_folder(voice: Path, patched: pytest.MonkeyPatch) -> None:
    voice.with_name("file").touch()
    patched.setenv("ASSISTANT_DATA_DIR", str(voice.with_name("file")))


def made_of_other_bytes(voice: Path, patched: pytest.MonkeyPatch) -> None:
    write(voice, sources=[], command="convert voice")
    other = voice.with_name("other")
    other.mkdir()
    voice.write_bytes(toy_voice(other, loudness=0.02).read_bytes())


def no_settings(voice: Path, patched: pytest.MonkeyPatch) -> None:
    voice.with_name(f"{voice.name}.json").unlink()


def foolish_settings(voice: Path, patched: pytest.MonkeyPatch) -> None:
    beside = voice.with_name(f"{voice.name}.json")
    beside.write_text(json.dumps(SETTINGS | {"espeak": {"voice": ["en-us"]}}))


def cut_short(voice: Path, patched: pytest.MonkeyPatch) -> None:
    voice.write_bytes(voice.read_bytes()[:40])


def nobody_listens(voice: Path, patched: pytest.MonkeyPatch) -> None:
    shutil.rmtree(default_root() / "whisper-tiny.en-q8_0")


def stated(voice: Path, patched: pytest.MonkeyPatch) -> None:
    patched.setenv("ASSISTANT_TTS__VOICE", "en_US-joe-medium")


@pytest.mark.parametrize(
    ("spoil", "typed", "says"),
    [
        (nothing, ["--licence", "MIT"], "--as my-model"),
        (nothing, ["--as", "mine"], "--licence MIT"),
        (nothing, ["--as", "a/b", "--licence", "MIT"], r"cannot be an entry \(name"),
        (nothing, ["--as", "en_US-joe-medium", "--licence", "MIT"], "choose another name"),
        (taken_here, SAID, "choose another name"),
        (somebody_keeps_notes, SAID, "is not free for a new model"),
        (nothing, [*SAID, "--role", "stt"], "is for tts, not for stt"),
        (no_settings, [*SAID, "--role", "tts"], "has no settings beside it"),
        (no_settings, SAID, "what the wake word listens for"),
        (no_settings, [*SAID, "--phrase", "a b"], "'a b' is no wake phrase"),
        (foolish_settings, SAID, "espeak.voice is missing"),
        (cut_short, SAID, "first.onnx"),
        (made_of_other_bytes, SAID, "has changed since"),
        (no_space, SAID, "free some space"),
        (no_folder, SAID, "cannot be used"),
        (roles_damaged, SAID, "is damaged"),
        (nobody_listens, SAID, r"whisper-tiny\.en-q8_0 is needed.*models pull"),
        (stated, SAID, "ASSISTANT_TTS__VOICE states tts.voice"),
        (nothing, [*SAID, "--policy", "no-such.toml"], "no-such.toml"),
        (nothing, [*SAID, "--set", "speed=fast"], "--set speed"),
        (nothing, [*SAID, "--gate-against", "no-such"], "no model 'no-such'"),
        (nothing, [*SAID, "--gate-against", "hey_jarvis"], "not installed"),
        (nothing, [*SAID, "--gate-against", "gone.onnx"], "gone.onnx is no file"),
        (nothing, [*SAID, "--gate-against", "whisper-tiny.en-q8_0"], "damaged"),
    ],
)
def test_what_can_be_known_is_said_before_anything_is_measured(
    figures: dict[str, Any],
    voices: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    typed: list[str],
    says: str,
) -> None:
    new, current = voices
    spoil(new, monkeypatch)
    against: list[str | Path] = [] if "--gate-against" in typed else ["--gate-against", current]
    with pytest.raises(AssistantError, match=says) as caught:
        run("promote", new, *typed, *against)
    assert "\n" not in str(caught.value)
    assert "measured" not in figures


def test_a_sound_one_is_measured_once_all_of_this_is_known(
    figures: dict[str, Any], voices: tuple[Path, Path]
) -> None:
    assert run("promote", voices[0], *SAID, "--gate-against", voices[1]).exit_code == 0
    assert figures["measured"] == ["first", "second"]
    assert voice_in_service() == "mine"
    assert LocalFile(default_root()).read().entries["mine"].provenance.gate.startswith("Passed")


def test_models_of_two_kinds_are_not_compared(figures: dict[str, Any], tmp_path: Path) -> None:
    local = local_entry("own", "llm")
    bring(default_root(), local, "llm")
    new, data = whisper(tmp_path / "ggml-tiny.en.bin"), manifest(tmp_path, *ROWS)
    typed = ["--against", "own", "--data", str(data)]
    with pytest.raises(AssistantError, match="is for stt and own for llm: compare models of the"):
        run("gate", new, *typed)
    with pytest.raises(AssistantError, match="give --data MANIFEST"):
        run("gate", new, "--against", new)
    assert "measured" not in figures


def test_an_installed_model_serves_in_a_role_of_its_kind_only(
    figures: dict[str, Any], voices: tuple[Path, Path]
) -> None:
    assert run("promote", voices[0], *SAID, "--without-gate").exit_code == 0
    before = LocalFile(default_root()).path.read_bytes()
    with pytest.raises(AssistantError, match="mine is for tts, not for wake"):
        run("promote", "mine", "--role", "wake", "--phrase", "hey_you")
    file = Store().path("mine")
    file.write_bytes(file.read_bytes()[::-1])
    with pytest.raises(AssistantError, match="damaged"):
        run("promote", "mine")
    assert LocalFile(default_root()).path.read_bytes() == before
    assert "measured" not in figures


def test_no_phrase_damages_the_file_of_roles(figures: dict[str, Any]) -> None:
    bring(default_root(), local_entry("own", "wake"), "wake.alexa")
    before = LocalFile(default_root()).path.read_bytes()
    with pytest.raises(AssistantError, match="'hey you' is no wake phrase"):
        run("promote", "own", "--phrase", "hey you", "--without-gate")
    assert LocalFile(default_root()).path.read_bytes() == before
