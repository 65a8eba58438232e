"""Looks at the board every other second and says how much it can bear: sensors -> ladder -> whoever
does less. In no thread of its own; a look takes less than a millisecond."""

import logging
from collections.abc import Callable

from assistant.errors import ModelError
from assistant.events import Shed
from assistant.ladder import Condition, Ladder, Limits, Supply
from assistant.llm import LlmSettings
from hw import board, sensors
from hw.board import Board
from hw.sensors import Readings
from models.catalog import Entry
from models.store import Store

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Between two looks: what is to be done about heat is done within 5 s."""
_CONTEXT_MIB = 64
"""What a language model takes beside its file; estimated."""


class Warden:
    """Of one board."""

    def __init__(
        self,
        limits: Limits,
        tell: Callable[[Shed], None],
        read: Callable[[], Readings] = sensors.read,
    ) -> None:
        """`tell`: of every change; in the thread that looks."""
        self._ladder = Ladder(limits)
        self._supply = Supply()
        self._tell = tell
        self._read = read
        self._next_s = 0.0
        self.shed = Shed("full", "")
        """What was told last."""

    @classmethod
    def here(cls, settings: LlmSettings, store: Store, tell: Callable[[Shed], None]) -> "Warden":
        """Of the board this runs on, for this language model."""
        here = board.here()
        sizes = (size_mib(settings.model, store), size_mib(smaller(settings, here, store), store))
        return cls(limits(here, *sizes), tell)

    def look(self, now_s: float) -> None:
        """As often as one likes; `now_s`: of a clock that only goes forward."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + LOOK_S
        found = condition(self._read())
        if self._supply.look(found, now_s):
            log.warning("the supply's voltage is too low: use a stronger one, with a short cable")
        shed = self._ladder.look(found, now_s)
        if shed is not None:
            self.shed = shed
            log.warning("%s (%s)", shed.why, shed.rung.replace("_", " "))
            self._tell(shed)


def condition(readings: Readings) -> Condition:
    """What the ladder needs of them; what nobody knows weighs nothing."""
    return Condition(
        temperature_c=readings.temperature_c,
        slowed=readings.slowed is True,
        under_voltage=readings.under_voltage is True,
        free_mib=readings.memory.free_mib,
        pressure_percent=readings.memory.pressure_percent or 0.0,
    )


def limits(board: Board, full_mib: int = 0, smaller_mib: int = 0) -> Limits:
    """Of this board, with language models of these sizes. Those of memory are estimated: a
    sixteenth of what there is, within bounds, is what a request and the system may want at once."""
    heat = board.profile.heat
    low_mib = max(32, min(256, board.facts.memory_mib // 16))
    return Limits(
        shed_c=heat.shed_c,
        resume_c=heat.resume_c,
        throttle_c=heat.throttle_c,
        hard_c=heat.hard_c,
        low_mib=low_mib,
        scarce_mib=low_mib // 3,
        full_mib=full_mib,
        # Where there is no smaller one, the large one stays.
        smaller_mib=smaller_mib or full_mib,
    )


def smaller(settings: LlmSettings, board: Board, store: Store) -> str:
    """Catalog name of the model to fall back to; empty: there is none, or it is not installed."""
    if settings.smaller != "auto":
        entry = _entry(settings.smaller, store)
        if entry is not None and store.is_installed(entry):
            return settings.smaller
        if settings.smaller:
            log.warning("llm.smaller: run `assistant models pull %s`", settings.smaller)
        return ""
    cuda = board.models.cuda
    proposed = {board.models.smaller, cuda.smaller if cuda is not None else ""}
    most = size_mib(settings.model, store)
    fitting = [
        (size_mib(name, store), name)
        for name in proposed
        if (entry := _entry(name, store)) is not None and store.is_installed(entry)
    ]
    return max((one for one in fitting if one[0] < most), default=(0, ""))[1]


def size_mib(model: str, store: Store) -> int:
    """Of a language model in memory, about; 0 for one that nobody knows."""
    entry = _entry(model, store)
    return 0 if entry is None else entry.bytes // 2**20 + _CONTEXT_MIB


def _entry(model: str, store: Store) -> Entry | None:
    try:
        return store.catalog.entry(model)
    except ModelError:
        return None  # whoever is to load it says so
