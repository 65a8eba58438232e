"""What tests of slot parsers share: a parser asked about a request as it was recognised."""

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.spoken import speakable
from assistant.understand.normal import normal
from assistant.understand.slots import SLOTS

NOW = datetime(2026, 11, 21, 22, 45, tzinfo=ZoneInfo("America/New_York"))  # a Saturday


def parsed(slot: str, text: str, now: datetime = NOW) -> object:
    """What the parser makes of words as Whisper may write them."""
    return SLOTS[slot](normal(text), now)


def heard(slot: str, displayed: str, now: datetime = NOW) -> object:
    """What the parser makes of what is displayed, when a person reads it aloud."""
    return parsed(slot, speakable(displayed), now)
