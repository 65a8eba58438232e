"""What makes a turn quick, each by a name, and the settings without it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.config import Settings
from assistant.errors import InputError


@dataclass(frozen=True, slots=True)
class Technique:
    about: str
    removed: Callable[[Settings], Settings]
    """The settings without it."""


def _with(section: str, **values: object) -> Callable[[Settings], Settings]:
    def removed(settings: Settings) -> Settings:
        changed = getattr(settings, section).model_copy(update=values)
        return settings.model_copy(update={section: changed})

    return removed


def _not_eager(settings: Settings) -> Settings:
    """Nothing is begun before the fixed silence is over, so nothing can shorten it either."""
    return _with("endpointing", pause_s=settings.conversation.silence_s)(settings)


def _not_complete(settings: Settings) -> Settings:
    return _with("conversation", complete_s=settings.conversation.silence_s)(settings)


TECHNIQUES = {
    "eager": Technique("work on the answer begins at the first short pause", _not_eager),
    "hush": Technique(
        "the level tells a pause before the voice detector does",
        _with("endpointing", fall_db=120.0, room_db=0.0),
    ),
    "turn": Technique("a model hears that the turn is over", _with("turn", engine="none")),
    "complete": Technique("a request that a skill understands ends the turn", _not_complete),
    "audio_ctx": Technique(
        "the recogniser's context is as long as the request", _with("stt", context="full")
    ),
    "prefix": Technique(
        "prompts are read from where they differ", _with("llm", reuse_prompt=False)
    ),
    "split": Technique("a sentence is heard while it is computed", _with("tts", in_pieces=False)),
}


def without(settings: Settings, names: Iterable[str]) -> Settings:
    """Settings with these techniques taken away. InputError for a name that does not exist."""
    for name in names:
        if name not in TECHNIQUES:
            known = ", ".join(TECHNIQUES)
            raise InputError(f"--without {name}: no such technique; choose from: {known}.")
        settings = TECHNIQUES[name].removed(settings)
    return settings
