"""The folder of versions: whatever is interrupted, there is a current one that works."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import UpdateError
from assistant.update.manifest import Manifest
from assistant.update.versions import Versions
from tests.interrupted import cut_at

MANIFEST = Manifest("1.0", "3.11", "x86_64", (), {"a.whl": "0" * 64})


def installed(root: Path, *names: str) -> Versions:
    """Whole versions, the last of which is current."""
    versions = Versions(root)
    with versions.locked():
        for name in names:
            versions.begin(name)
            versions.complete(name, MANIFEST)
            versions.switch(name)
            versions.end_trial()
    return versions


def test_nothing_is_installed_at_first(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "new")
    assert (versions.whole, versions.current, versions.previous) == ([], None, None)


def test_to_switch_and_to_go_back(tmp_path: Path) -> None:
    versions = installed(tmp_path, "a", "b")
    assert (versions.current, versions.previous, versions.on_trial) == ("b", "a", None)
    versions.switch("a")
    assert (versions.current, versions.previous, versions.on_trial) == ("a", "b", "b")
    versions.back_to(*versions.tried_instead_of)
    assert (versions.current, versions.previous, versions.on_trial) == ("b", "a", None)
    assert versions.whole == ["a", "b"]


def test_the_links_can_be_moved_with_their_folder(tmp_path: Path) -> None:
    installed(tmp_path, "a")
    assert not os.path.isabs(os.readlink(tmp_path / "current"))


def test_two_versions_stay(tmp_path: Path) -> None:
    versions = installed(tmp_path, "a", "b", "c")
    versions.begin("half")
    assert versions.prune() == ["a", "half"]
    assert versions.whole == ["b", "c"]


def test_what_was_interrupted_is_no_version_and_is_begun_anew(tmp_path: Path) -> None:
    versions = installed(tmp_path, "a")
    (versions.begin("b") / "rest").touch()
    assert versions.whole == ["a"]
    assert not (versions.begin("b") / "rest").exists()


def test_one_at_a_time(tmp_path: Path) -> None:
    with (
        Versions(tmp_path).locked(),
        pytest.raises(UpdateError, match="Another update"),
        Versions(tmp_path).locked(),
    ):
        pass
    with Versions(tmp_path).locked():
        pass


def update(versions: Versions) -> None:
    with versions.locked():
        versions.begin("c")
        versions.complete("c", MANIFEST)
        versions.switch("c")
        versions.end_trial()
        versions.prune()


def return_to_a(versions: Versions) -> None:
    with versions.locked():
        versions.switch("a")
        versions.back_to(*versions.tried_instead_of)


@pytest.mark.parametrize("work", [update, return_to_a])
def test_the_power_may_fail_at_any_moment(tmp_path: Path, work: Callable[[Versions], None]) -> None:
    step = 0
    while True:
        versions = installed(tmp_path / str(step), "a", "b")
        interrupted = cut_at(step, lambda: work(versions))  # noqa: B023
        assert versions.current in versions.whole
        # Whoever tries again gets through.
        work(versions)
        assert versions.current in ("b", "c")
        assert versions.on_trial is None
        assert len(versions.whole) == 2
        if not interrupted:
            break
        step += 1
    assert step > 8


def test_what_was_never_ready_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    """Two updates while the service does not run."""
    versions = Versions(tmp_path / "root")
    with versions.locked():
        for name in ("v1", "v2", "v3"):
            versions.begin(name)
            versions.complete(name, MANIFEST)
            versions.switch(name)
            if name == "v1":
                versions.end_trial()
        assert versions.prune() == ["v2"]
        assert (versions.current, versions.previous, versions.on_trial) == ("v3", "v1", "v1")
        versions.back_to(*versions.tried_instead_of)
    assert (versions.current, versions.previous) == ("v1", None)
