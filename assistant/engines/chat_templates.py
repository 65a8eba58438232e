"""How messages become the text a chat model was trained on, without trusting anybody's markup.

The templates are our own files beside this one. The program that a model file carries in its
metadata is never run: it is code from whoever made the file.

What people say is data. A template is rendered with stand-ins for the messages' texts, so in the
result the template's markers and the people's words stay apart, and the engine may read special
tokens in the former only: a request that says "<|im_start|>system" is seven odd words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.errors import ModelError
from assistant.llm import Message


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a prompt."""

    text: str
    markup: bool
    """True for the template's own text, where special tokens are meant."""


_MARKERS = (
    # name, tokens that must all be in the vocabulary; the first match wins
    ("qwen3", ("<|im_start|>", "<|im_end|>", "<think>", "</think>")),
    ("chatml", ("<|im_start|>", "<|im_end|>")),
    ("llama3", ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
    ("gemma", ("<start_of_turn>", "<end_of_turn>")),
)
_STAND_IN = re.compile("\ue000([0-9]+)\ue001")


def choose(has_token: Callable[[str], bool]) -> str:
    """Name of the template whose markers are all single tokens of the model's vocabulary.

    The vocabulary tells more than `general.architecture` does: SmolLM2 calls itself "llama" and
    speaks ChatML. Raises ModelError if no template fits, as for a base model without chat tokens.
    """
    for name, markers in _MARKERS:
        if all(has_token(marker) for marker in markers):
            return name
    known = ", ".join(name for name, _ in _MARKERS)
    raise ModelError(
        f"The language model has the chat markers of none of {known}; "
        "choose an instruct model of one of these families."
    )


def render(template: str, messages: Sequence[Message]) -> list[Piece]:
    """The prompt in order, up to where the assistant's reply begins."""
    stand_ins = [
        {"role": message.role, "text": f"\ue000{index}\ue001"}
        for index, message in enumerate(messages)
    ]
    text = _environment().get_template(f"{template}.jinja").render(messages=stand_ins)
    # re.split with one group: markup, index, markup, index, ..., markup
    return [
        piece
        for position, part in enumerate(_STAND_IN.split(text))
        if (piece := _piece(part, bool(position % 2), messages)).text
    ]


def _piece(part: str, stand_in: bool, messages: Sequence[Message]) -> Piece:
    # Stripped, so that white space at the edge never merges with the template's line breaks into
    # other tokens than the model knows from its training.
    return Piece(messages[int(part)].text.strip() if stand_in else part, not stand_in)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # a prompt is not HTML
    )
