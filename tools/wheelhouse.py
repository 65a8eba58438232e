"""Put a wheelhouse together: `python -m tools.wheelhouse FOLDER`, for tools/setup/wheelhouse.sh.

The wheels that are published were already fetched, with the hashes of requirements.lock. Added are
those that were compiled for this processor, as the set-up left them in this environment, a recorded
request, and the manifest.
"""

import argparse
import csv
import hashlib
import platform
import shutil
import sysconfig
import zipfile
from importlib.metadata import Distribution, distribution, version
from pathlib import Path, PurePosixPath

from assistant.update import manifest as manifests
from assistant.update.environment import DEMO
from assistant.update.manifest import Manifest
from assistant.update.wheelhouse import sha256
from hw.compiler import compiler_flags
from hw.instructions import cpuinfo

REQUEST = Path(__file__).parents[1] / "tests/audio/hey_jarvis_what_time_is_it.flac"
_BY_INSTALLERS = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_build.json"}
"""What is in an installed distribution and in no wheel."""
_FOR_COMPILERS = {"include", "lib"}
"""Of llama.cpp, beside its package: half as large as all that is installed, and never loaded."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every file, so that the same files are the same wheel."""


def repacked(name: str, folder: Path) -> Path:
    """The wheel that an installed distribution came from, each file compared with its record."""
    found = distribution(name)
    tag = next(
        line.removeprefix("Tag: ")
        for line in (found.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    )
    stem = name.replace("-", "_")
    wheel = folder / f"{stem}-{found.version}-{tag}.whl"
    record = [(path, *_entry(found, path)) for path in _content(found)]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = []
        for path, content, digest in record:
            _add(archive, str(path), content)
            lines.append(f"{path},sha256={digest},{len(content)}\n")
        info = f"{stem}-{found.version}.dist-info/RECORD"
        _add(archive, info, "".join([*lines, f"{info},,\n"]).encode())
    return wheel


def _content(found: Distribution) -> list[PurePosixPath]:
    rows = csv.reader((found.read_text("RECORD") or "").splitlines())
    paths = sorted({PurePosixPath(row[0]) for row in rows})
    return [
        path
        for path in paths
        if path.parts[0] not in {"..", *_FOR_COMPILERS}  # programs are made anew
        and path.suffix != ".pyc"
        and not (path.name in _BY_INSTALLERS and path.parts[0].endswith(".dist-info"))
    ]


def _entry(found: Distribution, path: PurePosixPath) -> tuple[bytes, str]:
    """The content of one file, and its SHA-256 as a RECORD has it. SystemExit if it was changed."""
    file = next(each for each in found.files or [] if PurePosixPath(str(each)) == path)
    content = Path(str(file.locate())).read_bytes()
    recorded = file.hash.value if file.hash else ""
    digest = _encoded(hashlib.sha256(content).digest())
    if recorded != digest:
        raise SystemExit(f"error: {path} is not as it was installed: run `make clean`.")
    return content, digest


def _encoded(digest: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def describe(folder: Path) -> Manifest:
    """Write what is in `folder` into its manifest."""
    (folder / manifests.NAME).unlink(missing_ok=True)
    manifest = Manifest(
        version=version("kitchen-assistant"),
        python=sysconfig.get_python_version(),
        architecture=platform.machine(),
        processor=tuple(sorted(compiler_flags(cpuinfo()))),
        files={path.name: sha256(path) for path in sorted(folder.iterdir())},
    )
    (folder / manifests.NAME).write_text(manifest.text(), "utf-8")
    return manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with the fetched wheels and the project's own")
    parser.add_argument("compiled", nargs="*", help="distributions of this environment to add")
    asked = parser.parse_args()
    for name in asked.compiled:
        print(repacked(name, asked.folder).name)
    shutil.copyfile(REQUEST, asked.folder / DEMO)
    print(describe(asked.folder).name)


if __name__ == "__main__":
    main()
