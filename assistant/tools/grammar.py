"""The grammar that a model's reply is held to: text, or calls of the tools and nothing else.

In GBNF, which llama.cpp reads. Arguments begin with a letter or a digit, as signs alone are no
words, and hold no brackets, braces or angle brackets, which nobody says: so a chat token, which is
spelled with them, cannot be written in one either.
"""

from collections.abc import Sequence

from assistant.llm import Grammar
from assistant.tools.describe import LONGEST_WORDS
from assistant.tools.tool import Parameter, Tool

_COMMON = rf"""
text ::= blank* [^\x5B \t\r\n] any*
any ::= [^\x00]
blank ::= [ \t\r\n]
words ::= "\"" letter [^"\\<>{{}}\x5B\x5D\x00-\x1F\x7F]{{0,{LONGEST_WORDS - 1}}} "\""
letter ::= [A-Za-z0-9\u00C0-\u024F\u0370-\u1FFF]
sp ::= " "?
"""
_NEXT = '"," sp'


def text_or_calls(tools: Sequence[Tool], most: int) -> Grammar:
    """Text that does not begin with "[", or a JSON list of one to `most` calls."""
    return _grammar("calls | text", tools, most)


def calls_only(tools: Sequence[Tool], most: int) -> Grammar:
    """A JSON list of one to `most` calls."""
    return _grammar("calls", tools, most)


def _grammar(root: str, tools: Sequence[Tool], most: int) -> Grammar:
    rules = {tool.name.replace("_", "-") + "-call": tool for tool in tools}
    more = f"({_NEXT} call){{0,{most - 1}}}" if most > 1 else ""
    lines = [
        f"root ::= {root}",
        f'calls ::= "[" call {more} "]"',
        rf'call ::= "{{\"tool\":" sp ({" | ".join(rules)}) "}}"',
        *(f"{rule} ::= {_call(tool)}" for rule, tool in rules.items()),
    ]
    return Grammar("\n".join(lines) + _COMMON)


def _call(tool: Tool) -> str:
    arguments = _arguments(tool.parameters)
    return rf'"\"{tool.name}\"," sp "\"arguments\":" sp "{{" {arguments} "}}"'


def _arguments(parameters: Sequence[Parameter]) -> str:
    """In the order given; if none is required, any may be the first."""
    required = [parameter for parameter in parameters if parameter.required]
    if required:
        optional = [f"({_NEXT} {_pair(each)})?" for each in parameters[len(required) :]]
        return " ".join([f" {_NEXT} ".join(map(_pair, required)), *optional])
    starts = (
        " ".join([_pair(first), *(f"({_NEXT} {_pair(each)})?" for each in parameters[at:])])
        for at, first in enumerate(parameters, 1)
    )
    return f"({' | '.join(starts)})?" if parameters else ""


def _pair(parameter: Parameter) -> str:
    return rf'"\"{parameter.name}\":" sp words'
