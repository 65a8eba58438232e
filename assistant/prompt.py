"""History and request -> messages within a token budget.

The engine keeps what it has already read, as long as the new prompt begins with the same bytes;
on a small computer that is the difference between an answer now and one in ten seconds. So the
system text never changes, exchanges are only ever appended, and when they outgrow the budget the
oldest are dropped down to *half* of it at once: the turn that drops reads its prompt anew, then
several turns in a row are cheap again. Dropping just enough each time would make every turn dear.
"""

import re
from collections.abc import Callable, Sequence
from unicodedata import category

from assistant.errors import ConfigError
from assistant.events import Exchange
from assistant.llm import Message

MESSAGE_TOKENS = 8
"""Added for each message: the marks that a chat template puts around it (ChatML takes 5)."""

LONGEST_REQUEST = 1_000
"""Characters of a request that are read; a minute of speech has fewer."""

_BLANKS = re.compile(r"\s+")
_CHAT_TOKEN = re.compile(r"<\|[^<>|]{0,40}\|>")

Count = Callable[[str], int]
"""Length of a text in the model's tokens, without special ones."""


def messages(
    system: str, history: Sequence[Exchange], request: str, budget_tokens: int, count: Count
) -> list[Message]:
    """The system text, the newest exchanges that fit, and the request, in at most `budget_tokens`
    tokens (the reply's room must be taken off before).

    Which exchanges stay is found by replaying the conversation from its beginning, so it depends
    on nothing but the arguments; `history` must be the whole conversation, growing at its end.
    Exchanges of which nothing was heard are left out. A request too long for the budget is cut.
    Raises ConfigError if the system text leaves no room for a request.
    """
    room = budget_tokens - _cost(count, system) - MESSAGE_TOKENS  # for the opening of the reply
    if room <= MESSAGE_TOKENS:
        raise ConfigError(
            f"llm.system takes {count(system)} tokens and leaves no room for a request in "
            f"{budget_tokens}; shorten it or raise llm.context_tokens."
        )
    heard = [each for each in history if each.reply_heard.strip()]
    text = _fitting(clean(request), room - MESSAGE_TOKENS, count)
    kept = heard[_first_kept(heard, text, room, count) :]
    return [
        Message("system", system),
        *(message for exchange in kept for message in _pair(exchange)),
        Message("user", text),
    ]


def clean(request: str) -> str:
    """A request without control and invisible characters and chat tokens, its whitespace single,
    at most `LONGEST_REQUEST` characters: what a person may say to the model."""
    text = _BLANKS.sub(" ", request[: 4 * LONGEST_REQUEST])
    text = "".join(each for each in text if category(each) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    while (without := _CHAT_TOKEN.sub("", text)) != text:
        text = without
    return _BLANKS.sub(" ", text).strip()[:LONGEST_REQUEST].rstrip()


def _pair(exchange: Exchange) -> tuple[Message, Message]:
    reply = _BLANKS.sub(" ", exchange.reply_heard).strip()
    return Message("user", clean(exchange.request)), Message("assistant", reply)


def _cost(count: Count, text: str) -> int:
    return count(text) + MESSAGE_TOKENS


def _first_kept(history: Sequence[Exchange], request: str, room: int, count: Count) -> int:
    """Index of the oldest exchange that the prompt still holds."""
    costs = [sum(_cost(count, each.text) for each in _pair(exchange)) for exchange in history]
    asked = [_cost(count, clean(exchange.request)) for exchange in history]
    first, held = 0, 0
    for turn, cost in enumerate([*asked, _cost(count, request)]):
        if held + cost > room:
            while first < turn and held + cost > room // 2:
                held -= costs[first]
                first += 1
        if turn < len(costs):
            held += costs[turn]
    return first


def _fitting(text: str, tokens: int, count: Count) -> str:
    """The longest beginning of `text`, up to the end of a word, that has at most `tokens`."""
    if count(text) <= tokens:
        return text
    words = text.split(" ")
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if count(" ".join(words[:middle])) <= tokens:
            low = middle
        else:
            high = middle - 1
    if low:
        return " ".join(words[:low])
    end = len(words[0])
    while end and count(words[0][:end]) > tokens:
        end //= 2
    return words[0][:end]
