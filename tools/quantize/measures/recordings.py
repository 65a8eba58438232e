"""Which recordings are measured: the same where a job is made and where it is done."""

import os
from collections.abc import Callable
from pathlib import Path

from assistant.errors import InputError
from assistant.evaluate import stt, wake
from assistant.evaluate.manifest import Manifest, Row, load, other_half, spread
from tools.quantize.bundle import Bundle
from tools.quantize.measures.options import RecordingOptions, WakeOptions

Unusable = Callable[[Row], str | None]
"""Why a row says nothing about the candidate; None if it does."""


def for_stt(language: str) -> Unusable:
    """Utterances of this language with a transcript."""

    def unusable(row: Row) -> str | None:
        return "nobody speaks" if stt.without_speech(row) else stt.unusable(row, language)

    return unusable


def for_wake(phrase: str) -> Unusable:
    """Recordings that clearly hold the phrase, or clearly do not."""
    return lambda row: wake.unusable(row, phrase)


def chosen(manifest: Manifest, options: RecordingOptions, unusable: Unusable) -> tuple[Row, ...]:
    """The rows that are measured. InputError if there is none."""
    rows = manifest.select(options.set_names, None)
    reasons = {row.line: unusable(row) or other_half(row, options.half) for row in rows}
    usable = [row for row in rows if reasons[row.line] is None]
    if not usable:
        why = ", ".join(sorted({reason for reason in reasons.values() if reason}))
        raise InputError(f"{manifest.path}: no row can be used ({why}); choose other data.")
    return spread(usable, options.limit)


def chosen_for_wake(manifest: Manifest, options: WakeOptions, phrase: str) -> tuple[Row, ...]:
    """Of a wake word. InputError if none of them says the phrase: it is probably another one."""
    rows = chosen(manifest, options, for_wake(phrase))
    if not any(wake.kind(row, phrase) == "positive" for row in rows):
        raise InputError(
            f"{manifest.path}: no recording that is measured says {phrase.replace('_', ' ')!r}:"
            " name the phrase with --option phrase=NAME, or other data."
        )
    return rows


def rows_of(
    data: Bundle, root: Path, options: RecordingOptions, unusable: Unusable
) -> tuple[Row, ...]:
    """The same rows again, from what a job brings along: the manifest, and only those recordings.
    Not every set that was named need have one among them."""
    there = {normal(root / file.name) for file in data.files[1:]}
    manifest = load(root / data.main.name, there)
    return chosen(manifest, options.model_copy(update={"sets": ""}), unusable)


def normal(path: Path) -> Path:
    """Absolute, without "..", links as they are."""
    return Path(os.path.abspath(path))
