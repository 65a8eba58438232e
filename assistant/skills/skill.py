"""The seam: a skill turns an understood request (an intent) into a reply and what is to be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol, Self

from assistant.actions import Action
from assistant.world import World


class Risk(Enum):
    """What could go wrong if a request was misheard."""

    READ = "looks, changes nothing"
    MAKE = "makes something new, easily taken back"
    CHANGE = "changes or removes one thing"
    CONFIRM = "removes much, or may do harm: asks first"


class Intent:
    """A request, understood: a frozen dataclass whose fields are its slots. Its docstring and its
    fields are also what a language model is told of it as a tool."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = True
    """Language models may call it."""
    again: ClassVar[bool] = False
    """ "Once more" and "a little more" may follow it."""
    last_resort: ClassVar[bool] = False
    """Understood only if nothing else is."""
    asks: ClassVar[dict[str, str]] = {}
    """Slots that a request cannot do without -> the question that asks for them."""

    def amended(self, **slots: object) -> "Intent | None":
        """What "make that X" means after this request; None if nothing. As it stands: the same
        again with other slots."""
        return None

    def continued(self, **slots: object) -> "Intent | None":
        """What "and X" means right after this request, as "and thirty minutes" after a timer was
        set for an hour; None if nothing."""
        return self.amended(**slots)

    def undone(self) -> "Intent | None":
        """What "cancel it" means after this request; None if nothing."""
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    """One or two sentences, as they are displayed ("It's 10:45 AM."); `spoken` words them. Empty:
    the turn ends without a sound."""
    actions: tuple[Action, ...] = ()
    """What is to be done once the turn is committed. The text is spoken after it succeeded."""
    awaits: str = ""
    """The slot of the intent that the text asks for: "Which one: the pasta timer or the egg
    timer?". Empty: it asks for nothing."""
    topic: Intent | None = None
    """What the next request refers to ("cancel that", "yes"), where it is not the intent as it was
    understood: only what was really added. None: the intent."""
    declines: bool = False
    """There is no such thing here, so the sentence may have meant something else: others that
    understand it come first. The text is for a language model's calls, which mean what they say."""

    @classmethod
    def silent(cls, actions: Iterable[Action] = ()) -> Self:
        return cls("", tuple(actions))


class Skill(Protocol):
    name: str
    """As in `skills.enabled`, and of its `understand/sentences/<language>/<name>.yaml`."""
    intents: tuple[type[Intent], ...]

    def answer(self, intent: Intent, world: World) -> Reply:
        """Answer one of `intents`. Does nothing itself, so it may be asked about a request that is
        not yet complete. Never raises."""
        ...

    def question(self, intent: Intent, world: World) -> str | None:
        """What to ask before an intent of Risk.CONFIRM is carried out; None: nothing is at stake,
        `answer` says why (there are no alarms to delete)."""
        ...
