"""How the device is: temperature, uptime, version, network."""

from dataclasses import dataclass
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.wording import duration_text, plural
from assistant.world import Device, World


@dataclass(frozen=True, slots=True)
class DeviceStatus(Intent):
    """How the device is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class DeviceTemperature(Intent):
    """How hot its processor is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class DeviceUptime(Intent):
    """How long it has been running."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class DeviceVersion(Intent):
    """Which version of the assistant it runs."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class DeviceNetwork(Intent):
    """Its address in the local network."""

    risk: ClassVar[Risk] = Risk.READ


class Status:
    name = "device"
    intents: tuple[type[Intent], ...] = (
        DeviceStatus,
        DeviceTemperature,
        DeviceUptime,
        DeviceVersion,
        DeviceNetwork,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        device = world.device
        match intent:
            case DeviceTemperature():
                return Reply(_temperature(device))
            case DeviceUptime():
                return Reply(_uptime(device))
            case DeviceVersion():
                return Reply(
                    f"I'm version {device.version}."
                    if device.version
                    else "I don't know my version."
                )
            case DeviceNetwork():
                return Reply(_network(device))
        return Reply(f"{_uptime(device)} {_temperature(device)}")

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _temperature(device: Device) -> str:
    celsius = device.temperature_c
    if celsius is None:
        return "I can't read my temperature here."
    return f"My processor is at {round(celsius * 9 / 5 + 32)}°F, or {round(celsius)}°C."


def _uptime(device: Device) -> str:
    if device.uptime_s is None:
        return "I can't tell how long I have been running."
    days, seconds = divmod(device.uptime_s, 86_400)
    if days:
        return f"I have been running for {plural(int(days), 'day')}."
    return f"I have been running for {duration_text(max(60, seconds // 60 * 60))}."


def _network(device: Device) -> str:
    if device.address is None:
        return "I'm not in a local network."
    return f"My address in the local network is {device.address}."
