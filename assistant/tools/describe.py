"""What a model is told of the tools: compactly for the system text, in full as JSON schema."""

from collections.abc import Iterable, Sequence
from typing import Any

from assistant.tools.tool import Parameter, Tool

LONGEST_WORDS = 120
"""Characters of an argument."""

EXAMPLES = {
    "amount": "2 and a half",
    "day": "tomorrow",
    "days": "every weekday",
    "duration": "10 minutes",
    "items": "milk and eggs",
    "time": "7:30 pm",
}
"""Slot -> words as they are to be put in it, where the name does not say it."""


def describe(tools: Sequence[Tool]) -> str:
    """For the system text: one line a tool, about 16 tokens. Depends on nothing but the tools, so
    the prompt begins with the same bytes at every turn and is read only once.

    No call is shown as an example: small models would repeat it.
    """
    words = ", ".join(f'{slot} "{example}"' for slot, example in EXAMPLES.items())
    return "\n".join(
        [
            "To do what one of these tools does, reply with nothing but a JSON list: "
            '[{"tool": name, "arguments": {parameter: words}}]. '
            "You can do nothing else; never say that you did.",
            f"Write values in words: {words}.",
            *map(_signature, tools),
        ]
    )


def schema(tool: Tool) -> dict[str, Any]:
    """The tool's parameters as JSON schema: all of them words, as they would be said."""
    return {
        "type": "object",
        "properties": {
            parameter.name: {
                "type": "string",
                "description": _description(parameter),
                "minLength": 1,
                "maxLength": LONGEST_WORDS,
            }
            for parameter in tool.parameters
        },
        "required": _required(tool.parameters),
        "additionalProperties": False,
    }


def _signature(tool: Tool) -> str:
    """ "set_timer(duration?, name?): Start a countdown." """
    names = (each.name + ("" if each.required else "?") for each in tool.parameters)
    return f"{tool.name}({', '.join(names)}): {tool.description}"


def _description(parameter: Parameter) -> str:
    example = EXAMPLES.get(parameter.slot)
    said = f'Said as "{example}".' if example else ""
    return f"{parameter.description} {said}".strip()


def _required(parameters: Iterable[Parameter]) -> list[str]:
    return [parameter.name for parameter in parameters if parameter.required]
