"""Labelled requests: does a model call the right tool, and does it know what is asked for?

A TOML file: `[intents]` names what is chosen from, each with words and an example; `[[requests]]`
have a text, the intent that is right (none: a reply in words) and its slots as in
`assistant.evaluate.phrases`.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from assistant.errors import InputError
from assistant.evaluate.intents import fits
from assistant.evaluate.situation import NOW
from assistant.llm import LanguageModel, LlmSettings
from assistant.skills import SKILLS
from assistant.skills.skill import Intent
from assistant.talk import Talk
from assistant.tools import Tool, catalogue
from assistant.understand.slots import SLOTS
from tools.quantize.bundle import Value
from tools.quantize.measures.progress import watched

TOOLS_CONTEXT = 4096
"""Tokens of context for a model that is told of all tools."""

NO_CONTENT = "N/A"
Score = Callable[[str, Sequence[str]], Sequence[float]]
"""A beginning, and ways to go on -> the log-probability of each."""


class Choice(Value):
    words: str = Field(min_length=1)
    example: str = Field(min_length=1)


class Request(Value):
    text: str = Field(min_length=1)
    intent: str = ""
    slots: dict[str, str] | None = None
    """None: any are right."""


class Cases(Value):
    intents: dict[str, Choice] = Field(default_factory=dict)
    requests: tuple[Request, ...]

    def limited(self, limit: int | None) -> "Cases":
        """At most so many requests, evenly spread."""
        if limit is None or limit >= len(self.requests):
            return self
        at = np.linspace(0, len(self.requests) - 1, limit).round().astype(int)
        return self.model_copy(update={"requests": tuple(self.requests[each] for each in at)})


def load(path: Path) -> Cases:
    """Raises InputError if the file holds no labelled requests."""
    try:
        return Cases.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path} holds no labelled requests ({reason}): correct it.") from error


def tools() -> tuple[Tool, ...]:
    """Those of the assistant, without a house to be controlled."""
    skills = [skill for name, skill in SKILLS.items() if name != "home"]
    return catalogue([intent for skill in skills for intent in skill.intents], SLOTS)


def right_calls(model: LanguageModel, settings: LlmSettings, cases: Cases) -> tuple[int, int]:
    """How many requests get the right tool with the right arguments, or words where words are
    right, and of how many. As the assistant does it, with its grammar, whatever the model's size.

    Requests whose tool is not offered are left out.
    """
    talk = Talk(model, settings.model_copy(update={"tools": "on"}), offered := tools())
    names = {tool.intent.__name__ for tool in offered} | {""}
    asked = [request for request in cases.requests if request.intent in names]
    return sum(_is_right(talk, request) for request in watched(asked)), len(asked)


def _is_right(talk: Talk, request: Request) -> bool:
    said = next(talk.reply(talk.prompt((), request.text), NOW, lambda: False))
    calls: tuple[Intent, ...] = () if isinstance(said, str) else said
    if not request.intent:
        return not calls
    return (
        len(calls) == 1
        and type(calls[0]).__name__ == request.intent
        and (request.slots is None or fits(calls[0], request.slots))
    )


def right_choices(score: Score, cases: Cases) -> tuple[int, int]:
    """For how many requests the words of the right intent gain most by it, and of how many.

    The model goes on with a text in which each intent's example is followed by its words. Nothing
    has to be obeyed, so that models of any size can be told apart; chance is 1 of the intents. How
    probable the words are after a request without content is taken off: otherwise small models
    choose the same words every time (Zhao et al. 2021, Calibrate Before Use).
    """
    asked = [request for request in cases.requests if request.intent in cases.intents]
    names = list(cases.intents)
    endings = [f" {choice.words}\n" for choice in cases.intents.values()]
    begin = shown(cases.intents)

    def scores(text: str) -> NDArray[np.float64]:
        return np.asarray(score(f"{begin}Request: {text}\nThis is about", endings), np.float64)

    if not asked:
        return 0, 0
    usual = scores(NO_CONTENT)
    hits = [
        names[int(np.argmax(scores(request.text) - usual))] == request.intent
        for request in watched(asked)
    ]
    return sum(hits), len(hits)


def shown(intents: Mapping[str, Choice]) -> str:
    """The examples."""
    return "".join(
        f"Request: {choice.example}\nThis is about {choice.words}\n\n"
        for choice in intents.values()
    )


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of one position: [vocabulary]."""
    shifted = logits.astype(np.float64) - float(logits.max())
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))
