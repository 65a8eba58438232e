"""Language model: receives messages, streams the reply's text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NewType, Protocol

from pydantic import Field, model_validator

from assistant.audio.types import Cancelled
from assistant.settings import Section


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    text: str


Grammar = NewType("Grammar", str)
"""What a reply may look like, in GBNF (llama.cpp's notation); its whole is the rule `root`."""

TOOLS_PARAMETERS = 1_000_000_000
"""A model with fewer writes calls that fit the grammar and not the request."""


class LanguageModel(Protocol):
    @property
    def parameters(self) -> int:
        """How many weights the model has."""
        ...

    def prepare(self, system: str) -> None:
        """Read ahead what every prompt with this system text begins with."""
        ...

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces of text as they are generated; stops within one decode step
        (or one prompt batch) of `cancelled` becoming true. With a grammar, the reply is the
        beginning of something that it allows: the whole of it unless max_tokens are too few."""
        ...

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        """Probability (0 to 1) that the last message's sentence ends with its last word, whatever
        stands behind that; None if `cancelled` became true. `stream` with the same messages then
        has less to read."""
        ...

    def count_tokens(self, text: str) -> int:
        """Length of `text` in this model's tokens, without special ones."""
        ...


class LlmSettings(Section):
    engine: str = "llamacpp"
    """Which language model engine."""
    model: str = "smollm2-135m-instruct"
    """Catalog name of its weights."""
    smaller: str = "auto"
    """Catalog name of the model for when the board is hot or short of memory; empty: none, the
    first is slowed down instead. "auto": as suits the board (`assistant hw`), if it is installed
    and smaller than the first."""
    threads: int = Field(2, ge=1, le=64)
    """CPU threads while generating. Left out or "auto": as suits the board (`assistant hw`)."""
    prompt_threads: int = Field(2, ge=1, le=64)
    """CPU threads while reading the prompt. Left out or "auto": as suits the board."""
    context_tokens: int = Field(1024, ge=256, le=131072)
    """Prompt and reply together."""
    max_tokens: int = Field(80, ge=1, le=1024)
    """Longest reply."""
    max_sentences: int = Field(2, ge=1, le=20)
    """A reply ends after so many sentences, whatever the model would still say."""
    repeat_penalty: float = Field(1.1, ge=1, le=2)
    """How much a word of the reply so far is avoided; 1 is not at all. Small models go in circles
    without it."""
    reuse_prompt: bool = True
    """Read only what a prompt does not share with the one before it; without, all of it each time,
    which is slower and nothing else."""
    tools: Literal["auto", "on", "off"] = "auto"
    """Whether the model may call on the skills for a request that none of them understands by
    itself. "auto": if it has a billion parameters or more. Being told of them takes 1400
    of `context_tokens`, which must be 2048 or more then."""
    system: str = (
        "You are a helpful voice assistant in a kitchen. "
        "Answer in one or two short spoken sentences. No lists, no markdown."
    )
    """What the model is told about itself; kept byte-stable so that it is read only once."""

    @model_validator(mode="after")
    def _room_for_a_prompt(self) -> "LlmSettings":
        if self.max_tokens > self.context_tokens // 2:
            raise ValueError("max_tokens must not be more than half of context_tokens")
        return self

    def offers_tools(self, parameters: int) -> bool:
        """Whether a model with so many parameters is told of tools."""
        return self.tools == "on" or (self.tools == "auto" and parameters >= TOOLS_PARAMETERS)
