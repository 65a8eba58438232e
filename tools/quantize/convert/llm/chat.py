"""Whether our chat template writes what the model was trained on: its own template tells.

That template is a program from whoever made the model. It runs here once, to be compared, in a
process of its own (`chat_process`) that has no time and no memory for mischief.
"""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from assistant.engines.chat_templates import choose, render
from assistant.errors import ModelError
from assistant.llm import Message
from tools.quantize.child import program
from tools.quantize.convert.llm.vocabulary import Vocabulary

CONVERSATION = (
    Message("system", "You are a kitchen assistant. Answer in one sentence."),
    Message("user", "How long does an egg take?"),
    Message("assistant", "Ten minutes, if it is to be hard."),
    Message("user", "And soft?"),
)
_SECONDS = 20.0
_SHOWN = 60
"""Characters of each side, where they differ."""
_BEFORE = 20
"""Of which so many are before that."""


@dataclass(frozen=True, slots=True)
class Chat:
    template: str | None
    """Ours, by name; None if none fits."""
    same: bool | None
    """Whether it writes what the model's own does; None if that cannot be said."""
    remark: str
    """A sentence if there is something to know, or nothing."""


def compare(vocabulary: Vocabulary, special: Any) -> Chat:
    """`special`: gguf.SpecialVocab."""
    try:
        name = choose(vocabulary.is_special)
    except ModelError as error:
        return Chat(None, None, f"The assistant will not take this model: {error}")
    source = _default(special.chat_template)
    if source is None:
        return Chat(name, None, f"The model has no chat template of its own; '{name}' is used.")
    marks = {
        f"{mark}_token": vocabulary.tokens[id_].text
        for mark, id_ in special.special_token_ids.items()
        if mark in ("bos", "eos", "unk", "pad")
    }
    try:
        theirs = rendered(source, marks)
    except ModelError as error:
        return Chat(name, None, f"The model's own chat template {error}; '{name}' is used.")
    # What begins a text is put there by the engine, if the file says so.
    begin = marks.get("bos_token", "") if special.add_special_token.get("bos") else ""
    ours = begin + "".join(piece.text for piece in render(name, CONVERSATION))
    if ours == theirs:
        return Chat(name, True, "")
    shared = zip(ours, theirs, strict=False)
    at = next((index for index, (one, other) in enumerate(shared) if one != other), None)
    at = max(0, (min(len(ours), len(theirs)) if at is None else at) - _BEFORE)
    here, there = repr(ours[at : at + _SHOWN]), repr(theirs[at : at + _SHOWN])
    return Chat(
        name, False, f"The chat template '{name}' writes {here} where the model's own has {there}."
    )


def rendered(source: str, marks: dict[str, str]) -> str:
    """The conversation by the model's own template. Raises ModelError with half a sentence."""
    messages = [{"role": message.role, "content": message.text} for message in CONVERSATION]
    request = json.dumps({"template": source, "messages": messages, "marks": marks})
    command = program("tools.quantize.convert.llm.chat_process")
    try:
        done = subprocess.run(
            command, input=request.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError("does not come to an end") from error
    if done.returncode < 0:
        raise ModelError("takes too much time or memory")
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ModelError(f"cannot be run ({''.join(last)[:120]})")
    return done.stdout.decode("utf-8", "replace")


def _default(template: Any) -> str | None:
    """Of several, the one without tools or documents."""
    match template:
        case str():
            return template
        case list():
            for each in template:
                if isinstance(each, dict) and each.get("name") == "default":
                    found = each.get("template")
                    return found if isinstance(found, str) else None
    return None
