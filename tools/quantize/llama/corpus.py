"""A text as the tokens that a model reads: as it stands, or as conversations of the assistant."""

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import InputError
from assistant.llm import LlmSettings, Message

MAX_BYTES = 200_000_000
"""A larger file is no text of requests."""
_REPLY = "\t"

Chat = Callable[[Sequence[Message]], list[int]]
"""Messages -> tokens, up to where a reply begins."""


def read(path: Path) -> str:
    """The text. Raises InputError if it cannot be read, is none, or is empty."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large for a text of requests: choose another.")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text ({error}): choose another.") from error
    if not text.strip():
        raise InputError(f"{path} is empty: write one request a line.")
    return text


def chats(text: str, chat: Chat) -> list[int]:
    """One conversation a line: the assistant's system text, a request and, after a tab, a reply.
    Empty lines, and those that begin with "#", are passed over."""
    system = Message("system", LlmSettings().system)
    opening = chat(())
    tokens: list[int] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        request, _, reply = line.partition(_REPLY)
        messages = [system, Message("user", request)]
        if reply.strip():
            messages.append(Message("assistant", reply))
        said = chat(messages)
        # Nothing comes after a reply but the next conversation.
        closed = reply.strip() and opening and said[-len(opening) :] == opening
        tokens += said[: -len(opening)] if closed else said
    return tokens


def chunks(tokens: Sequence[int], size: int, begin: int | None, source: str) -> list[list[int]]:
    """Whole pieces of `size` tokens as llama.cpp's tools cut them: what is left over is dropped,
    and the first token of each gives way to `begin`, if the model wants one.

    Raises InputError if there is not one whole piece.
    """
    if len(tokens) < size:
        raise InputError(
            f"{source} has {len(tokens)} tokens, fewer than one piece of {size}: take a longer "
            "text or a smaller --chunk."
        )
    pieces = [[*tokens[at : at + size]] for at in range(0, len(tokens) - size + 1, size)]
    if begin is not None:
        for piece in pieces:
            piece[0] = begin
    return pieces
