"""Which model serves in a role, and when the configuration stands in the way."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import Settings, load
from assistant.errors import InputError
from hw.profile import Threads
from models.catalog import Catalog, default_catalog
from models.store import Store
from tests.quantize.local_entries import local_entry
from tools.quantize.comparison import phrase_of
from tools.quantize.promotion import Promotion
from tools.quantize.roles import (
    chosen,
    current,
    known_role,
    require_unstated,
    role_of,
    shipped,
)

THREADS = Threads(stt=2, turn=1, llm=2, prompt=2, tts=2)


def test_a_role_is_a_kind_or_a_phrase() -> None:
    assert role_of("tts", None) == "tts"
    assert role_of("wake", "alexa") == "wake.alexa"
    with pytest.raises(InputError, match="--phrase"):
        role_of("wake", "")


def test_a_role_may_be_said_shortly() -> None:
    assert known_role("llm", []) == "llm"
    assert known_role("wake.alexa", []) == "wake.alexa"
    assert known_role("wake", ["stt", "wake.alexa"]) == "wake.alexa"
    with pytest.raises(InputError, match=r"\(wake\.a, wake\.b\)"):
        known_role("wake", ["wake.a", "wake.b"])
    for unknown in ("", "wake.", "vad", "STT"):
        with pytest.raises(InputError, match=f"no role '{unknown}'"):
            known_role(unknown, [])


@pytest.mark.parametrize("role", ["stt", "llm", "tts", "wake.alexa", "wake.hello_mirror"])
def test_one_model_is_exchanged_and_nothing_else(role: str) -> None:
    settings = chosen(Settings(), role, "mine")
    assert current(settings, role) == "mine"
    back = chosen(settings, role, shipped(role) or "mine")
    others = {"stt", "llm", "tts", "wake"} - {role.partition(".")[0]}
    for other in others:
        assert getattr(settings, other) == getattr(Settings(), other)
    assert current(back, role) == (shipped(role) or "mine")


def test_what_ships_has_no_model_for_a_new_phrase() -> None:
    assert shipped("wake.hello_mirror") is None
    assert shipped("wake.alexa") == "alexa"
    assert shipped("stt") == "whisper-tiny.en-q8_0"


@pytest.mark.parametrize(
    ("role", "text", "says"),
    [
        ("stt", '[stt]\nmodel = "x"\n', r"line 2 states stt\.model"),
        ("tts", '[tts]\nspeed = 1.1\nvoice = "x"\n', r"line 3 states tts\.voice"),
        ("wake.alexa", '[wake.models]\nalexa = "x"\n', r"line 2 states wake\.models\.alexa"),
        ("wake.new", '[wake]\nphrases = ["alexa"]\n', r'states wake\.phrases, without "new"'),
    ],
)
def test_what_is_stated_stands_in_the_way(tmp_path: Path, role: str, text: str, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    settings = load(path, {}, THREADS, {})
    with pytest.raises(InputError, match=says) as caught:
        require_unstated(settings, role, path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("stt", "[stt]\nthreads = 2\n"),
        ("wake.alexa", '[wake]\nphrases = ["alexa"]\n'),
        ("wake.alexa", '[wake]\nphrases = ["alexa", "x"]\n[wake.models]\nx = "y"\n'),
        ("wake.new", ""),
    ],
)
def test_what_is_not_stated_does_not(tmp_path: Path, role: str, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    require_unstated(load(path, {}, THREADS, {}), role, path)


def test_a_wake_word_of_the_catalog_listens_for_its_name(tmp_path: Path) -> None:
    own = local_entry("mine", "wake", phrase="hello_mirror")
    entries = {**default_catalog().entries, "mine": own}
    store = Store(tmp_path, default_catalog().model_copy(update={"entries": entries}))
    assert phrase_of("alexa", store) == "alexa"
    assert phrase_of("mine", store) == "hello_mirror"
    assert phrase_of("a/file.onnx", store) is None


def test_a_model_called_like_a_phrase_that_nobody_listens_for_does_not_serve(
    tmp_path: Path,
) -> None:
    entry = local_entry("granny", "wake", phrase="granny")
    store = Store(tmp_path, Catalog(entries={"granny": entry}))
    planned = Promotion("new.onnx", "new", "wake", "wake.granny", "granny", None, Settings(), store)
    assert planned.current is None
    listening = chosen(Settings(), "wake.granny", "granny")
    assert replace(planned, settings=listening).current == "granny"
