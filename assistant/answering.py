"""What answers requests: the enabled skills, and the language model for the rest.

Apart from `app`, which imports it only when it is needed: the skills' sentences, and the patterns
behind them, take long to import and to read, and what is due rings before that.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache

from assistant.config import Settings
from assistant.conversation import APOLOGIES, APOLOGY
from assistant.errors import AssistantError, ConfigError, StageError
from assistant.llm import LanguageModel
from assistant.respond import Responder
from assistant.shedding import PerModel
from assistant.skills import SKILLS, Skill
from assistant.talk import NO_ANSWER, NOT_DONE, WAKING, Talk
from assistant.tools import catalogue
from assistant.understand.dialogue import Dialogue
from assistant.understand.slots import SLOTS
from assistant.world import World

PHRASES = (APOLOGY, *APOLOGIES.values(), NO_ANSWER, NOT_DONE, WAKING)
"""All that it says by itself, word for word: nothing of a conversation is ever kept."""


def enabled_skills(settings: Settings) -> list[Skill]:
    """Those of the configuration. Raises ConfigError for a name that does not exist."""
    for name in settings.skills.enabled:
        if name not in SKILLS:
            known = ", ".join(SKILLS)
            raise ConfigError(f"skills.enabled: {name!r} is unknown; choose from: {known}.")
    no_home = {"home"} if settings.home.engine == "none" else set()
    return [skill for name, skill in SKILLS.items() if name in {*settings.skills.enabled} - no_home]


def talk(settings: Settings, model: LanguageModel) -> Talk:
    """What the language model says, told of the enabled skills if it may call them. ConfigError if
    its system text leaves no room for a request."""
    skills = enabled_skills(settings)
    tools = catalogue([intent for skill in skills for intent in skill.intents], SLOTS)
    return Talk(model, settings.llm, tools)


def dialogue(settings: Settings) -> Dialogue:
    """All that the enabled skills understand. ConfigError if one of them does not exist, or has no
    sentences in this language."""
    return _dialogue(tuple(enabled_skills(settings)), settings.stt.language)


@lru_cache(1)  # who loads the engines has it read beside them; it keeps nothing of a conversation
def _dialogue(skills: tuple[Skill, ...], language: str) -> Dialogue:
    return Dialogue(skills, language)


def responder(
    settings: Settings, model: "Future[LanguageModel]", look: Callable[[], World]
) -> Responder:
    """`model`: may still be loading, and nobody waits for it. ConfigError as `dialogue`."""
    talks = PerModel(lambda used: talk(settings, used))

    def ready() -> Talk | None:
        try:
            return talks(model.result()) if model.done() else None
        except StageError:
            raise  # it says more than that it cannot be loaded
        except AssistantError as error:
            raise StageError("llm", "loading", str(error)) from error

    return Responder(dialogue(settings), ready, look)
