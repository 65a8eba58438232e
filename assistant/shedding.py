"""A language model that takes less when the board can bear no more: with fewer threads, or a
smaller one in its place, or none at all. What is wanted may be said by any thread at any time; it
is carried out by the thread that works with the model, and never during a request.

The large model is released before the smaller one is loaded, and the other way round: memory may
be what is short.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from assistant.audio.types import Cancelled
from assistant.errors import AssistantError, StageError
from assistant.events import Rung, Shed
from assistant.llm import Grammar, LanguageModel, LlmSettings, Message

log = logging.getLogger(__name__)

T = TypeVar("T")


class Releasable(LanguageModel, Protocol):
    """A language model that can be slowed down and freed."""

    def use_threads(self, generate: int, prompt: int) -> None:
        """CPU threads from the next step on."""
        ...

    def close(self) -> None:
        """Free its memory; it is of no use afterwards."""
        ...


class Shedding:
    """A LanguageModel itself. `current` is the one for a whole request: what comes of another
    model, its tokens and whether it is told of tools, belongs to that one."""

    def __init__(
        self,
        load: Callable[[LlmSettings], Releasable],
        settings: LlmSettings,
        smaller: str = "",
        shed: Shed | None = None,
    ) -> None:
        """Loads what `shed` leaves, which is all of it if that is None. ConfigError, ModelError.
        `smaller`: name of the smaller model; empty: there is none, and its rung means fewer
        threads."""
        self._load = load
        self._settings = settings
        self._smaller = smaller
        self._wanted = shed or Shed("full", "")
        self._model: Releasable | None = None
        self._used: LlmSettings | None = None
        """With which `_model` was loaded, or has been slowed down since."""
        if self._wanted.rung != "skills_only":
            self._change(self._wished(self._wanted.rung))

    def on(self, shed: Shed) -> None:
        """From any thread: so much from the next request on."""
        self._wanted = shed

    def apply(self) -> None:
        """Do now what `on` said, between two requests: memory is freed at once, and the next
        request need not wait for a model. What cannot be done is told to whoever asks next."""
        try:
            self.current()
        except StageError as error:
            log.info("the language model is at rest: %s", error)

    def current(self) -> LanguageModel:
        """For the request that begins now. StageError if there is none: its code is what weighs on
        the board ("heat", "memory"), or "loading"."""
        wanted = self._wanted  # once: another thread may say something else meanwhile
        if wanted.rung == "skills_only":
            self._release()
            raise StageError("llm", wanted.strain, wanted.why)
        wished = self._wished(wanted.rung)
        if self._model is None or self._used != wished:
            try:
                self._change(wished)
            except AssistantError as error:
                raise StageError("llm", "loading", str(error)) from error
        assert self._model is not None
        return self._model

    def _wished(self, rung: Rung) -> LlmSettings:
        """What this rung leaves of the settings."""
        settings = self._settings
        if rung == "full":
            return settings
        small = rung == "smaller_model" and self._smaller
        return settings.model_copy(
            update={
                "model": self._smaller if small else settings.model,
                "threads": _fewer(settings.threads),
                "prompt_threads": _fewer(settings.prompt_threads),
            }
        )

    def _change(self, wished: LlmSettings) -> None:
        if self._model is not None and self._used is not None and self._used.model == wished.model:
            self._model.use_threads(wished.threads, wished.prompt_threads)
        else:
            self._release()
            self._model = self._load(wished)
        self._used = wished

    def _release(self) -> None:
        if self._model is not None:
            model, self._model, self._used = self._model, None, None
            model.close()

    # -- as a LanguageModel: each call by itself ---------------------------------------------------

    @property
    def parameters(self) -> int:
        return self.current().parameters

    def prepare(self, system: str) -> None:
        self.current().prepare(system)

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        yield from self.current().stream(messages, cancelled, grammar)

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return self.current().ends(messages, cancelled)

    def count_tokens(self, text: str) -> int:
        return self.current().count_tokens(text)

    def close(self) -> None:
        """Free the memory of whatever is loaded."""
        self._release()


def in_use(model: LanguageModel) -> LanguageModel:
    """The model for the request that begins now, which for most models is themselves."""
    return model.current() if isinstance(model, Shedding) else model


class PerModel(Generic[T]):
    """What is made of the model in use, and made anew only if that is another one."""

    def __init__(self, make: Callable[[LanguageModel], T]) -> None:
        self._make = make
        self._made: tuple[LanguageModel, T] | None = None

    def __call__(self, model: LanguageModel) -> T:
        """For the request that begins now. StageError as `Shedding.current`."""
        used = in_use(model)
        if self._made is None or self._made[0] is not used:
            self._made = used, self._make(used)
        return self._made[1]


def _fewer(threads: int) -> int:
    return max(1, threads // 2)
