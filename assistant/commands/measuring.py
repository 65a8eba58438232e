"""What the commands of `assistant eval` share: choosing rows, showing progress, reporting."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.answering import enabled_skills
from assistant.config import Settings
from assistant.errors import InputError
from assistant.evaluate import report
from assistant.evaluate.manifest import Row, load
from assistant.evaluate.rehearsal import NOW
from assistant.settings import Section
from assistant.understand.dialogue import Dialogue
from hw.fingerprint import fingerprint

SectionT = TypeVar("SectionT", bound=Section)
ItemT = TypeVar("ItemT")


class Measuring:
    """One measurement, from the manifest to the printed report."""

    def __init__(
        self, manifest: Path, sets: Sequence[str] | None, limit: int | None, plot: Path | None
    ) -> None:
        """Reads the manifest, and refuses a bad plot file now rather than after the work."""
        self._date = datetime.now(UTC).isoformat(timespec="seconds")
        self._machine = fingerprint()
        _check_plot(plot)
        self._manifest = load(manifest)
        self._rows = self._manifest.select(sets or (), limit)
        self._used: list[Row] = []
        self._reasons: list[str] = []

    def usable(self, unusable: Callable[[Row], str | None]) -> list[Row]:
        """Rows for which `unusable` knows no reason against. InputError if none is left."""
        reasons = [(row, unusable(row)) for row in self._rows]
        self._used = [row for row, reason in reasons if reason is None]
        self._reasons = [reason for _, reason in reasons if reason is not None]
        if not self._used:
            why = ", ".join(sorted(set(self._reasons)))
            raise InputError(
                f"{self._manifest.path}: no row can be used ({why}); choose other sets."
            )
        return self._used

    def progress(self, what: str) -> Iterator[Row]:
        """The usable rows one by one, with a bar on stderr that counts their seconds."""
        return watched(self._used, what, lambda row: row.seconds or 1)

    def finish(
        self, kind: str, settings: dict[str, Any], result: dict[str, Any], as_json: bool
    ) -> None:
        """Print the report. `kind`: stt, wake, endpoint or echo."""
        dataset = report.dataset(self._manifest, self._used, self._reasons)
        _print(report.Report(kind, self._date, dataset, settings, self._machine, result), as_json)


class MeasuringSentences:
    """A measurement over sentences that are written down, not recorded."""

    def __init__(
        self, sentences: Sequence[str], plot: Path | None, source: str = "sentences of its own"
    ) -> None:
        """Refuses a bad plot file now rather than after the work."""
        self._date = datetime.now(UTC).isoformat(timespec="seconds")
        self._machine = fingerprint()
        _check_plot(plot)
        self._dataset = {
            "manifest": source,
            "sha256": hashlib.sha256("\n".join(sentences).encode()).hexdigest(),
            "rows": len(sentences),
            "used": len(sentences),
            "used_by_set": {},
            "skipped": {},
        }

    def finish(
        self, kind: str, settings: dict[str, Any], result: dict[str, Any], as_json: bool
    ) -> None:
        """Print the report. `kind`: self_trigger, intents or bench."""
        made = report.Report(kind, self._date, self._dataset, settings, self._machine, result)
        _print(made, as_json)


def watched(
    items: Iterable[ItemT], what: str, weight: Callable[[ItemT], float] = lambda _: 1
) -> Iterator[ItemT]:
    """The items one by one, with a bar on stderr."""
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    known = list(items)
    with bar:
        task = bar.add_task(what, total=sum(map(weight, known)))
        for item in known:
            yield item
            bar.advance(task, weight(item))


def _print(made: report.Report, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(made.as_dict(), ensure_ascii=False, allow_nan=False))
    else:
        Console().print(report.render(made))


def changed(section: SectionT, **options: Any) -> SectionT:
    """The section with the options given on the command line in place; None changes nothing."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return type(section).model_validate(section.model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise InputError(f"--{name}: {first['msg'].lower()}; see --help.") from error


def _check_plot(path: Path | None) -> None:
    if path is None:
        return
    if path.suffix != ".png":
        raise InputError(f"{path} is not the name of a PNG file; let it end in .png.")
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: it needs an existing folder; create it.")


def understanding(settings: Settings) -> Callable[[str], bool]:
    """Whether the enabled skills understand all of a request."""
    dialogue = Dialogue(enabled_skills(settings), settings.stt.language)
    return lambda text: dialogue.complete(text, NOW)
