"""What goes between the measurement and an engine in another process: one JSON object a line.

A server says `{"ready": true}`, then answers each line with any number of objects and, after the
last, `{"end": true}`. Audio is base64 of int16. Only the standard library is used, for the peers'
environments have little else.
"""

import base64
import json
from typing import Any

READY = {"ready": True}
END = {"end": True}


def encode(message: dict[str, Any]) -> str:
    """One line, its end included; no byte of the text can end it earlier."""
    return json.dumps(message) + "\n"


def decode(line: str) -> dict[str, Any]:
    """Raises ValueError if the line is no JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"a {type(message).__name__} instead of an object")
    return message


def pack(samples: bytes) -> str:
    return base64.b64encode(samples).decode("ascii")


def unpack(text: str) -> bytes:
    """Raises ValueError if the text is not base64."""
    return base64.b64decode(text, validate=True)
