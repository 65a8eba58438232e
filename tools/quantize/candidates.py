"""From what somebody names, a file or an entry of the catalog, to a job for any machine."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InputError, ModelError
from assistant.evaluate.manifest import Row, load
from models.headers.identify import identify
from models.store import Store, remedy
from tools.quantize.bundle import Bundle
from tools.quantize.identity import Identity, catalog_identity, identity, settings_of
from tools.quantize.job import Job, Kind, Roots, Scalar
from tools.quantize.measures.options import (
    OPTIONS,
    SttOptions,
    TtsOptions,
    WakeOptions,
    parsed,
)
from tools.quantize.measures.recordings import chosen, chosen_for_wake, for_stt, normal
from tools.quantize.measures.sections import differing, section
from tools.quantize.onnx_models import voice_settings

TEXTS: dict[Kind, Path] = {
    "tts": Path(__file__).with_name("sentences.txt"),
    "llm": Path(__file__).with_name("vetting.txt"),
}
"""What a voice says, and a language model reads, if nobody names another text."""
LISTENERS = ("whisper-base-q8_0", "whisper-tiny.en-q8_0")
"""Who listens to a voice if nobody names another: the first that is installed."""

_RECORDINGS = (
    "{kind} is measured on recordings: give --data MANIFEST.jsonl with one recording a line, such"
    ' as {{"file": "kitchen/1.flac", "text": "set a timer", "speaker": "a"}}.'
)


class Candidate(NamedTuple):
    """A model with all its files."""

    identity: Identity
    files: Bundle
    root: Path


def job_for(
    model: str | Path,
    data: Path | None = None,
    reference: str | Path | None = None,
    settings: Mapping[str, Scalar] | None = None,
    options: Mapping[str, Scalar] | None = None,
    kind: Kind | None = None,
    name: str = "",
    quantisation: str = "",
    store: Store | None = None,
) -> tuple[Job, Roots]:
    """A job, and where its files lie here.

    `model`, `reference`: a file, or the name of an installed entry of the catalog; `data`: a
    manifest of recordings, or text; `kind`, `name`, `quantisation`: instead of what the file says.

    Raises InputError or ModelError for whatever cannot be measured in this way.
    """
    store = store or Store()
    found = candidate(model, kind, store)
    compared = candidate(reference, found.identity.kind, store) if reference else None
    own = found.identity
    used = differing(own.kind, settings or {})
    name = name or own.name
    given = _checked(own.kind, options or {}, name, store)
    bundle, root = _data(own.kind, data, used, given)
    job = Job(
        kind=own.kind,
        name=name,
        quantisation=quantisation or own.quantisation,
        model=found.files,
        reference=compared.files if compared else None,
        data=bundle,
        settings=used,
        options=given,
    )
    return job, Roots(found.root, compared.root if compared else None, root)


def require_aids(job: Job, store: Store) -> None:
    """ModelError unless what the measurement itself uses on this machine is installed: who listens
    to a voice, the features of a wake word."""
    aids: dict[Kind, Sequence[str]] = {
        "tts": (str(job.options.get("stt_model")),),
        "wake": ("openwakeword-features",),
    }
    for entry in map(store.catalog.entry, aids.get(job.kind, ())):
        if not store.is_installed(entry):
            raise ModelError(
                f"To measure {job.name}, the model {entry.name} is needed, which is not installed:"
                f" {remedy([entry])}."
            )


def candidate(model: str | Path, kind: Kind | None, store: Store) -> Candidate:
    """A model's files. InputError or ModelError if there is none, or one of them is missing or
    makes no sense."""
    path = Path(model)
    if path.is_file():
        identify(path)  # before anything native sees it
        own = identity(path)
        own = own._replace(kind=kind or own.kind)
    elif path.suffix in (".bin", ".gguf", ".onnx") or len(path.parts) > 1:
        raise InputError(f"{path} is no file: check the name.")
    else:
        path, own = _of_catalog(str(model), store)
    names = [path.name]
    if own.kind == "tts":
        if not settings_of(path).is_file():
            raise InputError(
                f"The voice {path} has no settings beside it: put {path.name}.json there, which is"
                " published with the voice."
            )
        voice_settings.read(settings_of(path))  # before espeak-ng is told which voice
        names.append(settings_of(path).name)
    root = path.absolute().parent
    return Candidate(own, Bundle.of(root, names), root)


def _of_catalog(name: str, store: Store) -> tuple[Path, Identity]:
    entry = store.catalog.entry(name)
    match entry.kind:
        case "stt" | "llm" | "tts" | "wake" as kind:
            return store.path(name), catalog_identity(kind, name, entry.quantisation)
        case other:
            raise InputError(f"{name} is of the kind {other}, of which nothing can be measured.")


def _checked(
    kind: Kind, options: Mapping[str, Scalar], name: str, store: Store
) -> dict[str, Scalar]:
    """The options that differ from their defaults. Two are always said: the phrase that is looked
    for, and the recogniser that listens. They must hang neither on what the candidate is called nor
    on what is installed where the job is done."""
    made = parsed(OPTIONS[kind], options)
    given: dict[str, Scalar] = made.model_dump(exclude_defaults=True, exclude_none=True)
    if isinstance(made, WakeOptions) and not made.phrase:
        given["phrase"] = name
    if isinstance(made, TtsOptions) and not made.stt_model:
        best, other = LISTENERS
        given["stt_model"] = best if store.is_installed(store.catalog.entry(best)) else other
    return given


def _data(
    kind: Kind, data: Path | None, settings: Mapping[str, Scalar], options: Mapping[str, Scalar]
) -> tuple[Bundle, Path]:
    match kind:
        case "stt" if data:
            unusable = for_stt(section("stt", settings).language)
            return _manifest(data, chosen(load(data), parsed(SttOptions, options), unusable))
        case "wake" if data:
            wanted = parsed(WakeOptions, options)
            return _manifest(data, chosen_for_wake(load(data), wanted, wanted.phrase))
        case "stt" | "wake":
            raise InputError(_RECORDINGS.format(kind=kind))
    text = (data or TEXTS[kind]).absolute()
    labelled = text.with_suffix(".toml")
    names = [text.name, *([labelled.name] if kind == "llm" and labelled.is_file() else [])]
    return Bundle.of(text.parent, names), text.parent


def _manifest(path: Path, rows: Sequence[Row]) -> tuple[Bundle, Path]:
    """The manifest and the recordings that are measured, below the folder that holds them all, and
    from which the manifest finds them by the same names wherever that folder lies."""
    folder = path.absolute().parent
    folders = {folder}
    for row in rows:
        if Path(row.file).is_absolute():
            raise InputError(
                f"{path}, line {row.line}: {row.file} lies at one place of this machine: name it"
                " relative to the manifest."
            )
        folders |= {row.path.parent, folder if folder / row.file == row.path else folder.parent}
    root = Path(os.path.commonpath([normal(each) for each in folders]))
    files = [normal(path), *dict.fromkeys(normal(row.path) for row in rows)]
    return Bundle.of(root, [file.relative_to(root).as_posix() for file in files]), root
