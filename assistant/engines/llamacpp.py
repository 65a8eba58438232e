"""Language model: llama.cpp, streaming, with the common beginning of prompts read only once."""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from platformdirs import user_cache_path

from assistant.audio.types import Cancelled
from assistant.engines import ModelPath
from assistant.engines.chat_templates import choose, render
from assistant.engines.llama_context import BUILD, LlamaContext
from assistant.engines.llama_grammar import GrammarRule
from assistant.errors import StageError
from assistant.llm import Grammar, LlmSettings, Message
from models.kept import Kept

_CLOSING = re.compile(r"[\s.?!…,;:–—\-\"'”’)]+$")


class LlamaCpp:
    """A GGUF chat model on the CPU. Not thread-safe: one conversation, one worker."""

    def __init__(
        self, context: LlamaContext, template: str, settings: LlmSettings, path: Path
    ) -> None:
        self._context = context
        self._path = path
        self._template = template
        self._max_tokens = settings.max_tokens
        self._reuse_prompt = settings.reuse_prompt
        self._evaluated = 0
        marks = (context.tokenize(mark) for mark in (".", "?", "!"))
        self._closing = [*(mark[-1] for mark in marks), context.end_of_turn]
        """Tokens that close a sentence."""
        self._shared: list[int] = []
        """Tokens that all prompts begin with."""
        self._state = b""
        """What the context remembers of them."""

    @classmethod
    def load(cls, settings: LlmSettings, model: ModelPath) -> "LlamaCpp":
        """Map the model and read the system prompt, which also warms the weights.

        Raises ModelError if the file is missing, damaged, or not a chat model.
        """
        path = model(settings.model)
        context = LlamaContext(path, settings)
        engine = cls(context, choose(context.has_token), settings, path)
        engine.prepare(settings.system)
        return engine

    @property
    def last_evaluated_tokens(self) -> int:
        """Prompt tokens that the last `stream`, or loading, had to read; the rest were known."""
        return self._evaluated

    @property
    def parameters(self) -> int:
        """How many weights the model has."""
        return self._context.parameters

    def prepare(self, system: str) -> None:
        """Know what every prompt with this system text begins with, from the model's last start if
        it was the same. At least one token is read, which brings the weights into memory."""
        prompts = [
            self._prompt([Message("system", system), Message("user", request)])
            for request in ("What time is it?", "Hello.")
        ]
        *self._shared, last = _common_prefix(*prompts)
        file = self._path.stat()
        about = (self._path.name, file.st_size, file.st_mtime_ns, BUILD, *self._shared)
        kept = Kept(user_cache_path("kitchen-assistant"), "state", about)
        state = kept.load()
        self._evaluated = 1
        if state is None or not self._context.restore(state, self._shared):
            self._evaluated += len(self._shared)
            self._context.keep_prefix(())
            self._context.evaluate(self._shared, _never)
            state = self._context.snapshot()
            kept.save(state)
        self._state = state
        self._context.evaluate([last], _never)

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        """Yield the reply as it is generated, in whole characters.

        Raises StageError(code "context") if the messages leave no room for a reply, and
        StageError(code "grammar") if the grammar is none.
        """
        prompt = self._prompt(messages)
        room = self._context.size - len(prompt)
        if room < 1:
            raise StageError(
                "llm",
                "context",
                f"The conversation has {len(prompt)} tokens and llm.context_tokens is "
                f"{self._context.size}; raise it or shorten llm.system.",
            )
        if not self._read(prompt, cancelled):
            return
        self._context.reset_sampler()
        longest = min(room, self._max_tokens)
        if grammar is None:
            yield from self._generate(longest, cancelled)
            return
        with closing(self._context.rule(grammar)) as rule:
            yield from self._generate(longest, cancelled, rule)

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        """Probability that a mark which ends a sentence, or the end of the turn, comes after the
        last message's last word: what Whisper writes there says little, it closes whatever it
        hears. 0 for a message without words."""
        *before, last = messages
        words = _CLOSING.sub("", last.text)
        if not words:
            return 0.0
        # Without what the template puts after the words; `stream` reads on from there.
        prompt = self._prompt([*before, Message(last.role, words)], open_ended=True)
        if len(prompt) >= self._context.size or not self._read(prompt, cancelled):
            return None
        return self._context.probability(self._closing)

    def count_tokens(self, text: str) -> int:
        """Length of `text` in this model's tokens, without special ones."""
        return len(self._context.tokenize(text))

    def use_threads(self, generate: int, prompt: int) -> None:
        """CPU threads while generating, and while reading a prompt, from the next step on."""
        self._context.use_threads(generate, prompt)

    def close(self) -> None:
        """Free the model's memory."""
        self._context.close()

    def _prompt(self, messages: Sequence[Message], *, open_ended: bool = False) -> list[int]:
        """`open_ended`: nothing after the last message's text."""
        pieces = list(render(self._template, messages))
        while open_ended and pieces[-1].markup:
            pieces.pop()
        tokens = [] if (begin := self._context.begin) is None else [begin]
        for piece in pieces:
            tokens += self._context.tokenize(piece.text, markup=piece.markup)
        return tokens

    def _read(self, prompt: list[int], cancelled: Cancelled) -> bool:
        kept = self._context.keep_prefix(prompt if self._reuse_prompt else ())
        shared = len(self._shared)
        if kept < shared < len(prompt) and self._reuse_prompt and prompt[:shared] == self._shared:
            # Recurrent and hybrid models cannot forget a part of what they have read.
            kept = shared if self._context.restore(self._state, self._shared) else 0
        finished = self._context.evaluate(prompt[kept:], cancelled)
        self._evaluated = len(self._context.tokens) - kept
        return finished

    def _generate(
        self, longest: int, cancelled: Cancelled, rule: GrammarRule | None = None
    ) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        for _ in range(longest):
            token = self._context.sample(rule)
            if self._context.ends_turn(token):
                return
            # A character may be spread over tokens: the decoder holds its first bytes back. Those
            # of a character that never gets finished are dropped.
            if text := decoder.decode(self._context.spelling(token)):
                yield text
            if not self._context.evaluate([token], cancelled):
                return


def _common_prefix(first: Sequence[int], second: Sequence[int]) -> list[int]:
    same = []
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        same.append(one)
    return same


def _never() -> bool:
    return False
