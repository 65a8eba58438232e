"""The models: are they there, and do they fit?"""

from collections.abc import Iterable

from assistant.config import Settings
from assistant.doctor.check import Check
from assistant.errors import ModelError
from models import storage
from models.catalog import Entry
from models.store import Store

OVERHEAD_MIB = 250
"""What the process needs beyond its models' files: 450 MiB with 211 MiB of models (x86-64)."""


def required(settings: Settings) -> list[str]:
    """Catalog names of all that this configuration loads."""
    names = ["openwakeword-features", *settings.wake.phrases, settings.vad.model]
    if settings.turn.engine != "none":
        names.append(settings.turn.model)
    return [*names, settings.stt.model, settings.llm.model, settings.tts.voice]


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
    return Check(
        "models",
        "red",
        f"Missing or damaged: {', '.join(bad)}.",
        f"Run `assistant models pull {' '.join(bad)}`.",
    )


def unusable(error: ModelError) -> Check:
    """A name that does not exist, or a folder that cannot be read."""
    return Check("models", "red", str(error), "Correct the configuration or the folder.")


def memory(wanted: list[Entry], total_mib: int, available_mib: int) -> Check:
    """Whether these models fit, roughly."""
    needed = sum(entry.bytes for entry in wanted) // 2**20 + OVERHEAD_MIB
    text = f"About {needed:,} MiB are needed; {available_mib:,} of {total_mib:,} MiB are available."
    if needed > total_mib:
        remedy = "Choose smaller models: `assistant hw` proposes some."
        return Check("memory", "red", text, remedy)
    if needed > available_mib:
        remedy = "End what else runs here (another assistant?), or choose smaller models."
        return Check("memory", "yellow", text, remedy)
    return Check("memory", "green", text)
