"""The sound cards as the kernel has them, and who has one open.
https://docs.kernel.org/sound/designs/procfile.html"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hw import sysfs

_ROOT = Path("/")
_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: (?:\S+ - )?(.+)$", re.MULTILINE)
_PCM = re.compile(r"^pcm\d+([cp])$")


@dataclass(frozen=True, slots=True)
class Card:
    number: int
    id: str
    """For example "Device"."""
    name: str
    """For example "USB PnP Sound Device"."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Of one side of a card that is open."""

    card: int
    kind: Literal["input", "output"]
    pid: int
    program: str
    """Its name, at most 15 characters; empty if it cannot be seen."""


def cards(root: Path = _ROOT) -> tuple[Card, ...]:
    text = sysfs.text(root / "proc/asound/cards")
    return tuple(Card(int(number), id, name.strip()) for number, id, name in _CARD.findall(text))


def owners(root: Path = _ROOT) -> tuple[Owner, ...]:
    """Who records or plays directly, without a sound server between."""
    found = []
    for path in sorted((root / "proc/asound").glob("card[0-9]*/pcm*/sub*/status")):
        side = _PCM.match(path.parts[-3])
        pid = re.search(r"^owner_pid\s*:\s*(\d+)", sysfs.text(path), re.MULTILINE)
        if side is None or pid is None:  # it is closed
            continue
        number = int(path.parts[-4].removeprefix("card"))
        program = sysfs.text(root / f"proc/{pid[1]}/comm")
        found.append(Owner(number, "input" if side[1] == "c" else "output", int(pid[1]), program))
    return tuple(dict.fromkeys(found))


def locked(root: Path = _ROOT) -> tuple[str, ...]:
    """Sound devices that this user may not open: names of files in /dev/snd."""
    nodes = sorted((root / "dev/snd").glob("pcm*"))
    return tuple(node.name for node in nodes if not os.access(node, os.R_OK | os.W_OK))
