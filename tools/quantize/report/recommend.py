"""Which candidate to take, for each kind of board, and why. Pure.

What is heard, said and understood depends on a file's bytes and on the settings, hardly on the
processor: those figures hold on other boards, too. How long it takes does not, so nothing is said
about the speed of a board on which nothing was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.quantize.report.aims import AIMS, Aims
from tools.quantize.report.comparison import Comparison, Entry
from tools.quantize.report.wording import of_name, said

SLOW_ON_ARM = ("q5_0", "q5_1")
"""Types for which ggml has no kernels that repack weights for ARM (ggml-cpu/repack.cpp)."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """For one kind of board."""

    board: str
    """Name of its profile."""
    title: str
    measured: bool
    """Whether the figures of speed are from such a board."""
    entries: tuple[Entry, ...]
    """One; of each family of models where it is not known which is quick enough."""
    words: tuple[str, ...]
    """Whole sentences."""


def recommend(comparison: Comparison, boards: Mapping[str, str]) -> list[Recommendation]:
    """One for each of the `boards` (name of the profile -> title). The measured one comes first."""
    ordered = sorted(boards, key=lambda name: name != comparison.profile)
    return [_for_board(comparison, name, boards[name]) for name in ordered]


def _for_board(comparison: Comparison, board: str, title: str) -> Recommendation:
    aims = AIMS[comparison.kind]
    judged = [entry for entry in comparison.entries if entry.value(aims.quality) is not None]
    if not judged:
        return Recommendation(board, title, False, (), ("Nothing could be judged.",))
    measured = board == comparison.profile
    if measured:
        entry, words = _measured(judged, aims)
        return Recommendation(board, title, measured, (entry,), tuple(words))
    entries, words = _elsewhere(judged, aims, arm=board != "generic-x86-64")
    return Recommendation(board, title, measured, tuple(entries), tuple(words))


def _measured(entries: Sequence[Entry], aims: Aims) -> tuple[Entry, list[str]]:
    """Quick enough, then as good as the best, then the cheapest."""
    words = []
    quick = [entry for entry in entries if _is_enough(entry, aims)]
    if not quick:
        reasons = " and ".join(f"{said(aim.figure, aim.at_most)} at most" for aim in aims.enough)
        words.append(f"None keeps to {reasons}, so this is the best there is.")
    else:
        words += [_left_out(entries, quick, aims)] if len(quick) < len(entries) else []
    best, good, chosen = _choose(quick or entries, aims, aims.costs[0])
    return chosen, [_why(best, good, chosen, aims, aims.costs[0]), *words]


def _elsewhere(entries: Sequence[Entry], aims: Aims, *, arm: bool) -> tuple[list[Entry], list[str]]:
    """Of each family, by quality and size alone; which family is quick enough is not known."""
    suited = [entry for entry in entries if not (arm and _is_slow_on_arm(entry))]
    families = dict.fromkeys(entry.outcome.job.name for entry in suited)
    found, words = [], []
    for family in families:
        members = [entry for entry in suited if entry.outcome.job.name == family]
        best, good, chosen = _choose(members, aims, "bytes")
        found.append(chosen)
        words.append(_why(best, good, chosen, aims, "bytes"))
    if len(suited) < len(entries):
        words.append(
            "Left out: q5_0 and q5_1, for which ggml has no kernels that suit ARM processors."
        )
    words.append("How quick they are there is not known: run the same sweep on such a board.")
    return found, words


def _is_slow_on_arm(entry: Entry) -> bool:
    return entry.outcome.job.quantisation.lower() in SLOW_ON_ARM


def _choose(entries: Sequence[Entry], aims: Aims, cost: str) -> tuple[Entry, list[Entry], Entry]:
    """The best, those as good, and the cheapest of these."""
    best = min(entries, key=lambda entry: _known(entry, aims.quality))
    limit = _known(best, aims.quality) + aims.tolerance
    good = [entry for entry in entries if _known(entry, aims.quality) <= limit]
    return best, good, min(good, key=lambda entry: (_known(entry, cost), _known(entry, "bytes")))


def _known(entry: Entry, figure: str) -> float:
    value = entry.value(figure)
    return float("inf") if value is None else value


def _is_enough(entry: Entry, aims: Aims) -> bool:
    return all(_known(entry, aim.figure) <= aim.at_most for aim in aims.enough)


def _left_out(entries: Sequence[Entry], quick: Sequence[Entry], aims: Aims) -> str:
    aim = aims.enough[0]
    count = len(entries) - len(quick)
    enough = said(aim.figure, aim.at_most)
    return f"{count} of {len(entries)} are left out ({enough} at most): {aim.why}."


def _why(best: Entry, good: Sequence[Entry], chosen: Entry, aims: Aims, cost: str) -> str:
    quality = said(aims.quality, chosen.value(aims.quality))
    price = said(cost, chosen.value(cost))
    if chosen is best and len(good) == 1:
        return f"{chosen.label}: nothing else is as good ({quality}; {price})."
    if chosen is best:
        return (
            f"{chosen.label}: the best, and the cheapest of the {len(good)} as good "
            f"({quality}; {price})."
        )
    others = said(aims.quality, best.value(aims.quality))
    return (
        f"{chosen.label}: the cheapest of the {len(good)} that are as good as the best, give or "
        f"take {of_name(aims.quality).shown(aims.tolerance)} ({quality}; {price}). "
        f"The best is {best.label} ({others})."
    )
