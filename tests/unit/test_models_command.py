"""`assistant models` as a person and as a script see it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.commands.models import app
from assistant.engines.voice_parts import is_prepared
from assistant.errors import ModelError
from models import store as store_module
from models.adopt import adopt
from models.catalog import Catalog
from models.local import LocalFile
from models.roles import promoted
from models.store import Store
from tests.fake_models import ALEXA, entry_table, file_table, wheel_catalog
from tests.quantize.local_entries import given, local_entry
from tests.toy_voice import toy_voice


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command line with a small catalog and an empty data folder; a folder with its wheel."""
    folder = tmp_path / "offline"
    catalog = wheel_catalog(folder)
    monkeypatch.setattr(store_module, "default_catalog", lambda: catalog)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def _run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _json(*arguments: str | Path) -> Any:
    return json.loads(_run(*arguments, "--json").stdout)


def test_pull_installs_the_default_bundle_and_says_so(offline: Path, tmp_path: Path) -> None:
    result = _run("pull", "--from", offline)
    assert result.stdout == "installed alexa\ninstalled features\n"
    assert result.stderr == "test-wake-pack: 0.0 MB\n"
    assert (tmp_path / "data" / "models" / "alexa" / "alexa.onnx").read_bytes() == ALEXA
    assert _run("pull").stdout == "already installed: alexa, features\n"


@pytest.mark.parametrize("far", [False, True])
def test_pull_prepares_a_voice_for_its_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, far: bool
) -> None:
    voice = toy_voice(tmp_path, far=far)
    source = {"type": "url", "url": "https://localhost/voice"}
    files = [voice, voice.with_name("voice.onnx.json")]
    tables = [file_table(file.name, file.read_bytes(), source) for file in files]
    toy = entry_table("toy", *tables) | {"kind": "tts"}
    catalog = Catalog.model_validate({"entries": {"toy": toy}})
    monkeypatch.setattr(store_module, "default_catalog", lambda: catalog)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    result = _run("pull", "toy", "--from", tmp_path)
    assert ("toy speaks a sentence only when all of it is computed" in result.stderr) == far
    assert is_prepared(tmp_path / "data" / "models" / "toy" / "voice.onnx")


def test_pull_as_json_tells_new_from_present(offline: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "data" / "models")
    assert _json("pull", "alexa", "--from", offline) == {
        "folder": folder,
        "pulled": ["alexa"],
        "present": [],
    }
    pulled = _json("pull", "alexa", "--bundle", "default", "--from", offline)
    assert (pulled["pulled"], pulled["present"]) == (["features"], ["alexa"])


def test_list_shows_what_is_installed(offline: Path) -> None:
    _run("pull", "alexa", "--from", offline)
    header, alexa, features = _run("list").stdout.splitlines()
    assert header.split("\t") == [
        "name", "kind", "size", "installed", "serves", "bundle", "boards", "licence",
    ]  # fmt: skip
    assert alexa.split("\t") == [
        "alexa", "wake", "0.0 MB", "yes", "alexa", "default", "pi5-8gb", "MIT",
    ]  # fmt: skip
    assert features.split("\t")[3] == ""


def test_list_goes_on_without_a_configuration_that_is_right(offline: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "kitchen-assistant" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[stt]\nmodle = 'x'")
    result = _run("list")
    assert "Which models serve is not known" in result.stderr
    assert result.stdout.splitlines()[1].split("\t")[4] == ""


def test_list_and_verify_know_what_was_brought(offline: Path, tmp_path: Path) -> None:
    root = tmp_path / "data" / "models"
    entry = local_entry("own", "wake")
    adopt(Store(), entry, given(tmp_path / "given", entry))
    history = promoted((), "own", "2025-01-01T00:00:00+00:00")
    LocalFile(root).change(
        lambda local: local.with_entry(entry).with_history("wake.alexa", history)
    )
    [own] = [row for row in _json("list") if row["name"] == "own"]
    assert (own["serves"], own["local"], own["installed"]) == ("alexa", True, True)
    assert _run("verify").stdout == f"ok\t{root}/own/own.onnx\n"


def test_list_can_be_narrowed(offline: Path) -> None:
    assert [entry["name"] for entry in _json("list", "--board", "pi5-8gb")] == ["alexa", "features"]
    assert _json("list", "--board", "pi4") == []
    assert _json("list", "--kind", "llm") == []


def test_list_as_json_has_what_a_choice_needs(offline: Path) -> None:
    assert _json("list")[0] == {
        "name": "alexa",
        "kind": "wake",
        "description": "a test",
        "bytes": len(ALEXA),
        "licence": "MIT",
        "languages": ["en"],
        "quantisation": "float32",
        "boards": ["pi5-8gb"],
        "bundles": ["default"],
        "installed": False,
        "serves": "alexa",
        "local": False,
        "pinned": True,
        "files": ["alexa.onnx"],
    }


def test_path_prints_only_the_path(offline: Path, tmp_path: Path) -> None:
    _run("pull", "--from", offline)
    folder = tmp_path / "data" / "models" / "features"
    assert _run("path", "features").stdout == f"{folder / 'mel.onnx'}\n"
    assert _json("path", "features")["files"] == [
        str(folder / "mel.onnx"),
        str(folder / "extra.json"),
    ]


def test_verify_passes_what_is_whole(offline: Path) -> None:
    _run("pull", "--from", offline)
    lines = _run("verify").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["ok", "ok", "ok"]


def test_verify_names_each_damaged_file_in_one_sentence(offline: Path, tmp_path: Path) -> None:
    _run("pull", "--from", offline)
    folder = tmp_path / "data" / "models"
    (folder / "alexa" / "alexa.onnx").write_bytes(ALEXA[::-1])
    (folder / "features" / "extra.json").unlink()
    with pytest.raises(ModelError) as caught:
        _run("verify")
    assert str(caught.value) == (
        f"Not whole: {folder}/alexa/alexa.onnx (damaged), {folder}/features/extra.json (missing):"
        " run `assistant models pull alexa features`."
    )


@pytest.mark.parametrize("command", [["pull", "alexxa"], ["path", "alexxa"], ["verify", "alexxa"]])
@pytest.mark.usefixtures("offline")
def test_an_unknown_name_is_answered_with_the_closest(command: list[str]) -> None:
    with pytest.raises(ModelError, match="no model 'alexxa': did you mean alexa"):
        _run(*command)


@pytest.mark.usefixtures("offline")
def test_an_unknown_bundle_is_an_error() -> None:
    with pytest.raises(ModelError, match="no bundle 'all': it has default"):
        _run("pull", "--bundle", "all")
