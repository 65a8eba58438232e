"""Which profile a machine gets, and why. `choose` is pure; `here` looks at this machine."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from hw.facts import Facts, read_here
from hw.pins import Pins, pins
from hw.profile import ModelsFrom, Profile, Threads, ThreadsFrom, profiles
from hw.service_memory import ServiceMemory, service_memory

_FALLBACK = "generic-aarch64"
"""For a machine of which nothing is known: what asks for least."""


@dataclass(frozen=True, slots=True)
class Board:
    """A machine and what suits it."""

    facts: Facts
    profile: Profile
    threads: Threads
    models: ModelsFrom
    pins: Pins
    service_memory: ServiceMemory
    why: tuple[str, ...]
    """Whole sentences."""


def choose(facts: Facts) -> Board:
    """The profile of these facts, and the rows of it that fit. There always is one."""
    profile, found = _profile(facts)
    row = profile.threads_on(facts.compute_cores)
    threads = Threads(**row.model_dump(exclude={"cores"}))
    models = profile.models_in(facts.memory_mib)
    apart = pins(facts, threads)
    why = (
        found,
        *_cores(facts),
        *_threads(row, facts.compute_cores),
        apart.why,
        _memory(facts, models),
    )
    limits = service_memory(facts.memory_mib, profile.service)
    return Board(facts, profile, threads, models, apart, limits, why)


@cache
def here() -> Board:
    """This machine, looked at once."""
    return choose(read_here())


def _profile(facts: Facts) -> tuple[Profile, str]:
    """The device tree names the exact board first and its processor last, so the first name that a
    profile knows is the most exact."""
    known = profiles()
    for name in facts.compatible:
        for profile in known.values():
            if any(fnmatchcase(name, pattern) for pattern in profile.compatible):
                said = f"{facts.model or 'a board without a name'} ({name})"
                return profile, f"The device tree says {said}."
    hidden = f" It may be hidden from what runs in a container ({facts.container})."
    hint = hidden if facts.container else ""
    for profile in known.values():
        if profile.architecture == facts.architecture:
            said = f"No profile is for exactly this board; it is {facts.architecture}.{hint}"
            return profile, said
    return known[_FALLBACK], f"Nothing is known about this machine.{hint}"


def _cores(facts: Facts) -> list[str]:
    sentences = []
    if facts.usable < facts.cores:
        sentences.append(f"Of {facts.cores} cores this process may use {facts.usable}.")
    if facts.small:
        kinds = ", ".join(sorted(set(facts.small)))
        sentences.append(
            f"{len(facts.small)} of {facts.cores} cores are small ({kinds}): the engines would "
            "wait for them at every step, so they are not counted."
        )
    return sentences or [f"All cores may be used ({facts.cores})."]


def _threads(row: ThreadsFrom, cores: int) -> list[str]:
    audio = "one is left for the audio" if row.stt < cores else "only the audio goes before it"
    if row.llm + row.tts > cores:
        both = f"{cores} between them, so the language model stands back"
    else:
        both = f"{cores} between them, so neither waits"
    return [
        f"Speech to text comes before all that follows: {row.stt} of {cores}; {audio}.",
        f"Language model ({row.llm}) and voice ({row.tts}) are wanted at once: {both}.",
        f"A prompt ({row.prompt}) is read before there is anything to speak.",
    ]


def _memory(facts: Facts, row: ModelsFrom) -> str:
    if not facts.memory_mib:
        return "How much memory there is could not be read: models for the least are proposed."
    known = f" (in the catalog: {row.board})" if row.board else ""
    return f"{facts.memory_mib:,} MiB of memory decide about the models{known}."
