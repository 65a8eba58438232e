"""The household in which phrases are said, and how it is after what was done. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.actions import (
    Action,
    AddAlert,
    AddItems,
    ControlHome,
    CreateList,
    DeleteList,
    Dismiss,
    RemoveAlerts,
    RemoveItems,
    ReplaceAlert,
    SetVolume,
)
from assistant.agenda import new_alarm, new_timer
from assistant.alerts import Alert, Moment
from assistant.world import Device, Entity, World

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("America/New_York"))
"""Saturday. Phrases that speak of days are labelled for this moment."""
_MOMENT = Moment(wall_s=NOW.timestamp(), boot_s=86_400.0, boot="first")

EMPTY = World(
    NOW,
    _MOMENT,
    volume=0.5,
    device=Device(temperature_c=50.0, uptime_s=86_400.0, version="1.0", address="192.0.2.7"),
)
"""No alerts, no lists."""


def _alerts() -> Iterable[Alert]:
    morning = NOW.replace(day=22, hour=7).timestamp()
    evening = NOW.replace(hour=20).timestamp()
    yield new_timer("pasta", 600.0, _MOMENT)
    yield new_timer("", 1_200.0, _MOMENT)
    yield new_alarm("alarm", "", morning)
    yield new_alarm("alarm", "gym", morning + 3_600)
    yield new_alarm("reminder", "call mom", evening)
    yield new_alarm("reminder", "take out the trash", evening)


BUSY = replace(
    EMPTY,
    alerts=tuple(replace(alert, id=number) for number, alert in enumerate(_alerts(), start=1)),
    lists={
        "shopping": ("milk", "eggs"),
        "camping": ("tent",),
        "to-do": ("call the dentist",),
        "birthday party": ("candles",),
    },
    said="Your pasta timer has 10 minutes left.",
)
"""There is something of every kind to be changed or lost."""

HOME = (
    Entity("light.kitchen", "Kitchen lights", "off", "light"),
    Entity("light.living_room", "Living room lights", "on", "light"),
    Entity("switch.fan", "Fan", "off", "switch"),
    Entity("switch.coffee_maker", "Coffee maker", "on", "switch"),
    Entity("climate.house", "Thermostat", "68", "climate", "°F"),
    Entity("cover.garage_door", "Garage door", "closed", "cover"),
    Entity("cover.blinds", "Blinds", "open", "cover"),
    Entity("lock.front_door", "Front door", "locked", "lock"),
    Entity("sensor.living_room", "Living room temperature", "70", "sensor", "°F"),
)


def after(world: World, actions: Iterable[Action], said: str) -> World:
    """The same moment, once `actions` were carried out and the reply was heard."""
    alerts = {alert.id: alert for alert in world.alerts}
    lists = dict(world.lists)
    volume = world.volume
    for action in actions:
        match action:
            case AddAlert(alert):
                number = max(alerts, default=0) + 1
                alerts[number] = replace(alert, id=number)
            case ReplaceAlert(old, new):
                alerts[old.id] = new
            case RemoveAlerts(ids) | Dismiss(ids):
                alerts = {id: alert for id, alert in alerts.items() if id not in ids}
            case CreateList(name):
                lists.setdefault(name, ())
            case AddItems(name, items):
                lists[name] = (*lists.get(name, ()), *items)
            case RemoveItems(name, items):
                lists[name] = tuple(each for each in lists.get(name, ()) if each not in items)
            case DeleteList(name):
                lists.pop(name, None)
            case SetVolume(loud):
                volume = loud
            case ControlHome():
                pass  # what a house does with it is not known here
    kept = tuple(alerts.values())
    return replace(world, alerts=kept, lists=lists, volume=volume, said=said or world.said)
