"""May a new model take the place of the current one? A pure function of what was measured."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tools.quantize.figures import BOUNDS, FIGURES, Figure
from tools.quantize.job import Outcome
from tools.quantize.policy import Policy, Rule
from tools.quantize.table import machine_key

State = Literal["pass", "refused", "not compared"]
Chance = Literal["", "certain", "within noise"]
"""Of a worsening: whether its bounds (95 %) lie beyond those of the current model. Both heard the
same recordings, so that this asks for more than it would have to."""

_ROUNDING = 1e-9
"""Of decimal fractions in a policy, so that what is worse by exactly as much as allowed passes."""


@dataclass(frozen=True, slots=True)
class Check:
    """One limit of one figure."""

    figure: str
    new: float | None
    current: float | None
    limit: float | None
    """The worst that passes, in the figure's own unit; None: it cannot be known."""
    state: State
    reason: str
    """One sentence, empty where it passed."""
    chance: Chance = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of all rules together."""

    checks: tuple[Check, ...]
    faults: tuple[str, ...] = ()
    """Why the figures cannot be judged at all: sentences."""

    @property
    def passed(self) -> bool:
        """Something was judged, and nothing refused."""
        return not self.reasons and any(check.state == "pass" for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is refused: sentences."""
        refused = tuple(check.reason for check in self.checks if check.state == "refused")
        if not self.faults and not any(check.state != "not compared" for check in self.checks):
            return ("The policy has no rule that could be judged.",)
        return self.faults + refused


def judge(
    new: Outcome, current: Outcome | None, policy: Policy, memory_mib: int | None = None
) -> Verdict:
    """Every rule of the policy for this kind of model. `current`: None if none is in service; what
    is relative to it is then not compared. `memory_mib`: of the board."""
    faults = tuple(_faults(new, current))
    checks = tuple(
        check
        for name, rule in policy.rules(new.job.kind).items()
        for check in _checks(FIGURES[name], rule, new, current, memory_mib)
    )
    return Verdict(checks, faults)


def _faults(new: Outcome, current: Outcome | None) -> Iterator[str]:
    if new.error:
        yield f"The new model could not be measured: {new.error}"
    if current is None:
        return
    if current.error:
        yield f"The current model could not be measured: {current.error}"
    if new.job.kind != current.job.kind:
        yield f"The new model is for {new.job.kind}, the current one for {current.job.kind}."
    if new.job.data.digest != current.job.data.digest:
        yield "They were measured on different data."
    if (new.job.settings, new.job.options) != (current.job.settings, current.job.options):
        yield "They were measured in different ways (settings or options)."
    if machine_key(new.machine) != machine_key(current.machine):
        yield "They were measured on different machines, or with different versions."


def _checks(
    figure: Figure, rule: Rule, new: Outcome, current: Outcome | None, memory_mib: int | None
) -> Iterator[Check]:
    value = _number(new, figure.name)
    before = None if current is None else _number(current, figure.name)
    if rule.at_most is not None:
        yield _absolute(figure, "at most", value, before, rule.at_most / figure.scale)
    if rule.at_least is not None:
        yield _absolute(figure, "at least", value, before, rule.at_least / figure.scale)
    if rule.memory_percent is not None:
        yield _of_memory(figure, rule, value, before, memory_mib)
    if rule.relative:
        yield _relative(figure, rule, new, current)


def _absolute(
    figure: Figure,
    word: Literal["at most", "at least"],
    new: float | None,
    current: float | None,
    limit: float,
) -> Check:
    if new is None:
        return _missing(figure, None, current, limit, "of the new model")
    bad = _beyond(new, limit) if word == "at most" else _beyond(limit, new)
    reason = f"{_is(figure, new)}; the policy allows {word} {figure.shown(limit)}."
    return _checked(figure, new, current, limit, reason if bad else "")


def _of_memory(
    figure: Figure, rule: Rule, new: float | None, current: float | None, memory_mib: int | None
) -> Check:
    percent = rule.memory_percent or 0.0
    if memory_mib is None:
        reason = f"{_capital(figure.words)}: how much memory the board has is not known."
        return _checked(figure, new, current, None, reason)
    limit = memory_mib * percent / 100
    if new is None:
        return _missing(figure, None, current, limit, "of the new model")
    reason = (
        f"{_is(figure, new)}; the policy allows {percent:g} % of the board's {memory_mib:,} MiB,"
        f" {figure.shown(limit)}."
    )
    return _checked(figure, new, current, limit, reason if _beyond(new, limit) else "")


def _relative(figure: Figure, rule: Rule, new: Outcome, current: Outcome | None) -> Check:
    value = _number(new, figure.name)
    if current is None:
        return Check(figure.name, value, None, None, "not compared", "")
    before = _number(current, figure.name)
    if before is None:
        return _missing(figure, value, None, None, "of the current model")
    allowed = max(
        (rule.worse_by or 0.0) / figure.scale, abs(before) * (rule.worse_by_percent or 0.0) / 100
    )
    sign = 1 if figure.better == "lower" else -1
    limit = before + sign * allowed
    if value is None:
        return _missing(figure, None, before, limit, "of the new model")
    if not _beyond(sign * value, sign * limit):
        return _checked(figure, value, before, limit, "")
    chance = _chance(figure, new, current)
    if rule.only_if_certain and chance == "within noise":
        return Check(figure.name, value, before, limit, "pass", "", chance)
    reason = (
        f"{_is(figure, value)}, against {figure.shown(before)} of the current model; the policy"
        f" allows {figure.shown(limit)}{f' ({chance})' if chance else ''}."
    )
    return Check(figure.name, value, before, limit, "refused", reason, chance)


def _chance(figure: Figure, new: Outcome, current: Outcome) -> Chance:
    """Of a worsening. Nothing where there are no bounds: that lets nothing through."""
    if figure.name not in BOUNDS:
        return ""
    low, high = BOUNDS[figure.name]
    best, worst = _number(new, low), _number(current, high)
    if best is None or worst is None:
        return ""
    return "certain" if best > worst else "within noise"


def _number(outcome: Outcome, name: str) -> float | None:
    """None where nothing was measured, or nothing that is a number."""
    value = outcome.figures.get(name)
    return value if value is not None and math.isfinite(value) else None


def _beyond(value: float, limit: float) -> bool:
    return value > limit + _ROUNDING * max(1.0, abs(limit))


def _checked(
    figure: Figure, new: float | None, current: float | None, limit: float | None, reason: str
) -> Check:
    return Check(figure.name, new, current, limit, "refused" if reason else "pass", reason)


def _missing(
    figure: Figure, new: float | None, current: float | None, limit: float | None, whose: str
) -> Check:
    reason = (
        f"{_capital(figure.words)} ({figure.name}) {whose} was not measured: give data that has it,"
        " or a policy without its rule."
    )
    return Check(figure.name, new, current, limit, "refused", reason)


def _is(figure: Figure, value: float) -> str:
    return f"{_capital(figure.words)} ({figure.name}) is {figure.shown(value)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
