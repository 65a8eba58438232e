"""What suits a kind of board: the files in `profiles/`, validated.

One budget of cores, kept by every profile at every number of cores (tests/unit/test_hw_profile.py):

* speech to text comes before the language model and the voice, so it may have all cores but one,
  which is for the threads of the audio; the turn detector, which is asked after it, fits beside it
  for whoever speaks on meanwhile;
* a prompt is read before there is anything to speak: all cores but one again;
* the rest of a reply is generated while its beginning is spoken: both together have no more threads
  than there are cores. Below `TAKE_TURNS` cores they may, and then take turns: the worker of the
  language model stands back (niceness 10).
"""

import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hw.facts import Architecture

TAKE_TURNS = 4
"""Cores from which on nobody waits for another's thread."""

FOLDER = Path(__file__).with_name("profiles")

Count = Annotated[int, Field(ge=1, le=64)]
Board = Literal["pi4", "pi5-4gb", "pi5-8gb", "pi5-16gb", "orin-nano", "orin-nx", "agx-orin"]
"""What the model catalog calls it."""

ECHO = (
    'Leave `echo.engine = "webrtc"` as it is: it finds out how late the loudspeaker is heard '
    "(up to half a second), so no delay has to be set.",
    'A speakerphone that cancels its own echo needs none: `echo.engine = "none"` saves some '
    "computing, but then only the wake word can interrupt a reply.",
)
"""The same on every board."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Threads(_Table):
    """CPU threads of each engine, the thread that calls it included."""

    stt: Count
    turn: Count
    """The turn detector, beside speech to text."""
    llm: Count
    """The language model while it generates, one token after the other: bound by memory."""
    prompt: Count
    """The same while it reads a prompt, many tokens at once: bound by arithmetic."""
    tts: Count


class ThreadsFrom(Threads):
    """A row: right from so many cores on, up to the next row."""

    cores: Count


class Models(_Table):
    """Catalog names of what is worth trying first. Wake words, voice and turn detector are the same
    on every board."""

    stt: str
    llm: str
    tts: str
    smaller: str = ""
    """Language model for when the board is hot or short of memory; empty: none is smaller."""


class ModelsFrom(Models):
    """A row: right from so much memory on, up to the next row."""

    memory_mib: int = Field(ge=0)
    """As Linux counts it: some hundred MiB less than is printed on the box."""
    board: Board | None = None
    """None: the catalog does not know it."""
    cuda: Models | None = None
    """Instead, where the engines were compiled for the board's GPU."""


class Heat(_Table):
    """Degrees Celsius of the processor from which on less is done (`assistant.ladder`)."""

    shed_c: float
    """Something is done about it, before the board does."""
    throttle_c: float
    """The board slows itself down."""
    hard_c: float
    """It slows itself down as far as it can, or is about to switch itself off."""
    source: str
    """Where the board's own limits are from, and which are estimated."""

    @model_validator(mode="after")
    def _in_order(self) -> "Heat":
        if not 40 <= self.resume_c < self.shed_c < self.throttle_c < self.hard_c <= 110:
            raise ValueError("shed_c, throttle_c and hard_c must rise")
        return self

    @property
    def resume_c(self) -> float:
        """Below it, what was given up comes back."""
        return self.shed_c - 5


class ServiceShare(_Table):
    """Of the board's memory, for the service: the rest is the system's."""

    high_percent: int = Field(ge=30)
    """From here on it is slowed down."""
    max_percent: int = Field(le=90)
    """From here on it is ended."""
    most_mib: int = Field(ge=1024)
    """However much there is: twice what the largest models that suit the board need, all at once.
    More would be a leak."""

    @model_validator(mode="after")
    def _in_order(self) -> "ServiceShare":
        if self.high_percent >= self.max_percent:
            raise ValueError("it must be slowed down before it is ended")
        return self


class Setting(_Table):
    """Something that its owner can do for the board."""

    command: str
    why: str


class Profile(_Table):
    """One kind of board."""

    name: str
    """The name of its file."""
    title: str
    """For people."""
    compatible: tuple[str, ...] = ()
    """Patterns (fnmatch) of what the device tree may say."""
    architecture: Architecture | None = None
    """Instead: any board of this kind."""
    threads: Annotated[tuple[ThreadsFrom, ...], Field(min_length=1)]
    models: Annotated[tuple[ModelsFrom, ...], Field(min_length=1)]
    heat: Heat
    service: ServiceShare
    power: tuple[Setting, ...] = ()
    """Governor and power mode: commands, and what they are good for."""
    audio: tuple[str, ...] = ()
    """Which microphones and loudspeakers suit it: sentences."""
    notes: tuple[str, ...] = ()
    """What its owner should know about power and speed: sentences, with whose figures they are."""

    @model_validator(mode="after")
    def _rows_in_order(self) -> "Profile":
        if self.threads[0].cores != 1 or self.models[0].memory_mib != 0:
            raise ValueError("the first rows must be for 1 core and for 0 MiB")
        if any(one.cores >= next_.cores for one, next_ in pairwise(self.threads)):
            raise ValueError("the rows of threads must be in order of cores")
        if any(one.memory_mib >= next_.memory_mib for one, next_ in pairwise(self.models)):
            raise ValueError("the rows of models must be in order of memory")
        return self

    def threads_on(self, cores: int) -> ThreadsFrom:
        """The row for so many cores, at least 1."""
        return [row for row in self.threads if row.cores <= cores][-1]

    def models_in(self, memory_mib: int) -> ModelsFrom:
        """The row for so much memory."""
        return [row for row in self.models if row.memory_mib <= memory_mib][-1]


@cache
def profiles() -> dict[str, Profile]:
    """All that ship with the assistant, by name."""
    return {path.stem: _load(path) for path in sorted(FOLDER.glob("*.toml"))}


def _load(path: Path) -> Profile:
    return Profile.model_validate(tomllib.loads(path.read_text("utf-8")) | {"name": path.stem})
