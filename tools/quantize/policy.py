"""What a new model has to keep to: rules on figures, read from a TOML file and validated.

[stt]
wer = { worse_by = 0.5 }               # percentage points: numbers are in the unit people read
latency_p95_s = { worse_by_percent = 10 }
peak_rss_mib = { memory_percent = 25 }
"""

import tomllib
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator

from assistant.errors import InputError
from models.catalog import Board
from tools.quantize.bundle import Value
from tools.quantize.figures import BOUNDS, FIGURES, of_kind
from tools.quantize.job import Kind

DEFAULT = Path(__file__).with_name("policy.toml")
MAX_BYTES = 100_000
"""A larger file is no policy."""
MEMORY = "peak_rss_mib"


class Rule(Value):
    """Limits of one figure, in the unit that people read; all of them hold."""

    at_most: float | None = None
    at_least: float | None = None
    worse_by: float | None = Field(None, ge=0)
    """More than the current model's, or less where more is better."""
    worse_by_percent: float | None = Field(None, ge=0)
    """The same in percent of the current model's. With both, the larger worsening is allowed: a
    tenth of next to nothing is noise."""
    memory_percent: float | None = Field(None, gt=0, le=100)
    """Of the memory that the board has."""
    only_if_certain: bool = False
    """Whether a worsening within the bounds of chance is let through."""

    @property
    def relative(self) -> bool:
        """Whether the current model is needed."""
        return self.worse_by is not None or self.worse_by_percent is not None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        limits = self.at_most, self.at_least, self.memory_percent
        if not self.relative and all(limit is None for limit in limits):
            raise ValueError("it has no limit, so it would let everything pass")
        return self


Rules = dict[str, Rule]
"""By figure."""


class Policy(Value):
    """The rules for each kind of model."""

    stt: Rules = Field(default_factory=dict)
    llm: Rules = Field(default_factory=dict)
    tts: Rules = Field(default_factory=dict)
    wake: Rules = Field(default_factory=dict)
    boards: dict[Board, int] = Field(default_factory=dict)
    """Memory in MiB, as Linux counts it, for rules that speak of the board's."""

    def rules(self, kind: Kind) -> Rules:
        """Those for a kind of model."""
        return {"stt": self.stt, "llm": self.llm, "tts": self.tts, "wake": self.wake}[kind]

    @field_validator("boards")
    @classmethod
    def _boards_have_memory(cls, boards: dict[Board, int]) -> dict[Board, int]:
        if any(mib <= 0 for mib in boards.values()):
            raise ValueError("a board has more than 0 MiB")
        return boards

    @model_validator(mode="after")
    def _figures_exist(self) -> Self:
        kinds: tuple[Kind, ...] = ("stt", "llm", "tts", "wake")
        for kind in kinds:
            known = [figure.name for figure in of_kind(kind)]
            for name, rule in self.rules(kind).items():
                if name not in known:
                    raise ValueError(f"[{kind}] has no figure {name!r}; it has {', '.join(known)}")
                if fault := _fault(name, rule):
                    raise ValueError(f"[{kind}] {name}: {fault}")
        return self


def _fault(name: str, rule: Rule) -> str:
    """Why such a rule makes no sense for the figure; empty: it does."""
    better = FIGURES[name].better
    if rule.relative and better == "neither":
        return "more of it is neither better nor worse, so nothing can be worse by anything"
    if rule.at_most is not None and better == "higher":
        return "more of it is better, so at_most would refuse the best: write at_least"
    if rule.at_least is not None and better == "lower":
        return "less of it is better, so at_least would refuse the best: write at_most"
    if rule.memory_percent is not None and name != MEMORY:
        return f"memory_percent is for {MEMORY}"
    if rule.only_if_certain and (name not in BOUNDS or not rule.relative):
        return f"only_if_certain is for a worsening of {', '.join(BOUNDS)}, which have bounds"
    return ""


def load_policy(path: Path = DEFAULT) -> Policy:
    """Read a policy. Raises InputError: one sentence with the table and the key."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large for a policy: name another file.")
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is no TOML file ({error}): correct it.") from error
    try:
        return Policy.model_validate(tables)
    except ValidationError as error:
        raise InputError(f"{path}, {_explained(error)}: correct it.") from error


def _explained(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    table, *keys = [str(part) for part in first["loc"]] or [""]
    where = f"[{table}] {'.'.join(keys)}".strip() if table else ""
    if first["type"] == "extra_forbidden":
        known = Rule.model_fields if keys else Policy.model_fields
        what = f"unknown key; known here: {', '.join(known)}"
    else:
        what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
