"""What the device tells of itself: what is not known is said so."""

from datetime import UTC, datetime

import pytest

from assistant.alerts import Moment
from assistant.skills.device import (
    DeviceNetwork,
    DeviceStatus,
    DeviceTemperature,
    DeviceUptime,
    DeviceVersion,
    Status,
)
from assistant.skills.skill import Intent
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.world import Device, World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
KNOWN = Device(temperature_c=54.4, uptime_s=3 * 3600 + 61, version="0.1.0", address="192.168.1.20")
MATCHER = Matcher([("device", Status.intents)], "en")


def answer(intent: Intent, device: Device) -> str:
    return Status().answer(intent, World(NOW, Moment(0, 0, ""), device=device)).text


ANSWERS: dict[Intent, tuple[str, str]] = {
    DeviceTemperature(): (
        "My processor is at 130°F, or 54°C.",
        "I can't read my temperature here.",
    ),
    DeviceUptime(): (
        "I have been running for 3 hours 1 minute.",
        "I can't tell how long I have been running.",
    ),
    DeviceVersion(): ("I'm version 0.1.0.", "I don't know my version."),
    DeviceNetwork(): (
        "My address in the local network is 192.168.1.20.",
        "I'm not in a local network.",
    ),
    DeviceStatus(): (
        "I have been running for 3 hours 1 minute. My processor is at 130°F, or 54°C.",
        "I can't tell how long I have been running. I can't read my temperature here.",
    ),
}


@pytest.mark.parametrize(("intent", "wanted"), ANSWERS.items(), ids=str)
def test_says_what_is_known(intent: Intent, wanted: tuple[str, str]) -> None:
    assert (answer(intent, KNOWN), answer(intent, Device())) == wanted


def test_a_long_uptime_is_told_in_days() -> None:
    days = answer(DeviceUptime(), Device(uptime_s=3 * 86_400 + 5000))
    assert days == "I have been running for 3 days."


REQUESTS: dict[str, type[Intent] | None] = {
    "How hot are you?": DeviceTemperature,
    "What's your CPU temperature?": DeviceTemperature,
    "How long have you been running?": DeviceUptime,
    "What version are you running?": DeviceVersion,
    "What's your IP address?": DeviceNetwork,
    "Are you connected to the Wi-Fi?": DeviceNetwork,
    "Give me a status report.": DeviceStatus,
    "What's the processor temperature?": DeviceTemperature,
    "What's the temperature of the device?": DeviceTemperature,
    "What's the temperature?": None,
    "How hot is it?": None,
    "How hot is the oven?": None,
    "What's the version of Windows?": None,
    "How long have you known?": None,
}


@pytest.mark.parametrize(("text", "wanted"), REQUESTS.items(), ids=REQUESTS)
def test_is_understood(text: str, wanted: type[Intent] | None) -> None:
    candidates = MATCHER.candidates(normal(text), NOW)
    assert (type(candidates[0].intent) if candidates else None) == wanted
