"""The loudspeaker: which one, how loud, and how it is opened."""

from pydantic import Field

from assistant.settings import Section


class SpeakerSettings(Section):
    device: str = Field("default", min_length=1)
    """Which loudspeaker, as `assistant devices` names it: its name, ALSA card id or USB path."""
    volume: float = Field(1.0, ge=0, le=1)
    """1 is as loud as the voice is made; smaller is quieter, evenly to the ear."""
    duck_db: float = Field(-15.0, ge=-60, le=0)
    """How much quieter while somebody seems to speak."""
    prebuffer_s: float = Field(0.08, ge=0.05, le=0.4)
    """Audio kept in the device ahead of the listener: less stops sooner, more survives a busy
    processor."""
