"""Entries of a machine's own, for tests."""

import hashlib
from pathlib import Path
from typing import Any

from models.adopt import adopt
from models.catalog import Kind
from models.local import Local, LocalEntry, LocalFile
from models.roles import promoted
from models.store import Store

NOW = "2025-01-01T00:00:00+00:00"

FILES: dict[Kind, tuple[str, ...]] = {
    "stt": ("ggml-own.bin",),
    "llm": ("own.gguf",),
    "tts": ("own.onnx", "own.onnx.json"),
    "wake": ("own.onnx",),
}


def content(name: str, file: str) -> bytes:
    return f"{name} {file} ".encode() * 100


def local_entry(name: str, kind: Kind = "stt", **changed: Any) -> LocalEntry:
    """One whose files hold `content`."""
    files = [
        {
            "path": file,
            "bytes": len(content(name, file)),
            "sha256": hashlib.sha256(content(name, file)).hexdigest(),
            "source": {"type": "local"},
        }
        for file in FILES[kind]
    ]
    table: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "licence": "MIT",
        "languages": ("en",),
        "quantisation": "q5_1",
        "boards": (),
        "description": "a test",
        "files": files,
        "phrase": "alexa" if kind == "wake" else None,
        "provenance": {"gate": "not asked"},
    }
    return LocalEntry.model_validate(table | changed)


def given(folder: Path, entry: LocalEntry) -> dict[str, Path]:
    """The files of `entry` somewhere else, as `adopt` takes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in entry.files:
        (folder / file.path).write_bytes(content(entry.name, file.path))
    return {file.path: folder / file.path for file in entry.files}


def bring(root: Path, entry: LocalEntry, role: str) -> None:
    """Into the store, the catalog of the machine, and service."""
    store = Store(root)
    adopt(store, entry, given(root.parent / "given", entry))

    def change(local: Local) -> Local:
        history = promoted(local.history(role), entry.name, NOW)
        return local.with_entry(entry).with_history(role, history)

    LocalFile(root).change(change)
