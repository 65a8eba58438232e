"""Assistants that run right now, and what they say of themselves."""

from collections.abc import Collection, Iterator
from pathlib import Path

from assistant.doctor.check import Check
from assistant.status import Status

_SLOW_START_S = 120.0
"""On the slowest of boards loading takes less."""


def unreadable(path: Path, error: Exception) -> Check:
    return Check(
        "running",
        "yellow",
        f"{path} cannot be read, or is no status of an assistant ({type(error).__name__}).",
        "Ask as the user who runs it: `sudo assistant doctor`.",
    )


def checks(
    pids: Collection[int], status: Status | None, installed: str, now_s: float
) -> Iterator[Check]:
    """`pids`: of all that run here; `installed`: the version on the disk."""
    if len(pids) > 1:
        yield Check(
            "two at once",
            "red",
            f"{len(pids)} assistants run at once (processes {', '.join(map(str, pids))}): they "
            "take the microphone from each other.",
            "End all but one: `sudo systemctl stop assistant` for the service, or Ctrl-C.",
        )
    if not pids:
        yield Check("running", "green", "No assistant runs right now.")
        return
    if status is None or status.pid not in pids:  # one of before, which was killed
        if len(pids) == 1:
            yield Check("running", "green", f"An assistant runs (process {next(iter(pids))}).")
        return
    yield _condition(status, now_s)
    yield from _shortcomings(status)
    if status.version != installed:
        yield Check(
            "version",
            "yellow",
            f"Version {status.version} runs, {installed} is installed.",
            "`sudo systemctl restart assistant`.",
        )


def _shortcomings(status: Status) -> Iterator[Check]:
    if status.failed:
        yield Check(
            "engines that run",
            "red",
            f"It could not load {_reasons(status.failed)}.",
            "The lines above say what is missing; then `sudo systemctl restart assistant`.",
        )
    if status.rung != "full":
        why = f": {_phrase(status.why)}" if status.why else ""
        yield Check(
            "load",
            "yellow",
            f"It has cut down on what it does ({status.rung}){why}.",
            "Give the board air, or choose smaller models: `assistant hw`.",
        )


def _condition(status: Status, now_s: float) -> Check:
    who = f"The assistant (process {status.pid})"
    if status.ill:
        text = f"{who} is about to be started anew: {_phrase(status.ill)}."
        remedy = "If that happens again and again, try the microphone: `assistant doctor --test`."
        return Check("running", "red", text, remedy)
    if not status.armed:
        if now_s - status.since_s > _SLOW_START_S:
            remedy = "Its log says what it waits for: `journalctl -u assistant -n 50`."
            return Check("running", "red", f"{who} still does not listen.", remedy)
        remedy = "Wait some seconds, then run `assistant doctor` again."
        return Check("running", "yellow", f"{who} is about to listen.", remedy)
    if status.muted:
        remedy = "Press the mute button again, or `kill -USR2` it."
        return Check("running", "yellow", f"{who} is muted: its microphone is closed.", remedy)
    if status.missing:
        text = f"{who} waits for its {_reasons(status.missing)}."
        return Check("running", "yellow", text, "Plug it in, or see `assistant devices`.")
    rest = f"; still loading: {', '.join(status.loading)}" if status.loading else ""
    return Check("running", "green", f"{who} runs and listens{rest}.")


def _reasons(reasons: dict[str, str]) -> str:
    return ", ".join(f"{what} ({_phrase(why)})" for what, why in sorted(reasons.items()))


def _phrase(sentence: str) -> str:
    return sentence.strip().rstrip(".")
