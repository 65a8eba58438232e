"""A machine's own models: known, served, verified, and passed over when they are gone."""

import json
import logging
import os
from pathlib import Path

import pytest

from assistant.config import Settings, load
from assistant.doctor import installed
from assistant.errors import ModelError
from hw.profile import Threads
from models.adopt import adopt, discard
from models.catalog import default_catalog
from models.local import Local, LocalFile, serving, with_local
from models.storage import locked
from models.store import Store
from tests.quantize.local_entries import bring, content, given, local_entry

THREADS = Threads(stt=2, turn=1, llm=2, prompt=2, tts=2)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    return tmp_path / "models"


def read(tmp_path: Path, text: str = "", **environment: str) -> Settings:
    """The configuration of this machine."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load(path, environment, THREADS)


def test_what_was_brought_is_like_any_other_model(root: Path) -> None:
    entry = local_entry("own", "tts")
    bring(root, entry, "tts")
    store = Store()
    assert store.path("own").read_bytes() == content("own", "own.onnx")
    assert store.is_installed(store.catalog.entry("own"))
    assert [verdict.state for verdict in store.verify()] == ["ok", "ok"]
    assert store.pull(["own"]) == []
    assert "whisper-tiny.en-q8_0" in store.catalog.entries


def test_what_is_damaged_cannot_be_pulled_and_the_sentence_says_what_can_be_done(
    root: Path,
) -> None:
    bring(root, local_entry("own"), "stt")
    file = root / "own" / "ggml-own.bin"
    file.write_bytes(file.read_bytes()[::-1])
    with pytest.raises(
        ModelError,
        match=r"damaged .* go back from own with `quantize rollback`, or .* under another",
    ):
        Store().path("own")
    with pytest.raises(ModelError, match=r"nowhere to pull ggml-own\.bin from"):
        Store().pull(["own"])
    wanted = [Store().catalog.entry(name) for name in ("own", "alexa")]
    check = installed.check(Store(), wanted, read_all=True)
    assert check.level == "red"
    assert "pull alexa`; go back from own with `quantize rollback`" in check.remedy


def test_a_model_that_is_not_stated_is_the_promoted_one(root: Path, tmp_path: Path) -> None:
    bring(root, local_entry("own"), "stt")
    bring(root, local_entry("joe", "tts"), "tts")
    bring(root, local_entry("writer", "llm"), "llm")
    settings = read(tmp_path)
    assert (settings.stt.model, settings.tts.voice) == ("own", "joe")
    assert settings.llm.model == "writer"


def test_what_is_stated_wins(root: Path, tmp_path: Path) -> None:
    bring(root, local_entry("own"), "stt")
    stated = '[stt]\nmodel = "whisper-base-q8_0"\n'
    assert read(tmp_path, stated).stt.model == "whisper-base-q8_0"
    assert read(tmp_path, "", ASSISTANT_STT__MODEL="other").stt.model == "other"
    assert read(tmp_path, "[stt]\nthreads = 1\n").stt.model == "own"


def test_a_wake_word_serves_its_phrase(root: Path, tmp_path: Path) -> None:
    bring(root, local_entry("better", "wake"), "wake.alexa")
    bring(root, local_entry("own", "wake", phrase="hey_kitchen"), "wake.hey_kitchen")
    wake = read(tmp_path).wake
    assert wake.phrases == ("hey_jarvis", "alexa", "hey_mycroft", "hey_kitchen")
    models = ["hey_jarvis", "better", "hey_mycroft", "own"]
    assert [wake.model_of(phrase) for phrase in wake.phrases] == models
    assert installed.required(read(tmp_path))[1:5] == models
    few = read(tmp_path, '[wake]\nphrases = ["alexa"]\n').wake
    assert few.models == {"alexa": "better"}
    stated = read(tmp_path, '[wake.models]\nalexa = "alexa"\n').wake
    assert stated.model_of("alexa") == "alexa"
    assert stated.model_of("hey_kitchen") == "own"


def test_a_configuration_that_is_wrong_is_explained_all_the_same(
    root: Path, tmp_path: Path
) -> None:
    from assistant.errors import ConfigError

    bring(root, local_entry("better", "wake"), "wake.alexa")
    bring(root, local_entry("own"), "stt")
    wrongs = ["stt = 3", "wake = 3", "[wake]\nphrases = 3", "[wake]\nmodels = 3"]
    for wrong in [*wrongs, '[wake.models]\nalexxa = "x"']:
        with pytest.raises(ConfigError, match=r"config\.toml"):
            read(tmp_path, wrong)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"version": 0}',
        "[" * 100_000,
        '{"roles": {"stt": 3}}',
        '{"entries": {"own": {}}}',
        "\udcff",
    ],
)
def test_a_damaged_file_leaves_what_ships_in_service_and_says_so(
    root: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    bring(root, local_entry("own"), "stt")
    (root / "local.json").write_text(damage, errors="surrogateescape")
    with caplog.at_level(logging.WARNING):
        assert read(tmp_path) == load(tmp_path / "config.toml", {}, THREADS, {})
    assert "is damaged" in caplog.text
    assert "(:" not in caplog.text
    assert "only models that ship serve" in caplog.text
    assert Store().catalog == default_catalog()
    with pytest.raises(ModelError, match="is damaged"):
        LocalFile(root).change(lambda local: local)


def test_what_a_newer_version_wrote_is_kept(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root.mkdir()
    (root / "local.json").write_text('{"later": [], "version": 2}')
    assert read(tmp_path) == load(tmp_path / "config.toml", {}, THREADS, {})
    assert "by a newer version of the assistant, so only models that ship serve" in caplog.text
    assert "damaged" not in caplog.text
    [check] = installed.promoted(root)
    assert (check.level, check.remedy) == ("red", "Update it, and keep the file.")
    with pytest.raises(ModelError, match="newer version"):
        LocalFile(root).change(lambda local: local)
    assert "later" in (root / "local.json").read_text()


def test_a_role_in_which_nothing_served_is_none(root: Path) -> None:
    root.mkdir()
    (root / "local.json").write_text('{"roles": {"stt": []}}')
    assert list(installed.promoted(root)) == []
    assert serving(root) == {}


def test_the_doctor_says_whether_what_was_promoted_serves(root: Path) -> None:
    assert list(installed.promoted(root)) == []
    bring(root, local_entry("own"), "stt")
    [check] = installed.promoted(root)
    assert (check.level, check.text) == ("green", "stt: own.")
    (root / "own" / "ggml-own.bin").unlink()
    [check] = installed.promoted(root)
    assert check.level == "red"
    assert "own (stt)" in check.text
    assert "under another name" in check.remedy
    (root / "local.json").write_text("{")
    [check] = installed.promoted(root)
    assert check.level == "red"
    assert "is damaged (Invalid JSON" in check.text
    assert check.remedy == "Delete it, and promote your models again."


def test_what_somebody_called_a_model_is_in_no_support_bundle(root: Path, tmp_path: Path) -> None:
    from assistant.support.bundle import Told, members

    bring(root, local_entry("anna-and-bo"), "stt")
    told = Told({"checks": [{"text": "stt: anna-and-bo."}]}, {})
    found = members(read(tmp_path), told, 7, environment={})
    assert "doctor.json" in found
    assert not any(b"anna-and-bo" in content for content in found.values())


def test_no_file_is_no_damage(root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert LocalFile(root).read() == Local()
    assert read(tmp_path) == load(tmp_path / "config.toml", {}, THREADS, {})
    assert caplog.text == ""
    assert not root.exists()


def test_a_model_that_is_gone_is_passed_over(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bring(root, local_entry("first"), "stt")
    bring(root, local_entry("second"), "stt")
    (root / "second" / "ggml-own.bin").write_bytes(b"cut")
    assert read(tmp_path).stt.model == "first"
    assert "second is promoted to stt, but missing or damaged" in caplog.text
    (root / "first" / "ggml-own.bin").unlink()
    assert serving(root) == {}
    assert read(tmp_path).stt.model == "whisper-tiny.en-q8_0"


def test_a_role_is_not_served_by_another_kind(root: Path) -> None:
    bring(root, local_entry("own", "tts"), "stt")
    assert serving(root) == {}


def test_what_a_later_version_ships_by_the_same_name_does_not_replace_it(root: Path) -> None:
    bring(root, local_entry("alexa", "wake"), "wake.alexa")
    assert with_local(default_catalog(), root).entry("alexa").local
    assert Store().path("alexa").name == "own.onnx"


def test_an_entry_says_all_that_it_must() -> None:
    with pytest.raises(ValueError, match="has a phrase"):
        local_entry("own", "wake", phrase=None)
    with pytest.raises(ValueError, match="has a phrase"):
        local_entry("own", "stt", phrase="alexa")
    file = {"path": "x", "bytes": 1, "source": {"type": "local"}}
    with pytest.raises(ValueError, match="SHA-256"):
        local_entry("own", "stt", files=[file])
    table = json.loads(Local().with_entry(local_entry("own")).model_dump_json())
    table["entries"]["other"] = table["entries"].pop("own")
    with pytest.raises(ValueError, match="other is called own inside"):
        Local.model_validate(table)


def test_adopting_checks_what_it_copied_and_needs_room(root: Path, tmp_path: Path) -> None:
    entry = local_entry("own")
    files = given(tmp_path / "given", entry)
    files["ggml-own.bin"].write_bytes(b"something else")
    with pytest.raises(ModelError, match="changed while it was read"):
        adopt(Store(), entry, files)
    assert not (root / "own").exists()
    with pytest.raises(ModelError, match="free some space"):
        adopt(Store(root, free_bytes=lambda folder: 10), entry, files)


def test_only_what_is_in_no_catalog_is_discarded(root: Path, tmp_path: Path) -> None:
    entry = local_entry("own")
    adopt(Store(), entry, given(tmp_path / "given", entry))
    discard(Store(), "own")
    assert not (root / "own").exists()
    bring(root, entry, "stt")
    discard(Store(), "own")
    assert Store().path("own").exists()


def test_two_that_change_it_at_once_wait_for_each_other(root: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def add(number: int) -> None:
        entry = local_entry(f"own-{number}")
        LocalFile(root).change(lambda local: local.with_entry(entry))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))
    assert len(LocalFile(root).read().entries) == 16


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for somebody else")
def test_what_root_brings_belongs_to_the_owner_of_the_folder(root: Path, tmp_path: Path) -> None:
    service = 4321
    root.mkdir()
    os.chown(root, service, service)
    umask = os.umask(0o077)
    try:
        bring(root, local_entry("own"), "stt")
    finally:
        os.umask(umask)
    with locked(root, "own"):
        made = list(root.rglob("*"))
    assert {path.name for path in made} >= {"local.json", "own", "ggml-own.bin", "own.lock"}
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(service, service)}
    assert (root / "own" / "ggml-own.bin").stat().st_mode & 0o777 == 0o644
