"""Into service and back: whatever is interrupted, what serves is the old or the new, and whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import ConfigError, ModelError
from models.local import LocalFile, serving
from models.service import bring, go_back, serve
from models.store import Store
from tests.interrupted import Stop, cut_at, interrupted_at
from tests.quantize.local_entries import content, given, local_entry

NOW = "2025-01-01T00:00:00+00:00"
DEFAULT = "shipped"


def loads(name: str) -> Callable[[Store], object]:
    """An engine that reads all of its model."""
    return lambda store: store.path(name).read_bytes()


def brought(root: Path, *names: str) -> None:
    for name in names:
        entry = local_entry(name)
        bring(root, entry, given(root.parent / "given", entry), "stt", loads(name), NOW)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


def history(root: Path) -> list[str]:
    return [term.entry for term in LocalFile(root).read().history("stt")]


def test_there_and_back(root: Path) -> None:
    brought(root, "a", "b")
    assert serving(root) == {"stt": "b"}
    brought_back = local_entry("b")
    with pytest.raises(ModelError, match="has a model b already"):
        bring(root, brought_back, {}, "stt", loads("b"), NOW)
    assert go_back(root, "stt", DEFAULT) == "a"
    assert serving(root) == {"stt": "a"}
    assert Store(root).path("b").exists()
    serve(root, "b", "stt", loads("b"), NOW)
    assert history(root) == ["a", "b"]
    serve(root, "b", "stt", loads("b"), NOW)
    assert history(root) == ["a", "b"]


def test_back_to_what_ships(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(root, "a", "b")
    with pytest.raises(ModelError, match="no model 'shipped'"):
        go_back(root, "stt", DEFAULT, to=DEFAULT)
    assert serving(root) == {"stt": "b"}
    brought_default = local_entry("shipped")
    bring(
        root,
        brought_default,
        given(root.parent / "given", brought_default),
        "stt",
        loads("shipped"),
        NOW,
    )
    go_back(root, "stt", DEFAULT)
    assert go_back(root, "stt", DEFAULT, to=DEFAULT) == DEFAULT
    assert history(root) == []
    with pytest.raises(ModelError, match="Nothing was promoted"):
        go_back(root, "stt", DEFAULT)
    with pytest.raises(ModelError, match="Nothing was promoted"):
        go_back(root, "stt", DEFAULT, to=DEFAULT)


def test_there_is_no_way_back_to_what_is_damaged(root: Path) -> None:
    brought(root, "a", "b")
    (root / "a" / "ggml-own.bin").write_bytes(content("a", "ggml-own.bin")[::-1])
    with pytest.raises(ModelError, match="damaged"):
        go_back(root, "stt", DEFAULT)
    assert history(root) == ["a", "b"]


def test_a_name_that_ships_is_refused(root: Path) -> None:
    entry = local_entry("whisper-tiny.en-q8_0")
    with pytest.raises(ModelError, match="choose another name"):
        bring(root, entry, {}, "stt", loads(entry.name), NOW)
    assert not (root / entry.name).exists()


def test_a_model_of_another_kind_does_not_serve(root: Path) -> None:
    entry = local_entry("own", "tts")
    files = given(root.parent / "given", entry)
    with pytest.raises(ModelError, match="is of the kind tts, and cannot serve as stt"):
        bring(root, entry, files, "stt", loads("own"), NOW)
    assert not (root / "own").exists()


def test_what_the_engine_refuses_leaves_nothing(root: Path) -> None:
    def refuses(store: Store) -> object:
        raise ConfigError("it knows English only.")

    brought(root, "a")
    entry = local_entry("b")
    with pytest.raises(ConfigError, match="English only"):
        bring(root, entry, given(root.parent / "given", entry), "stt", refuses, NOW)
    assert serving(root) == {"stt": "a"}
    assert not (root / "b").exists()
    with pytest.raises(ConfigError, match="English only"):
        serve(root, "a", "stt", refuses, NOW)


def test_what_somebody_keeps_beside_the_models_is_left_alone(root: Path) -> None:
    entry = local_entry("own")
    inside = given(root / "own", entry)
    (root.parent / "given").mkdir()
    with pytest.raises(ModelError, match="is not free for a new model"):
        bring(root, entry, inside, "stt", loads("own"), NOW)
    assert inside["ggml-own.bin"].read_bytes() == content("own", "ggml-own.bin")
    (root / "own" / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="is not free for a new model"):
        brought(root, "own")
    assert (root / "own" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["local.json", "pins.json"])
def test_no_model_takes_the_name_of_what_the_store_keeps_itself(root: Path, name: str) -> None:
    with pytest.raises(ModelError, match="is not free for a new model"):
        brought(root, name)
    assert not (root / name).exists()


def test_a_damaged_file_of_roles_stops_it(root: Path) -> None:
    root.mkdir()
    (root / "local.json").write_text("{")
    with pytest.raises(ModelError, match="is damaged"):
        brought(root, "a")
    assert (root / "local.json").read_text() == "{"


def a_new_one(root: Path) -> None:
    brought(root, "c")


def an_installed_one(root: Path) -> None:
    serve(root, "a", "stt", loads("a"), NOW)


def back(root: Path) -> None:
    go_back(root, "stt", DEFAULT)


@pytest.mark.parametrize("stop", [cut_at, interrupted_at])
@pytest.mark.parametrize(
    ("work", "after"), [(a_new_one, "c"), (an_installed_one, "a"), (back, "a")]
)
def test_it_may_stop_at_any_moment(
    tmp_path: Path,
    work: Callable[[Path], None],
    after: str,
    stop: Stop,
) -> None:
    step, seen = 0, set()
    while True:
        root = tmp_path / str(step) / "models"
        brought(root, "a", "b")
        stopped = stop(step, lambda: work(root))  # noqa: B023
        now = serving(root)["stt"]
        seen.add(now)
        assert now in ("b", after)
        assert Store(root).path(now).read_bytes() == content(now, "ggml-own.bin")
        assert {verdict.state for verdict in Store(root).verify()} == {"ok"}
        if now == "b":  # whoever tries again gets through
            work(root)
            assert serving(root) == {"stt": after}
        if not stopped:
            break
        step += 1
    assert seen == {"b", after}
    assert step > 4
