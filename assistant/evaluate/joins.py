"""One-breath requests made of two recordings: a wake word, a gap, a command."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.asked import LONGEST_S
from assistant.evaluate.bounds import sound
from assistant.evaluate.manifest import Row
from assistant.evaluate.text import plain_words
from assistant.vad import VoiceDetector

GAPS_S = (0.0, 0.15)
"""Least and most seconds between the end of the wake word and the first sound of the command."""

BEFORE_S, AFTER_S = 2.5, 3.0
"""Room noise before, as long as the wake word detector looks back, and after."""


@dataclass(frozen=True, slots=True)
class Request:
    """A wake word and a command in one recording, room noise around them."""

    wake: Row
    command: Row
    """The same row, where both were spoken in one breath by one person."""
    text: str
    """The command."""
    pcm: Pcm
    wake_end: int | None
    """Sample index at which the last sound of the wake word ends; None if nobody knows."""
    command_start: int | None
    """Sample index of the first sound of the command."""
    alone: Pcm | None
    """The command as it was recorded, without a wake word; None where it never was."""


def phrase_words(phrase: str) -> list[str]:
    return plain_words(phrase.replace("_", " "))


def _called(row: Row, phrases: Sequence[str]) -> list[str] | None:
    """The words that follow the phrase with which the row's text begins; None if with none."""
    words = plain_words(row.text or "")
    for phrase in map(phrase_words, phrases):
        if words[: len(phrase)] == phrase:
            return words[len(phrase) :]
    return None


def requests(
    rows: Sequence[Row], phrases: Sequence[str], seed: int, vad: VoiceDetector
) -> Iterator[Request]:
    """Rows that are requests in one breath as they are, then joins without end: each wake word and
    each command is used once before any is used again, each set of commands as often as another.
    """
    calls = [(row, _called(row, phrases)) for row in rows]
    yield from (_spoken(row, rest) for row, rest in calls if rest)
    chance = random.Random(seed)
    wakes = [row for row, rest in calls if rest == []]
    # Where some recordings are one breath, the others are there to be no wake word.
    mixed = {row.set for row, rest in calls if rest}
    commands = [row for row, rest in calls if rest is None and row.set not in mixed]
    if not wakes or not commands:
        return
    chance.shuffle(wakes)
    pairs = zip(cycle(wakes), _evenly(commands, chance), strict=False)
    for number, (wake, command) in enumerate(pairs):
        yield joined(wake, command, chance.uniform(*GAPS_S), seed + number, vad)


def _evenly(rows: Sequence[Row], chance: random.Random) -> Iterator[Row]:
    """One of each set in turn, without end."""
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sets[row.set].append(row)
    for each in sets.values():
        chance.shuffle(each)
    endless = [cycle(each) for each in sets.values()]
    for turns in cycle(endless):
        yield next(turns)


def _spoken(row: Row, rest: list[str]) -> Request:
    pcm = _in_a_room(wav.read(row.path, LONGEST_S))
    return Request(row, row, " ".join(rest), pcm, None, None, None)


def joined(wake: Row, command: Row, gap_s: float, seed: int, vad: VoiceDetector) -> Request:
    alone = wav.read(command.path, LONGEST_S)
    called = _trimmed(wav.read(wake.path, LONGEST_S), vad)
    said = _as_loud_as(called, _trimmed(alone, vad))
    gap = quiet.noise(gap_s, quiet.floor_db(called), seed)
    pcm = _in_a_room(np.concatenate([called, gap, said]))
    wake_end = round(BEFORE_S * RATE) + len(called)
    alone = np.concatenate([quiet.noise(0.5, quiet.floor_db(said), seed), said])
    alone = np.concatenate([alone, quiet.noise(0.2, quiet.floor_db(said), seed + 1)])
    return Request(wake, command, command.text or "", pcm, wake_end, wake_end + len(gap), alone)


def _in_a_room(pcm: Pcm) -> Pcm:
    return quiet.surrounded(pcm, BEFORE_S, AFTER_S)


def _as_loud_as(model: Pcm, pcm: Pcm) -> Pcm:
    """`pcm` with the loudness of `model`: it is one speaker at one distance."""
    gain = _rms(model) / max(_rms(pcm), 1.0)
    scaled: Pcm = np.clip(np.rint(pcm * gain), -32_768, 32_767).astype(np.int16)
    return scaled


def _rms(pcm: Pcm) -> float:
    return float(np.sqrt((pcm.astype(np.float64) ** 2).mean()))


def _trimmed(pcm: Pcm, vad: VoiceDetector) -> Pcm:
    first, last = sound(pcm, vad)
    return pcm[first:last]
