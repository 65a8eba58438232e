"""Intents as tools: what a language model may ask for, and how it says so.

The same dataclasses that sentence templates fill are told to the model, as one line each
(`describe`). Its whole reply is either text or a list of calls (`grammar`), and of calls nothing is
believed: `parse_calls` reads every argument with the parser that reads the same words when they are
spoken, so a call can do exactly what a spoken request can, and what has to be asked before it is
done is asked all the same. The engine knows nothing of tools, only of grammars.
"""

from assistant.tools.calls import MOST_CALLS, BadCalls, is_calls, parse_calls
from assistant.tools.describe import describe, schema
from assistant.tools.grammar import calls_only, text_or_calls
from assistant.tools.tool import Parameter, Tool, catalogue

__all__ = [
    "MOST_CALLS",
    "BadCalls",
    "Parameter",
    "Tool",
    "calls_only",
    "catalogue",
    "describe",
    "is_calls",
    "parse_calls",
    "schema",
    "text_or_calls",
]
