"""How much a board that is hot, badly supplied or short of memory goes on doing. Pure: looks at
what was read of the board, at a time that is passed in.

    full -> fewer_threads -> smaller_model -> skills_only

* **Down at once** to the rung that the strain asks for: from `shed_c` on fewer threads, before the
  board slows itself down; once it does, a smaller model; where it is about to do no more, skills
  only. Memory that is low asks for the smaller model, as fewer threads need hardly less of it.
* **Down again** after each `settle_s` without a break in which that was not enough, one rung at a
  time.
* **Up** one rung after `calm_s` in which nothing weighed on the board and there was memory enough
  for what comes back. What is in between (not yet hot, not yet cool) changes nothing.

What cannot be read weighs nothing: a board without sensors stays as it is, and one whose sensor is
lost comes back up. Timers and the wake word are on no rung: nothing here can touch them.
"""

from dataclasses import dataclass
from typing import get_args

from assistant.events import Rung, Shed, Strain

RUNGS: tuple[Rung, ...] = get_args(Rung)
"""From the top down."""
_FULL, _FEWER, _SMALLER, _SKILLS = range(len(RUNGS))


@dataclass(frozen=True, slots=True)
class Condition:
    """Of the board at one moment; None: not known."""

    temperature_c: float | None = None
    slowed: bool = False
    """The board holds its processor back, by itself."""
    under_voltage: bool = False
    free_mib: int | None = None
    """Memory that may still be used."""
    pressure_percent: float = 0.0
    """How long somebody waited for memory of late."""


@dataclass(frozen=True, slots=True)
class Limits:
    shed_c: float = 78.0
    """From here on something is done, before the board does."""
    resume_c: float = 73.0
    """Below it, the processor is cool."""
    throttle_c: float = 85.0
    """The board slows itself down."""
    hard_c: float = 90.0
    """It is about to do no more."""
    low_mib: int = 200
    """Less free memory than that is low,"""
    scarce_mib: int = 80
    """and this is the last."""
    full_mib: int = 0
    """What the large language model needs,"""
    smaller_mib: int = 0
    """and the smaller one."""
    pressure_percent: float = 20.0
    """More than that is a strain, less than half of it is none."""
    settle_s: float = 30.0
    calm_s: float = 60.0


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a condition asks for."""

    depth: int
    """At least so far down."""
    lasting: bool
    """If that does not help, further."""
    why: str
    strain: Strain


_NONE = _Demand(_FULL, False, "", "heat")


class Ladder:
    """Where one board stands, from `full` on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = _FULL
        self._strained_since_s: float | None = None
        """Since when a strain lasts, on this rung."""
        self._calm_since_s: float | None = None
        self._strain: Strain = "heat"
        """Why it is no higher."""

    @property
    def rung(self) -> Rung:
        return RUNGS[self._depth]

    def look(self, condition: Condition, now_s: float) -> Shed | None:
        """Called every second or two; what changed, or None. `now_s`: of a clock that only goes
        forward."""
        demand = self._demand(condition)
        if not demand.lasting:
            self._strained_since_s = None
        elif self._strained_since_s is None:
            self._strained_since_s = now_s
        since_s = now_s if self._strained_since_s is None else self._strained_since_s
        further = now_s - since_s >= self._limits.settle_s
        depth = max(demand.depth, min(self._depth + further, _SKILLS))
        if depth > self._depth:
            self._strain, self._strained_since_s = demand.strain, now_s
            return self._move(depth, demand.why)
        if self._depth == _FULL or not self._calm(condition):
            self._calm_since_s = None
            return None
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        if now_s - self._calm_since_s < self._limits.calm_s:
            return None
        shed = self._move(self._depth - 1, self._relief(condition))
        self._calm_since_s = now_s
        return shed

    def _move(self, depth: int, why: str) -> Shed:
        self._depth, self._calm_since_s = depth, None
        return Shed(self.rung, why, self._strain)

    def _demand(self, condition: Condition) -> _Demand:
        """The hardest of all; of equals heat, which harms most."""
        demands = (self._heat(condition), self._memory(condition), self._power(condition))
        return max(demands, key=lambda demand: (demand.depth, demand.lasting))

    def _heat(self, condition: Condition) -> _Demand:
        celsius, limits = condition.temperature_c, self._limits
        if celsius is None or celsius < limits.shed_c:
            return _NONE
        rungs = ((limits.hard_c, _SKILLS), (limits.throttle_c, _SMALLER))
        depth = next((rung for degrees, rung in rungs if celsius >= degrees), _FEWER)
        return _Demand(depth, True, f"The processor has {celsius:.0f} °C.", "heat")

    def _power(self, condition: Condition) -> _Demand:
        """Not lasting: a supply that is too weak stays so however little is done."""
        if not condition.slowed:
            return _NONE
        if condition.under_voltage:
            return _Demand(_SMALLER, False, "The supply is too weak for the processor.", "power")
        return _Demand(_SMALLER, False, "The board slows its processor down.", "heat")

    def _memory(self, condition: Condition) -> _Demand:
        free, limits = condition.free_mib, self._limits
        if free is not None and free < limits.low_mib:
            depth = _SKILLS if free < limits.scarce_mib else _SMALLER
            return _Demand(depth, True, f"Only {free:,} MiB of memory are left.", "memory")
        if condition.pressure_percent > limits.pressure_percent:
            return _Demand(_SMALLER, True, "Programs are waiting for memory.", "memory")
        return _NONE

    def _calm(self, condition: Condition) -> bool:
        """It may go a rung up."""
        celsius, free, limits = condition.temperature_c, condition.free_mib, self._limits
        # What the next rung up holds that this one does not.
        back = {
            _SKILLS: limits.smaller_mib,
            _SMALLER: max(0, limits.full_mib - limits.smaller_mib),
        }.get(self._depth, 0)
        return (
            (celsius is None or celsius < limits.resume_c)
            and not condition.slowed
            and (free is None or free >= limits.low_mib + back)
            and condition.pressure_percent < limits.pressure_percent / 2
        )

    def _relief(self, condition: Condition) -> str:
        if self._strain == "memory":
            return "There is memory again."
        if condition.temperature_c is None:
            return "Nothing weighs on the board."
        return f"The processor is down to {condition.temperature_c:.0f} °C."


class Supply:
    """Tells of a supply that is too weak: once, and again only after it was good for an hour."""

    AGAIN_S = 3600.0

    def __init__(self) -> None:
        self._low_s: float | None = None

    def look(self, condition: Condition, now_s: float) -> bool:
        """Whether it is to be told now."""
        if not condition.under_voltage:
            return False
        told = self._low_s is not None and now_s - self._low_s < self.AGAIN_S
        self._low_s = now_s
        return not told
