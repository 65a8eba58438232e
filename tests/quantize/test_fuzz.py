"""The fuzzer itself: it tells what loads from what ends its process."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.quantize.fuzz.__main__ import Child, examine
from tools.quantize.fuzz.tiny import safetensors

pytest.importorskip("safetensors")


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child("safetensors")
    yield made
    made.close()


def test_what_loads_and_what_the_library_refuses(tmp_path: Path, child: Child) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(safetensors())
    bad.write_bytes(b"rubbish!")
    assert [child.load(good), child.load(bad), child.load(good)] == ["loaded", "refused", "loaded"]


def test_what_the_check_refuses_is_not_loaded(tmp_path: Path, child: Child) -> None:
    counts: Counter[str] = Counter()
    path = tmp_path / "model"
    for data in (safetensors(), safetensors()[:-1]):
        path.write_bytes(data)
        assert examine(path, child, counts) == ""
    assert counts == {"let through": 1, "then loaded": 1, "refused": 1}


def test_a_process_that_ends_is_a_finding_and_is_started_anew(
    tmp_path: Path, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is made one that shoots itself at the first file it is given."""
    script = tmp_path / "shot"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os\nprint('ready', flush=True)\ninput()\nos.kill(os.getpid(), 11)\n"
    )
    script.chmod(0o700)
    path = tmp_path / "model"
    path.write_bytes(safetensors())
    counts: Counter[str] = Counter()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(script))
        assert examine(path, child, counts) == f"crashed ({signal.SIGSEGV.value})"
    assert counts[f"then crashed ({signal.SIGSEGV.value})"] == 1
    assert child.load(path) == "loaded"
