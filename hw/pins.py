"""Which cores the audio should have to itself, and which are left to the engines.

An engine's threads wait for each other at every step, so that one core which is now and then taken
away by the audio delays all of them; and the audio must not wait behind an engine at all. Cores of
their own help both where there are enough. Where there are not, priorities do
(`assistant.audio.urgency`), and the kernel shares better than a plan.
"""

from dataclasses import dataclass

from hw.facts import Facts
from hw.profile import Threads


@dataclass(frozen=True, slots=True)
class Pins:
    """Numbers of processors; both empty: better not."""

    audio: tuple[int, ...]
    """For the thread that listens."""
    engines: tuple[int, ...]
    """For all threads of the engines."""
    why: str
    """A whole sentence."""

    @property
    def advised(self) -> bool:
        return bool(self.audio)


def pins(facts: Facts, threads: Threads) -> Pins:
    """For a machine whose engines have so many threads. Estimated, not measured on any board."""
    most = max(threads.stt, threads.prompt, threads.llm + threads.tts)
    if facts.usable < len(facts.processors):
        return _none("a container's limit is one of time, which no core keeps free.")
    large = [one for one in facts.processors if one not in facts.small_processors]
    if facts.small_processors and len(large) >= most:
        first = facts.small_processors[:1]
        return Pins(first, tuple(large), "The audio fits on a small core, the engines do not.")
    audio = _core(facts)
    engines = tuple(one for one in large if one not in audio)
    if len(engines) < most:
        return _none(
            f"{most} threads of the engines are wanted at once, and a core for the audio alone "
            f"would leave them {len(engines)} of {len(large)}."
        )
    return Pins(
        audio,
        engines,
        "The first core also serves the devices' interrupts, for which the engines would wait.",
    )


def _core(facts: Facts) -> tuple[int, ...]:
    """The first processor, with whatever shares its core."""
    first = facts.processors[:1]
    return next((group for group in facts.siblings if group[:1] == first), first)


def _none(because: str) -> Pins:
    return Pins((), (), f"No core should be set apart here: {because}")
