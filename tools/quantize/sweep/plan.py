"""What is to be measured, as a person writes it: grids of models and settings, in TOML.

    [[grid]]
    kind = "stt"
    models = ["whisper-tiny.en", "candidates/*.bin"]
    data = "recordings/manifest.jsonl"
    limit = 50
    settings = { threads = [1, 2], context = ["short", "full"] }

is every model with every combination of the settings. Pure: what a model's name stands for is found
out elsewhere (`tools.quantize.sweep.resolve`).
"""

import tomllib
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from assistant.errors import InputError
from tools.quantize.bundle import Value
from tools.quantize.job import Kind, Scalar

MOST_CASES = 10_000
"""More is a plan gone wrong: at a minute each, a week."""

Text = Annotated[str, Field(min_length=1)]
Choices = Annotated[tuple[Scalar, ...], Field(min_length=1)]


class Case(NamedTuple):
    """One model in one way, not looked for yet."""

    kind: Kind
    model: str
    """A name of the catalog, a file, or files ("candidates/*.bin")."""
    data: str | None
    reference: str | None
    settings: dict[str, Scalar]
    options: dict[str, Scalar]


class Grid(Value):
    """Every model with every combination of the settings."""

    kind: Kind
    models: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Names of the catalog, files, or patterns of files."""
    data: Text | None = None
    """A manifest of recordings or a file of text; a voice has sentences of its own."""
    sets: tuple[Text, ...] = ()
    """Only these sets of the manifest."""
    limit: int | None = Field(None, ge=1)
    """At most so many recordings, sentences or cases."""
    reference: Text | None = None
    """The unquantised model: a name of the catalog or a file."""
    settings: dict[str, Scalar | Choices] = Field(default_factory=dict)
    """Keys of the engine's section, each with one value or a list of them."""
    options: dict[str, Scalar] = Field(default_factory=dict)
    """Of the measurement."""

    @property
    def size(self) -> int:
        """How many cases there are."""
        lists = [each for each in self.settings.values() if isinstance(each, tuple)]
        return len(self.models) * prod(map(len, lists))

    def cases(self) -> Iterator[Case]:
        """In the order of `models`, the last setting changing first."""
        options = dict(self.options)
        if self.sets:
            options["sets"] = ",".join(self.sets)
        if self.limit is not None:
            options["limit"] = self.limit
        for model, settings in product(self.models, self._combinations()):
            yield Case(self.kind, model, self.data, self.reference, settings, options)

    def _combinations(self) -> list[dict[str, Scalar]]:
        lists = [each if isinstance(each, tuple) else (each,) for each in self.settings.values()]
        return [dict(zip(self.settings, values, strict=True)) for values in product(*lists)]


class Plan(Value):
    """One or more grids."""

    grid: Annotated[tuple[Grid, ...], Field(min_length=1)]

    def cases(self) -> list[Case]:
        """All, each once, in the order in which they are written."""
        if sum(grid.size for grid in self.grid) > MOST_CASES:
            raise InputError(f"The plan has more than {MOST_CASES:,} jobs: divide it.")
        return list({repr(case): case for grid in self.grid for case in grid.cases()}.values())


def parse(text: str, name: str) -> Plan:
    """Read a plan. InputError says what in the file `name` is wrong, in one sentence."""
    try:
        return Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML ({error}): correct it.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{name}{_place(first['loc'])}: {_reason(first)}.") from error


def _place(location: tuple[int | str, ...]) -> str:
    """ "…, grid 2, settings.threads": counted as people count."""
    if len(location) < 2 or not isinstance(location[1], int):
        return ""
    inner = ".".join(str(part) for part in location[2:4] if isinstance(part, str))
    return f", grid {location[1] + 1}{f', {inner}' if inner else ''}"


def _reason(fault: object) -> str:
    assert isinstance(fault, dict)
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"{key!r} is unknown; a plan consists of [[grid]] tables"
    if fault["type"] == "extra_forbidden":
        return f"this key is unknown; choose from {', '.join(Grid.model_fields)}"
    if fault["type"] == "missing" and key == "grid":
        return "there is nothing to do; write a [[grid]] with kind and models"
    if fault["type"] == "missing":
        return "this key is missing; add it"
    return str(fault["msg"]).lower().rstrip(".") + "; correct it"
