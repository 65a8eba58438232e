"""Ready-made paths: a recipe is nothing but command lines of `quantize`, with places to fill in."""

import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from assistant.errors import InputError
from tools.quantize.bundle import Value

_PLACE = re.compile(r"\{([a-z]+)(?::([^{}]+))?\}")
WORK = "work"
"""The place that every recipe has: a folder for what it makes."""


class Recipe(Value):
    """One path."""

    name: str
    title: str
    """What comes of it, in a few words."""
    needs: dict[str, str] = Field(default_factory=dict)
    """What has to be given: name of the place -> what it is, in words."""
    note: str = ""
    """What its user should know: sentences."""
    steps: Annotated[tuple[str, ...], Field(min_length=1)]
    """Command lines without `quantize`. {work} is the folder, {model:NAME} the main file of a
    model of the catalog."""

    @model_validator(mode="after")
    def _places_are_known(self) -> "Recipe":
        for step in self.steps:
            for place, argument in _PLACE.findall(step):
                known = {WORK, "model", *self.needs}
                if place not in known or (place == "model") != bool(argument):
                    raise ValueError(f"{{{place}}} in {step!r} is no place: {sorted(known)}")
        return self

    def commands(
        self, given: Mapping[str, Path], work: Path, model: Callable[[str], Path]
    ) -> list[list[str]]:
        """The arguments of each step. Raises InputError if something that it needs is not given,
        or something is given that it does not need."""
        for place in self.needs.keys() - given.keys():
            raise InputError(f"{self.name} needs --with {place}=PATH: {self.needs[place]}.")
        for place in given.keys() - self.needs.keys():
            raise InputError(f"{self.name} has no use for --with {place}=PATH: leave it out.")
        fixed = {WORK: work, **given}

        def filled(match: re.Match[str]) -> str:
            place, argument = match.groups()
            return str(model(argument) if place == "model" else fixed[place])

        # Split first: a path may have blanks in it.
        return [[_PLACE.sub(filled, word) for word in shlex.split(step)] for step in self.steps]


@cache
def recipes(path: Path = Path(__file__).with_name("recipes.toml")) -> dict[str, Recipe]:
    """All of them, by name. Raises InputError naming what is wrong in the file."""
    tables = tomllib.loads(path.read_text("utf-8"))
    try:
        return {
            name: Recipe.model_validate(table | {"name": name}) for name, table in tables.items()
        }
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {where}: {first['msg']}; correct the recipe.") from error


def recipe(name: str) -> Recipe:
    """The recipe `name`. Raises InputError with the names there are."""
    known = recipes()
    if name not in known:
        raise InputError(f"There is no recipe {name!r}: choose from {', '.join(known)}.")
    return known[name]
