"""The microphone: which one, and how it is opened."""

from pydantic import Field

from assistant.settings import Section


class MicSettings(Section):
    device: str = Field("default", min_length=1)
    """Which microphone, as `assistant devices` names it: its name, ALSA card id or USB path."""
    channel: int | None = Field(None, ge=1, le=32)
    """Which channel of an array; without it one or two channels are averaged, of more the first
    is taken."""
    buffer_s: float = Field(0.5, ge=0.2, le=5)
    """Audio that the device keeps while this process is too busy to fetch it."""
    silent_s: float = Field(10.0, ge=1, le=3600)
    """Nothing but digital silence for this long means that the device is broken or muted."""
