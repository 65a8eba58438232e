"""What is put into a wheelhouse: the product and what it needs, and nothing else."""

import re
import subprocess
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assistant.update import wheelhouse
from assistant.update.environment import DEMO
from tests.test_repository import PROJECT, ROOT, locked
from tools.wheelhouse import describe, repacked

RUNTIME = set((ROOT / "tools/setup/runtime.txt").read_text("utf-8").split())


def needed(
    requirements: list[str], extras: frozenset[str], found: dict[str, frozenset[str]]
) -> None:
    """Add all packages that these need here, with their extras, and theirs."""
    for text in requirements:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            continue
        name, wanted = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if name in found and wanted <= found[name]:
            continue
        found[name] = found.get(name, frozenset()) | wanted
        try:
            needed(requires(name) or [], wanted, found)
        except PackageNotFoundError:  # only where another system is
            continue


def test_the_list_of_the_product_is_that_of_pyproject() -> None:
    project = PROJECT["project"]
    found: dict[str, frozenset[str]] = {}
    wanted = [*project["dependencies"]]
    for extra in ("home", "eval", "quantize"):
        wanted += project["optional-dependencies"][extra]
    needed(wanted, frozenset(), found)
    assert set(found) <= RUNTIME, "run `make lock`"
    for_others = {"colorama"}  # Windows
    assert RUNTIME - set(found) <= for_others, "run `make lock`"


def test_all_of_it_is_locked() -> None:
    assert {head.partition("==")[0] for head in locked()} >= RUNTIME


def test_no_tool_and_no_test_comes_along() -> None:
    assert not RUNTIME & {"pytest", "mypy", "ruff", "uv", "openwakeword", "distributed", "cmake"}


def test_a_repacked_wheel_is_what_was_installed(tmp_path: Path) -> None:
    wheel = repacked("platformdirs", tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    assert repacked("platformdirs", again).read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert "platformdirs/unix.py" in names
        assert not [name for name in names if name.endswith((".pyc", "INSTALLER")) or ".." in name]
        record = archive.read(next(name for name in names if name.endswith("/RECORD"))).decode()
    assert {line.partition(",")[0] for line in record.splitlines()} == set(names)


def test_the_manifest_describes_the_folder(tmp_path: Path) -> None:
    repacked("platformdirs", tmp_path)
    (tmp_path / DEMO).write_bytes(b"sound")
    first = describe(tmp_path)
    assert describe(tmp_path) == first == wheelhouse.read(tmp_path)
    assert set(first.files) == {path.name for path in tmp_path.iterdir()} - {"manifest.json"}
    (tmp_path / DEMO).write_bytes(b"another")
    assert describe(tmp_path).name != first.name


@pytest.mark.parametrize("path", sorted((ROOT / "systemd").rglob("*.sh")), ids=lambda p: p.name)
def test_the_scripts_can_be_read_by_their_shell(path: Path) -> None:
    shell = re.match(r"#!.*?(\w+)\n", path.read_text("utf-8"))
    subprocess.run([shell[1] if shell else "bash", "-n", path], check=True)
