"""Wheelhouses as small as they can be: one real wheel with an `assistant` that does nothing."""

import platform
import sys
import zipfile
from pathlib import Path

from assistant.update.manifest import NAME, Manifest
from assistant.update.wheelhouse import sha256

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


def wheelhouse(folder: Path, version: str, program: str = "", **other: object) -> Path:
    """`program`: what its `python -m assistant` does; `other`: fields of its manifest."""
    folder.mkdir()
    wheel = folder / f"kitchen_assistant-{version}-py3-none-any.whl"
    info = f"kitchen_assistant-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: kitchen-assistant\nVersion: {version}\n"
    files = {
        "assistant/__init__.py": "",
        "assistant/__main__.py": program,
        f"{info}/METADATA": head,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(zipfile.ZipInfo(name), text)  # without the time of day
    fields: dict[str, object] = {
        "version": version,
        "python": PYTHON,
        "architecture": platform.machine(),
        "processor": (),
        "files": {wheel.name: sha256(wheel)},
    }
    manifest = Manifest(**(fields | other))  # type: ignore[arg-type]
    (folder / NAME).write_text(manifest.text(), "utf-8")
    return folder
