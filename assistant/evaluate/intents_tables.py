"""What `assistant eval intents` prints for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from assistant.evaluate.tables import number, percent, table


def tables(result: Mapping[str, Any]) -> list[RenderableType]:
    shares = table("Requests understood", "skill", "n", "right", "%", "p50 ms", "p95 ms")
    for name, one in [*result["groups"].items(), ("total", result["total"])]:
        shares.add_row(
            name,
            str(one["phrases"]),
            str(one["right"]),
            percent(one["share"]),
            number(one["matching_p50_ms"]),
            number(one["matching_p95_ms"]),
        )
    if not result["wrong"]:
        return [shares]
    wrong = table("Not as wanted", "skill", "said", "heard", "wanted", "understood")
    for one in result["wrong"]:
        heard = "" if one["heard"] == one["said"] else one["heard"]
        wrong.add_row(one["group"], one["said"], heard, one["wanted"], one["understood"])
    return [shares, wrong]
