"""A kitchen in real time: a virtual sound card, background sound, people who ask, and the echo of
the assistant's own voice. Recordings come from a manifest, as for `assistant eval`."""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import typer

from assistant.audio import wav
from assistant.audio.types import RATE, Pcm
from assistant.errors import AssistantError, InputError
from assistant.evaluate.manifest import Manifest, Row
from tools.virtual_sound import SoundServer

BACKGROUND_DBFS = -40.0
"""Of the loudest tenth of the background: a radio across the room."""
LONGEST_S = 3_600.0
FLOOR_DBFS = -75.0
"""The hiss of a microphone: without it there would be digital silence between two sounds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was spoken into the room."""

    began_s: float
    ended_s: float
    """`time.monotonic`."""


def joined(rows: Sequence[Row], seconds: float, seed: int) -> Pcm:
    """Recordings one after the other, in random order and brought to one level, for so long."""
    if not rows:
        raise InputError("The manifest has no recording in these sets; choose others.")
    chance, parts, length = random.Random(seed), list[Pcm](), 0
    while length < seconds * RATE:
        for row in chance.sample(rows, len(rows)):
            pcm = at_level(wav.read(row.path, LONGEST_S), BACKGROUND_DBFS)
            parts.append(pcm)
            length += len(pcm)
            if length >= seconds * RATE:
                break
    return np.concatenate(parts)[: round(seconds * RATE)]


def at_level(pcm: Pcm, dbfs: float) -> Pcm:
    """Scaled so that its loudest tenth (of 50 ms blocks) has this level."""
    size = RATE // 20
    blocks = pcm[: len(pcm) // size * size].reshape(-1, size).astype(np.float64)
    level = np.quantile(np.sqrt((blocks**2).mean(axis=1)), 0.9) if len(blocks) else 0.0
    if level == 0:
        return pcm
    factor = 32_768 * 10 ** (dbfs / 20) / level
    scaled: Pcm = np.clip(np.rint(pcm * factor), -32_768, 32_767).astype(np.int16)
    return scaled


def hiss(seconds: float, seed: int = 0) -> Pcm:
    level = 32_768 * 10 ** (FLOOR_DBFS / 20)
    noise: Pcm = np.rint(
        np.random.default_rng(seed).normal(0, level, round(seconds * RATE))
    ).astype(np.int16)
    return noise


def requests(manifest: Manifest, wake: str, commands: str, limit: int) -> list[Pcm]:
    """Real wake words, each followed by a real command."""
    wakes = [row for row in manifest.select((wake,), None) if row.label != "negative"]
    asked = manifest.select((commands,), None)
    if not wakes or not asked:
        raise InputError(f"The manifest needs the sets {wake} and {commands}.")
    chance = random.Random(1)
    return [
        np.concatenate(
            [
                at_level(wav.read(chance.choice(wakes).path), -20.0),
                at_level(wav.read(chance.choice(asked).path), -20.0),
            ]
        )
        for _ in range(limit)
    ]


class Kitchen:
    """Plays into the virtual microphone."""

    def __init__(self, server: SoundServer) -> None:
        self._server = server
        self.asked: list[Asked] = []

    def background(self, pcm: Pcm) -> None:
        """From now on, once."""
        self._server.speak(pcm)

    def ask(self, pcm: Pcm) -> None:
        """Now; returns when it was said."""
        began_s = time.monotonic()
        self._server.speak(pcm).wait()
        self.asked.append(Asked(began_s, time.monotonic()))

    def was_asking(self, at_s: float, slack_s: float) -> bool:
        """Somebody spoke to the assistant at this moment (`time.monotonic`), or just before."""
        return any(each.began_s <= at_s <= each.ended_s + slack_s for each in self.asked)


def measure(command: Callable[..., None]) -> None:
    """Run it from the command line; what its user can mend is one sentence."""
    try:
        typer.run(command)
    except AssistantError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
