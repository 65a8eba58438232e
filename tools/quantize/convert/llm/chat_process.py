"""Run a chat template that nobody vouches for: JSON on stdin, text on stdout, limits by the kernel.

Not imported by anything: `chat` starts it as a program.
"""

import json
import resource
import sys
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_SECONDS = 2
_BYTES = 512 << 20
_MOST_TEXT = 1 << 20


def main() -> None:
    """Exits with 1 and a line on stderr if the template fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # writes no files
    request = json.load(sys.stdin)
    # The settings and functions that Hugging Face's transformers gives to chat templates.
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        extensions=["jinja2.ext.loopcontrols"],
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = _now
    try:
        text = environment.from_string(request["template"]).render(
            messages=request["messages"],
            tools=None,
            documents=None,
            add_generation_prompt=True,
            enable_thinking=False,
            **request["marks"],
        )
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except (AttributeError, MemoryError, RecursionError) as error:
        sys.exit(type(error).__name__)
    if len(text) > _MOST_TEXT:
        sys.exit("it writes more than a megabyte")
    sys.stdout.write(text)


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)


def _tojson(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


if __name__ == "__main__":
    main()
