"""What the household has written down, as values, and what one change makes of it. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assistant.actions import (
    AddAlert,
    AddItems,
    Change,
    CreateList,
    DeleteList,
    RemoveAlerts,
    RemoveItems,
    ReplaceAlert,
)
from assistant.alerts import Alert
from assistant.errors import StageError

MOST_ALERTS = 500
MOST_LISTS = 50
MOST_ITEMS = 500
"""On one list."""
LONGEST = 200
"""Characters of a name or an item. More of either is a program gone wild, or noise."""
_LATEST_S = 1e11
"""Seconds since 1970 that a calendar of four-digit years still has."""
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Contents:
    alerts: tuple[Alert, ...] = ()
    """By id."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name -> items, both in the order in which they were added."""
    last_id: int = 0
    """Of any alert there ever was."""


def changed(contents: Contents, changes: Iterable[Change]) -> Contents:
    """After all of them. Raises StageError("skill", …) with the code "conflict", "too many",
    "too long" or "invalid", and then none of them counts."""
    for change in changes:
        match change:
            case AddAlert() | ReplaceAlert() | RemoveAlerts():
                contents = _with_alerts(contents, change)
            case _:
                contents = replace(contents, lists=_with_lists(contents.lists, change))
    return contents


def forced(contents: Contents, changes: Iterable[Change]) -> Contents:
    """As far as they still make sense: what is gone is not brought back."""
    there = {alert.id: alert for alert in contents.alerts}
    for change in changes:
        if isinstance(change, ReplaceAlert):
            if change.old.id in there:
                there[change.old.id] = replace(change.new, id=change.old.id)
        elif isinstance(change, RemoveAlerts):
            there = {id: alert for id, alert in there.items() if id not in change.ids}
    return replace(contents, alerts=tuple(there.values()))


def _with_alerts(contents: Contents, change: AddAlert | ReplaceAlert | RemoveAlerts) -> Contents:
    alerts = contents.alerts
    match change:
        case AddAlert(alert):
            if len(alerts) >= MOST_ALERTS:
                raise _error("too many", f"There are {MOST_ALERTS} alerts already.")
            _check(alert)
            number = contents.last_id + 1
            return replace(contents, alerts=(*alerts, replace(alert, id=number)), last_id=number)
        case ReplaceAlert(old, new):
            if old not in alerts:
                raise _error("conflict", f"Alert {old.id} was changed meanwhile.")
            _check(new)
            new = replace(new, id=old.id)
            return replace(contents, alerts=tuple(new if a == old else a for a in alerts))
        case RemoveAlerts(ids):
            return replace(contents, alerts=tuple(a for a in alerts if a.id not in ids))


def _with_lists(
    lists: Mapping[str, tuple[str, ...]],
    change: CreateList | AddItems | RemoveItems | DeleteList,
) -> Mapping[str, tuple[str, ...]]:
    name = next((n for n in lists if _same(n) == _same(change.list)), change.list.strip())
    items = lists.get(name, ())
    if isinstance(change, DeleteList):
        return {n: items for n, items in lists.items() if n != name}
    if isinstance(change, RemoveItems):
        gone = set(map(_same, change.items))
        kept = tuple(item for item in items if _same(item) not in gone)
        return {**lists, name: kept} if name in lists else lists
    if name not in lists and len(lists) >= MOST_LISTS:
        raise _error("too many", f"There are {MOST_LISTS} lists already.")
    _check_length(name)
    for item in change.items if isinstance(change, AddItems) else ():
        _check_length(item)
        if _same(item) not in map(_same, items):
            items = (*items, item.strip())
    if len(items) > MOST_ITEMS:
        raise _error("too many", f"The {name} list holds {MOST_ITEMS} items at most.")
    return {**lists, name: items}


def _check(alert: Alert) -> None:
    """Nothing is kept that the bell could stumble over: it has to ring for everybody else."""
    _check_length(alert.name)
    deadline = alert.due_s if alert.remaining_s is None else alert.remaining_s
    sound = deadline is not None and abs(deadline) < _LATEST_S
    if alert.days:
        sound = sound and set(alert.days) <= set(range(7)) and bool(_TIME.fullmatch(alert.at))
    if not sound:
        raise _error("invalid", f"It is not clear when the {alert.kind} rings.")


def _same(words: str) -> str:
    """Equal for what people take for the same."""
    return " ".join(words.casefold().split())


def _check_length(words: str) -> None:
    if len(words) > LONGEST:
        raise _error("too long", f"No name and no item may be longer than {LONGEST} characters.")


def _error(code: str, text: str) -> StageError:
    return StageError("skill", code, text)
