"""The service's journal, without anything that is not a message of this program or of systemd."""

import builtins
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from assistant import errors
from assistant.support.messages import ROOT, Messages

_LINE = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d) \S+ "
    r"(?P<who>[^\[\s:]+)(?:\[\d+\])?: ?(?P<text>.*)"
)
_OURS = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+): (.*)")
_EVENT = re.compile(r"\d\d:\d\d:\d\d  (\w+(?: \w+)?)(?: {2,}(.*))?")
"""What `assistant run` prints for people."""
_EVENTS = {
    *("ready", "wake", "near miss", "lost", "found", "failed", "rings", "over", "stopped"),
    *("recording", "ButtonPressed", "muted", "unmuted"),
}
"""Those that show no words."""
_FRAME = re.compile(r'\s*File "(.*)", line (\d{1,6}), in (\w+|<\w+>)')
_RAISED = re.compile(r"((?:\w+\.)*(\w+))(?:: .*)?")
_ALSA = re.compile(
    r"ALSA lib (pcm\w*\.c|conf\w*\.c|control\w*\.c|dlmisc\.c):(\d+):\((\w*snd_\w+)\).*"
)
_TRACEBACK = "Traceback (most recent call last):"

RESULTS = (
    "success|protocol|timeout|exit-code|signal|core-dump|watchdog|oom-kill|start-limit-hit|"
    "resources|exec-condition"
)
_SYSTEMD = [
    re.compile(pattern)
    for pattern in (
        r"(Starting|Started|Stopping|Stopped|Reloading|Reloaded) "
        r"(?:assistant\.service.*|Offline voice assistant\.*)",
        r"assistant\.service: (Main process exited, code=(?:exited|killed|dumped), "
        r"status=\d{1,3}/[A-Z0-9]{1,15})",
        rf"assistant\.service: (Failed with result '(?:{RESULTS})')\.",
        r"assistant\.service: (Watchdog timeout) \(limit .*\)!",
        r"assistant\.service: (Scheduled restart job, restart counter is at \d+)\.",
        r"assistant\.service: (Start request repeated too quickly)\.",
        r"assistant\.service: (Deactivated successfully)\.",
        r"assistant\.service: (A process of this unit has been killed by the OOM killer)\.",
        r"assistant\.service: (Killing process \d+) .*",
        r"assistant\.service: (State '[a-z-]{4,20}' timed out)\..*",
        r"assistant\.service: (Failed at step [A-Z_]{3,30}) .*",
    )
]
"""With one group: what is shown."""
_EXCEPTIONS = {
    name
    for module in (builtins, errors, sqlite3)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}


def redacted(lines: Iterable[str], messages: Messages) -> Iterator[str]:
    """Whose messages they are is kept, and when; hosts and process numbers are not. What is not
    known is counted."""
    removed = 0
    for line in lines:
        shown = _shown(line, messages)
        if shown is None:
            removed += 1
            continue
        if removed:
            yield _count(removed)
            removed = 0
        yield shown
    if removed:
        yield _count(removed)


def health(lines: Iterable[str], messages: Messages) -> Iterator[dict[str, Any]]:
    """The summaries that the assistant writes once an hour."""
    for line in lines:
        parsed = _LINE.fullmatch(line)
        _, found, text = parsed["text"].partition("health: ") if parsed else ("", "", "")
        if parsed and found and isinstance(summary := messages.summary(text), dict):
            yield {"at": parsed["at"], **summary}


def _count(removed: int) -> str:
    return f"({removed} line{'s' * (removed != 1)} removed)"


def _shown(line: str, messages: Messages) -> str | None:
    parsed = _LINE.fullmatch(line)
    if parsed is None:
        return None
    if parsed["who"] in ("systemd", "(systemd)"):
        found = (pattern.fullmatch(parsed["text"]) for pattern in _SYSTEMD)
        said = next((each[1] for each in found if each is not None), None)
        return said and f"{parsed['at']} systemd: {said}"
    text = _message(parsed["text"], messages)
    return None if text is None else f"{parsed['at']} {text}"


def _message(text: str, messages: Messages) -> str | None:
    """Of this program."""
    if (ours := _OURS.fullmatch(text)) is not None:
        level, name, said = ours.groups()
        shown = messages.shown(said)
        where = name if (ROOT / f"{name.replace('.', '/')}.py").is_file() else "elsewhere"
        return f"{level} {where}: {shown or '(removed)'}"
    if (event := _EVENT.fullmatch(text)) is not None:
        return _event(event[1].strip(), event[2] or "", messages)
    if text == _TRACEBACK:
        return text
    if (frame := _FRAME.fullmatch(text)) is not None:
        return _frame(*frame.groups())
    if (raised := _RAISED.fullmatch(text)) is not None and raised[2] in _EXCEPTIONS:
        return raised[2]
    if (alsa := _ALSA.fullmatch(text)) is not None:
        return f"ALSA lib {alsa[1]}:{alsa[2]}:({alsa[3]})"
    return messages.shown(text)


def _event(name: str, rest: str, messages: Messages) -> str | None:
    if name not in _EVENTS:
        return None
    fields = (each.partition(": ") for each in re.split(r" {2,}", rest) if each)
    told = (f"{messages.filled(key)}: {messages.listed(value)}" for key, _, value in fields)
    return "  ".join([name, *told])


def _frame(path: str, line: str, function: str) -> str:
    """Only of files that are in this program is it told which."""
    for top in ("assistant", "models", "hw"):
        _, found, rest = path.rpartition(f"/{top}/")
        inside = f"{top}/{rest}"
        if found and ".." not in rest and (ROOT / inside).is_file():
            return f"  {json.dumps(inside)}, line {line}, in {function}"
    return f"  elsewhere, line {line}"
