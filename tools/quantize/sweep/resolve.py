"""From what a plan names to jobs: models of the catalog, files, patterns of files."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from assistant.errors import AssistantError, InputError
from models.store import Store
from tools.quantize.repeated import times
from tools.quantize.sweep.plan import Case
from tools.quantize.sweep.work import Work, described

_PATTERN = frozenset("*?[")


def resolve(
    cases: Iterable[Case], folder: Path, runs: int, store: Store, observe: Callable[[], None]
) -> list[Work]:
    """The jobs, each once. Files are named relative to `folder`, which is the plan's.

    `observe` is called after each case: all files are hashed. Raises InputError or ModelError if
    something is not there, or cannot be measured in this way.
    """
    found: dict[str, Work] = {}
    for case in cases:
        for model in _models(case.model, folder, store):
            work = _work(case, model, folder, runs, store)
            found.setdefault(work.job.key, work)
        observe()
    return list(found.values())


def _work(case: Case, model: str, folder: Path, runs: int, store: Store) -> Work:
    from tools.quantize.candidates import job_for

    try:
        job, roots = job_for(
            model,
            data=folder / case.data if case.data else None,
            reference=_one(case.reference, folder, store) if case.reference else None,
            settings=case.settings,
            options=case.options,
            kind=case.kind,
            store=store,
        )
    except AssistantError as error:
        raise type(error)(f"{case.kind} grid, {model}: {error}") from error
    if job.kind != case.kind:
        raise InputError(
            f"{described(job)} is of the kind {job.kind}, but stands in a grid of {case.kind}:"
            " move it."
        )
    return Work(times(job, runs), roots)


def _models(name: str, folder: Path, store: Store) -> Iterator[str]:
    if name in store.catalog.entries or not _PATTERN & set(name):
        yield _one(name, folder, store)
        return
    files = sorted(path for path in _glob(name, folder) if path.is_file())
    if not files:
        raise InputError(f"No file fits {folder / name}: correct the pattern, or leave it out.")
    yield from map(str, files)


def _glob(pattern: str, folder: Path) -> Iterator[Path]:
    path = Path(pattern).expanduser()
    if path.is_absolute():
        return Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    return folder.glob(str(path))


def _one(name: str, folder: Path, store: Store) -> str:
    """A name of the catalog as it is, a file with its folder."""
    path = folder / Path(name).expanduser()
    is_file = path.is_file() or "/" in name
    return str(path) if is_file and name not in store.catalog.entries else name
