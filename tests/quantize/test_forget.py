"""A model that nobody needs goes: whole or not at all, and never one that somebody needs."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assistant import config
from assistant.errors import InputError, ModelError
from models.local import LocalFile, serving
from models.roles import Term, without
from models.service import bring, forget, go_back, require_bringable, serve
from models.store import Store
from tests.interrupted import Stop, cut_at, interrupted_at
from tests.quantize.local_entries import FILES, content, given, local_entry
from tools.quantize.cli import app

NOW = "2025-01-01T00:00:00+00:00"


def brought(root: Path, *names: str) -> None:
    for name in names:
        entry = local_entry(name)
        files = given(root.parent / "given", entry)
        bring(root, entry, files, "stt", lambda store: store, NOW)


def forgotten(root: Path, name: str, **uses: str) -> None:
    forget(root, name, uses, lambda role: f"the {role} that ships")


def history(root: Path) -> list[str]:
    return [term.entry for term in LocalFile(root).read().history("stt")]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "data" / "models"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["forget", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_what_served_long_ago_goes_and_rollback_knows_nothing_of_it(root: Path) -> None:
    brought(root, "a", "b", "c")
    forgotten(root, "a")
    assert not (root / "a").exists()
    assert history(root) == ["b", "c"]
    with pytest.raises(ModelError, match="no model 'a'"):
        forgotten(root, "a")
    assert go_back(root, "stt", None) == "b"
    forgotten(root, "c")
    assert [path.name for path in root.iterdir() if path.name in "abc"] == ["b"]
    brought(root, "a")  # the name is free again
    assert serving(root) == {"stt": "a"}


def test_who_served_before_and_after_it_went_on() -> None:
    terms = tuple(Term(entry=name, since=str(at)) for at, name in enumerate("abacb"))
    assert [(term.entry, term.since) for term in without(terms, "b")] == [("a", "0"), ("c", "3")]
    assert without((), "b") == ()


def test_what_serves_and_what_rollback_returns_to_stays(root: Path) -> None:
    brought(root, "a", "b")
    before = LocalFile(root).path.read_bytes()
    with pytest.raises(ModelError, match="b serves as stt: put another model there first"):
        forgotten(root, "b")
    with pytest.raises(ModelError, match="`quantize rollback stt` would return to a: promote one"):
        forgotten(root, "a")
    go_back(root, "stt", None)
    with pytest.raises(ModelError, match="b serves as tts"):
        forgotten(root, "b", tts="b")
    with pytest.raises(ModelError, match="a serves as stt"):
        forgotten(root, "a")
    with pytest.raises(ModelError, match="would return to b"):  # as what ships would be
        forget(root, "b", {}, lambda role: "b")
    serve(root, "b", "stt", lambda store: store, NOW)
    assert LocalFile(root).path.read_bytes() == before
    assert {verdict.state for verdict in Store(root).verify()} == {"ok"}


def test_what_the_refusals_propose_leads_there(root: Path) -> None:
    brought(root, "a", "b", "c")  # one more than a and b: nothing returns to a
    forgotten(root, "a")
    brought(root, "d", "e")
    for _ in range(2):
        go_back(root, "stt", None)  # beyond d
    forgotten(root, "d")
    forgotten(root, "e")
    assert sorted(LocalFile(root).read().entries) == ["b", "c"]


def test_a_model_that_ships_stays(root: Path) -> None:
    with pytest.raises(ModelError, match="comes with the assistant"):
        forgotten(root, "whisper-tiny.en-q8_0")
    for name in ("no-such", "../data", ".", ""):
        with pytest.raises(ModelError, match="no model"):
            forgotten(root, name)


def test_a_model_whose_files_somebody_has_removed_goes_too(root: Path) -> None:
    brought(root, "a", "b", "c")
    (root / "a" / FILES["stt"][0]).unlink()
    (root / "a").rmdir()
    forgotten(root, "a")
    assert history(root) == ["b", "c"]


@pytest.mark.parametrize("stop", [cut_at, interrupted_at])
@pytest.mark.parametrize("afterwards", ["the same", "a new one"])
def test_it_may_stop_at_any_moment(tmp_path: Path, stop: Stop, afterwards: str) -> None:
    step, seen = 0, set()
    while True:
        root = tmp_path / str(step) / "models"
        brought(root, "a", "b", "c")
        stopped = stop(step, lambda: forgotten(root, "a"))  # noqa: B023
        is_known = "a" in LocalFile(root).read().entries
        seen.add(is_known)
        assert history(root) == (["a", "b", "c"] if is_known else ["b", "c"])
        assert {verdict.state for verdict in Store(root).verify()} == {"ok"}
        assert serving(root) == {"stt": "c"}
        if is_known:
            name = FILES["stt"][0]
            assert Store(root).path("a").read_bytes() == content("a", name)
        if afterwards == "the same" and (root / "a").exists():
            forgotten(root, "a")
        elif afterwards == "a new one" and not is_known:
            brought(root, "a")  # what may be left of it is in nobody's way
            assert serving(root) == {"stt": "a"}
            assert {verdict.state for verdict in Store(root).verify()} == {"ok"}
        if afterwards == "the same":
            assert not (root / "a").exists()
            assert history(root) == ["b", "c"]
        if not stopped:
            break
        step += 1
    assert seen == {True, False}
    assert step > 10


def not_changed(error: BaseException) -> Callable[..., None]:
    def change(file: LocalFile, change: object) -> None:
        raise error

    return change


def marks(root: Path) -> list[str]:
    return [path.parent.name for path in root.glob("*/.leaving")]


@pytest.mark.parametrize("error", [ModelError("The disk is full."), KeyboardInterrupt()])
def test_what_could_not_be_forgotten_is_not_about_to_go(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    brought(root, "a", "b", "c")
    with monkeypatch.context() as patched:
        patched.setattr(LocalFile, "change", not_changed(error))
        with pytest.raises(type(error)):
            forgotten(root, "a")
    assert marks(root) == []
    assert history(root) == ["a", "b", "c"]


def test_what_is_written_down_halfway_is_taken_back(root: Path) -> None:
    step, seen = 0, set()
    brought(root, "a", "b", "c")
    while "a" in LocalFile(root).read().entries:
        interrupted_at(step, lambda: forgotten(root, "a"))
        seen.add("a" in LocalFile(root).read().entries)
        assert set(marks(root)).isdisjoint(LocalFile(root).read().entries)
        step += 1
    assert seen == {True, False}


def serve_it(root: Path) -> None:
    serve(root, "b", "stt", lambda store: store, NOW)


def go_back_to_it(root: Path) -> None:
    go_back(root, "stt", None)


@pytest.mark.parametrize("let_serve", [serve_it, go_back_to_it])
def test_what_serves_is_not_about_to_go(root: Path, let_serve: Callable[[Path], None]) -> None:
    brought(root, "a", "b", "c")
    (root / "b" / ".leaving").touch()  # the power has failed during a `forget`
    let_serve(root)
    assert serving(root) == {"stt": "b"}
    assert marks(root) == []


@pytest.mark.parametrize("text", ['{"version": 2}', "{", None])
def test_nothing_goes_while_nobody_knows_what_is_needed(root: Path, text: str | None) -> None:
    brought(root, "a", "b", "c")
    (root / "a" / ".leaving").touch()
    known = LocalFile(root).path.read_bytes()
    if text is None:
        LocalFile(root).path.unlink()
        LocalFile(root).path.mkdir()  # not even root can read it
    else:
        LocalFile(root).path.write_text(text)
    entry = local_entry("z")
    files = given(root.parent / "given", entry)
    with pytest.raises(ModelError, match=r"local\.json"):
        require_bringable(root, entry, files, "stt")
    with pytest.raises(ModelError, match=r"local\.json"):
        brought(root, "z")
    with pytest.raises(ModelError, match=r"local\.json"):
        forgotten(root, "a")
    if text is None:
        LocalFile(root).path.rmdir()
    LocalFile(root).path.write_bytes(known)
    assert Store(root).path("a").exists()
    brought(root, "z")
    assert Store(root).path("a").exists()  # it is known still


def test_the_command_shows_what_goes(root: Path) -> None:
    brought(root, "a", "b", "c")
    result = run("a", "--yes")
    assert result.exit_code == 0
    assert result.stdout == "a is forgotten; 0.0 MB are free again.\n"
    assert result.stderr == f"{root / 'a' / 'ggml-own.bin'}: 0.0 MB\n"
    assert not (root / "a").exists()


def test_a_script_gets_one_object(root: Path) -> None:
    brought(root, "a", "b", "c")
    size = len(content("a", "ggml-own.bin"))
    file = str(root / "a" / "ggml-own.bin")
    result = run("a", "--yes", "--json")
    assert json.loads(result.stdout) == {"forgotten": "a", "files": [file], "bytes": size}
    assert result.stderr == ""


def test_the_answer_may_be_given_shortly(root: Path) -> None:
    brought(root, "a", "b", "c")
    assert run("a", "-y").exit_code == 0
    assert not (root / "a").exists()


def test_nothing_goes_unasked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(root, "a", "b", "c")
    with pytest.raises(InputError, match=r"Remove a \(0.0 MB\)\? Nobody is there to answer: add"):
        run("a")
    asked: list[str] = []

    def no(question: str, **options: bool) -> None:
        asked.append(question)
        raise typer.Abort

    class Terminal:
        def isatty(self) -> bool:
            return True

    with monkeypatch.context() as patched:
        patched.setattr(typer, "confirm", no)
        patched.setattr(sys, "stdin", Terminal())
        with pytest.raises(typer.Abort):
            app(["forget", "a"], standalone_mode=False)
    assert asked == ["Remove a (0.0 MB)?"]
    assert Store(root).path("a").exists()


def test_what_the_configuration_names_stays(root: Path, tmp_path: Path) -> None:
    brought(root, "a", "b", "c")
    path = tmp_path / "config" / "kitchen-assistant" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[stt]\nmodel = "a"\n')
    assert config.load(None).stt.model == "a"
    with pytest.raises(ModelError, match=r"a serves as stt: .*in the configuration if that names"):
        run("a", "--yes")
    assert Store(root).path("a").exists()


@pytest.mark.parametrize("key", ["llm.smaller", "vad.model", "turn.model"])
def test_what_the_configuration_names_in_no_role_stays(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    brought(root, "a", "b", "c")
    section, name = key.split(".")
    path = tmp_path / "own.toml"
    path.write_text(f'[{section}]\n{name} = "a"\n')
    says = f"line 2 names a as {key}: write the name of another model there"
    with pytest.raises(InputError, match=says):
        run("a", "--yes", "--config", str(path))
    variable = f"ASSISTANT_{section}__{name}".upper()
    monkeypatch.setenv(variable, "a")
    with pytest.raises(InputError, match=f"{variable} names a as {key}"):
        run("a", "--yes")
    assert Store(root).path("a").exists()


def test_what_the_configuration_names_for_a_wake_phrase_stays(root: Path, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        entry = local_entry(name, "wake")
        files = given(root.parent / "given", entry)
        bring(root, entry, files, "wake.alexa", lambda store: store, NOW)
    path = tmp_path / "own.toml"
    path.write_text('[wake]\nphrases = ["alexa", "hello"]\n[wake.models]\nhello = "a"\n')
    with pytest.raises(ModelError, match=r"a serves as wake\.hello"):
        run("a", "--yes", "--config", str(path))
    path.write_text('[wake]\nphrases = ["alexa", "a"]\n')
    with pytest.raises(ModelError, match=r"a serves as wake\.a"):
        run("a", "--yes", "--config", str(path))
    assert Store(root).path("a").exists()


def test_a_model_called_auto_is_not_what_auto_means(root: Path, tmp_path: Path) -> None:
    brought(root, "auto", "b", "c")
    path = tmp_path / "own.toml"
    path.write_text('[llm]\nsmaller = "auto"\n')
    run("auto", "--yes", "--config", str(path))
    assert not (root / "auto").exists()
