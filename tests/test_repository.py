"""Promises about the files themselves: the lock, the licences, and habits of the code."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    check=True,
    text=True,
).stdout.split("\0")
FILES = [ROOT / name for name in sorted(set(TRACKED)) if name and (ROOT / name).is_file()]
PYTHON = [path for path in FILES if path.suffix == ".py"]
CODE = [path for path in PYTHON if path.parts[len(ROOT.parts)] != "tests"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

MAX_FILE_LINES = 300
MAX_TEST_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
# Longer with a reason; each entry says why.
LONG_FILES = {
    "assistant/events.py": "the whole vocabulary, to be read as one list",
    "assistant/conversation.py": "every arm of the state table stands in one place",
    "tests/unit/test_models_store.py": "the store's promises share one set of fixtures",
}
LONG_FUNCTIONS = {
    "assistant/evaluate/plot.py:endpoint": "one figure, drawn from top to bottom",
    "tests/fake_models.py:whisper_tensors": "a list of tensors",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str | None:
    """None for recordings and pictures."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def locked() -> dict[str, list[str]]:
    """The lock's entries, head line -> hashes."""
    entries: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            head = line.removesuffix("\\").strip()
            entries[head] = []
        else:
            entries[head].append(line.removesuffix("\\").strip())
    return entries


# --- the lock -------------------------------------------------------------------------------------


def test_the_lock_pins_every_package_by_version_and_hash() -> None:
    for head, hashes in locked().items():
        assert re.fullmatch(r"[a-z0-9-]+==[^ ;]+( ; .+)?", head), head
        assert hashes, head
        for value in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", value), head


def test_what_has_no_wheel_and_is_not_needed_is_never_installed() -> None:
    """tools/setup/overrides.txt was used when the lock was made."""
    heads = [head for head in locked() if head.startswith("tflite-runtime==")]
    assert heads
    assert all(head.endswith("; sys_platform == 'never'") for head in heads)


def test_the_lock_holds_what_pyproject_asks_for() -> None:
    versions: dict[str, set[str]] = {}
    for head in locked():
        package, _, rest = head.partition("==")
        versions.setdefault(package, set()).add(rest.partition(" ;")[0])
    project = PROJECT["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    for requirement in map(Requirement, [*project["dependencies"], *extras]):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in the lock: run `make lock`"
        assert all(requirement.specifier.contains(v) for v in found), f"run `make lock`: {found}"


# --- nothing of one machine, nothing secret -------------------------------------------------------

INDEX_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "piwheels" + ".org")
MACHINE_PATHS = re.compile(r"(?<![\w.$~}])/(?:root|work|home/\w+|Users/\w+|tmp/\w+)/\S")


def test_no_index_host_and_no_path_of_one_machine() -> None:
    found = {}
    for path in FILES:
        content = text(path) or ""
        hosts = [host for host in INDEX_HOSTS if host in content]
        if hits := hosts + MACHINE_PATHS.findall(content):
            found[name(path)] = hits
    assert not found


def test_no_weights_are_committed() -> None:
    weights = {".onnx", ".gguf", ".bin", ".pt", ".safetensors", ".tflite", ".whl"}
    assert not [name(path) for path in FILES if path.suffix in weights]
    assert not [name(path) for path in FILES if path.stat().st_size > 2_000_000]


# --- habits ---------------------------------------------------------------------------------------


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def places(paths: list[Path], offends: Callable[[ast.AST, Path], object]) -> list[str]:
    """file:line of every node that offends."""
    return [
        f"{name(path)}:{getattr(node, 'lineno', 0)}"
        for path in paths
        for node in nodes(path)
        if offends(node, path)
    ]


def test_no_pickle() -> None:
    forbidden = {"pickle", "cPickle", "dill", "shelve", "marshal"}

    def offends(node: ast.AST, _: Path) -> object:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return False
        return forbidden & {getattr(node, "module", None), *(alias.name for alias in node.names)}

    assert not places(PYTHON, offends)


def test_no_error_is_swallowed_without_a_reason() -> None:
    def offends(node: ast.AST, path: Path) -> bool:
        if not isinstance(node, ast.ExceptHandler) or not isinstance(node.body[0], ast.Pass):
            return False
        lines = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1 : node.end_lineno]
        return "#" not in "".join(lines)

    assert not places(PYTHON, offends)


def test_only_the_worker_catches_everything() -> None:
    def offends(node: ast.AST, path: Path) -> bool:
        if not isinstance(node, ast.ExceptHandler) or name(path) == "assistant/worker.py":
            return False
        return node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")

    assert not places(CODE, offends)


def test_library_code_does_not_print() -> None:
    def offends(node: ast.AST, _: Path) -> bool:
        return isinstance(node, ast.Call) and ast.unparse(node.func) == "print"

    programs = ("assistant/commands/", "tools/")
    assert not places([path for path in CODE if not name(path).startswith(programs)], offends)


def test_files_stay_small() -> None:
    long = {}
    for path in PYTHON:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = MAX_FILE_LINES if path in CODE else MAX_TEST_FILE_LINES
        if lines > limit and name(path) not in LONG_FILES:
            long[name(path)] = lines
    assert not long, "split them, or give the reason in LONG_FILES"


def test_functions_stay_small() -> None:
    def offends(node: ast.AST, path: Path) -> bool:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        return length > MAX_FUNCTION_LINES and f"{name(path)}:{node.name}" not in LONG_FUNCTIONS

    assert not places(PYTHON, offends), "split them, or give the reason in LONG_FUNCTIONS"


def test_the_lists_of_exceptions_are_not_stale() -> None:
    for entry in (*LONG_FILES, *(key.partition(":")[0] for key in LONG_FUNCTIONS)):
        assert (ROOT / entry).is_file(), entry


# --- licences -------------------------------------------------------------------------------------


def test_licence_and_notice_are_there_and_packaged() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert set(PROJECT["project"]["license-files"]) == {"LICENSE", "NOTICE"}


def test_notice_names_every_bundled_model_licence_and_every_copyleft_package() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    catalog = tomllib.loads((ROOT / "models/catalog.toml").read_text(encoding="utf-8"))
    ours = [entry for entry in catalog["entries"].values() if entry.get("bundles")]
    assert ours
    assert not [entry["licence"] for entry in ours if entry["licence"] not in notice]
    assert all(word in notice for word in ("piper-tts", "GPL-3.0-or-later", "soxr", "libsndfile"))
