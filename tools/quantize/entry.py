"""The catalog entry of a file that is brought to this machine."""

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.errors import InputError
from models import storage
from models.catalog import Board
from models.local import LocalEntry
from tools.quantize.identity import Identity, settings_of
from tools.quantize.provenance import place_of, read


class About(NamedTuple):
    """What only its owner knows of a file."""

    licence: str
    languages: tuple[str, ...] = ("en",)
    description: str = ""
    boards: tuple[Board, ...] = ()


def files_of(model: Path, identity: Identity) -> dict[str, Path]:
    """The files that the engine needs, by the names that it looks for in the store."""
    files = {model.name: model}
    if identity.kind == "tts":
        files[settings_of(model).name] = settings_of(model)
    return files


def entry_of(
    name: str,
    identity: Identity,
    files: dict[str, Path],
    about: About,
    phrase: str | None,
) -> LocalEntry:
    """Reads and hashes the files; its gate is still to be asked. Raises InputError if one cannot be
    read, or a text is wrong."""
    model = next(iter(files.values()))
    table: dict[str, Any] = {
        "name": name,
        "kind": identity.kind,
        "licence": about.licence,
        "languages": about.languages,
        "quantisation": identity.quantisation,
        "boards": about.boards,
        "description": about.description or f"Brought as {model.name}.",
        "files": [_file(path_name, path) for path_name, path in files.items()],
        "phrase": phrase if identity.kind == "wake" else None,
        "provenance": _provenance(model) | {"gate": ""},
    }
    try:
        return LocalEntry.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "entry"
        raise InputError(
            f"{name} cannot be an entry ({place}: {first['msg']}): change it."
        ) from error


def _file(name: str, path: Path) -> dict[str, Any]:
    try:
        size, digest = path.stat().st_size, storage.sha256(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    return {"path": name, "bytes": size, "sha256": digest, "source": {"type": "local"}}


def _provenance(model: Path) -> dict[str, Any]:
    """What stands beside the file, if anything does. InputError if that is of another file."""
    if not place_of(model).exists():
        return {}
    made = read(model)
    return {
        "sources": [source.model_dump() for source in made.sources],
        "made_by": made.made_by,
        "command": made.command,
        "settings": made.settings,
        "date": made.date,
    }
