"""The models: are they there, and do they fit?"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.config import Settings
from assistant.doctor.check import Check
from assistant.errors import ModelError
from models import storage
from models.catalog import Entry
from models.local import LocalFile, serving
from models.store import Store, remedy

OVERHEAD_MIB = 250
"""What the process needs beyond its models' files: 450 MiB with 211 MiB of models (x86-64)."""


def required(settings: Settings) -> list[str]:
    """Catalog names of all that this configuration loads."""
    wake = [settings.wake.model_of(phrase) for phrase in settings.wake.phrases]
    names = ["openwakeword-features", *wake, settings.vad.model]
    if settings.turn.engine != "none":
        names.append(settings.turn.model)
    smaller = [] if settings.llm.smaller in ("", "auto") else [settings.llm.smaller]
    return [*names, settings.stt.model, settings.llm.model, *smaller, settings.tts.voice]


def entries(store: Store, names: Iterable[str]) -> list[Entry]:
    """ModelError if the catalog does not know one."""
    return [store.catalog.entry(name) for name in dict.fromkeys(names)]


def check(store: Store, wanted: list[Entry], read_all: bool = False) -> Check:
    """Whether all files are there with plausible sizes or, if `read_all`, with the right digest
    (a second a gigabyte, or several)."""
    try:
        with storage.explained(store.root):
            bad = [entry.name for entry in wanted if not store.is_installed(entry)]
        verdicts = store.verify([e.name for e in wanted if e.name not in bad]) if read_all else []
    except ModelError as error:
        return unusable(error)
    bad += dict.fromkeys(verdict.entry for verdict in verdicts if verdict.state != "ok")
    size = sum(entry.bytes for entry in wanted) / 1e6
    if not bad:
        how = "every byte was read" if read_all else "their sizes are right"
        return Check("models", "green", f"{len(wanted)}, {size:,.0f} MB, in {store.root}: {how}.")
    way = remedy(store.catalog.entry(name) for name in bad)
    return Check(
        "models",
        "red",
        f"Missing or damaged: {', '.join(bad)}.",
        f"{way[:1].upper()}{way[1:]}.",
    )


def promoted(root: Path) -> Iterator[Check]:
    """Whether what was promoted (`quantize promote`) serves; nothing if nothing was."""
    try:
        roles = LocalFile(root).read().roles
    except ModelError as error:
        text, _, remedy = str(error).rpartition(": ")
        yield Check("promoted models", "red", f"{text}.", f"{remedy[:1].upper()}{remedy[1:]}")
        return
    wanted = {role: history[-1].entry for role, history in roles.items() if history}
    found = serving(root)
    lost = {role: name for role, name in wanted.items() if found.get(role) != name}
    if lost:
        names = ", ".join(f"{name} ({role})" for role, name in lost.items())
        text = f"Promoted, but missing or cut short: {names}; the model before each serves."
        remedy = "Promote its file under another name, or go back with `quantize rollback`."
        yield Check("promoted models", "red", text, remedy)
    elif wanted:
        text = ", ".join(f"{role}: {name}" for role, name in wanted.items())
        yield Check("promoted models", "green", f"{text}.")


def unusable(error: ModelError) -> Check:
    """A name that does not exist, or a folder that cannot be read."""
    return Check("models", "red", str(error), "Correct the configuration or the folder.")


def needed_mib(wanted: list[Entry]) -> int:
    """Memory that a process with these models uses, roughly."""
    return sum(entry.bytes for entry in wanted) // 2**20 + OVERHEAD_MIB


def memory(wanted: list[Entry], total_mib: int, available_mib: int) -> Check:
    """Whether these models fit, roughly."""
    needed = needed_mib(wanted)
    text = f"About {needed:,} MiB are needed; {available_mib:,} of {total_mib:,} MiB are available."
    if needed > total_mib:
        remedy = "Choose smaller models: `assistant hw` proposes some."
        return Check("memory", "red", text, remedy)
    if needed > available_mib:
        remedy = "End what else runs here (another assistant?), or choose smaller models."
        return Check("memory", "yellow", text, remedy)
    return Check("memory", "green", text)
