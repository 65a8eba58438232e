"""Two models on the same data, settings and machine: measured where that was not done before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InputError
from hw.fingerprint import fingerprint
from models.local import LocalEntry
from models.store import Store
from tools.quantize.candidates import candidate, job_for, require_aids
from tools.quantize.figures import DISTANCES
from tools.quantize.gate import Verdict, judge
from tools.quantize.job import Job, Kind, Outcome, Roots, Scalar
from tools.quantize.policy import Policy
from tools.quantize.table import Table

Measure = Callable[[Job, Roots], Outcome]


@dataclass(frozen=True, slots=True)
class Way:
    """How models are compared."""

    policy: Policy
    memory_mib: int | None
    """Of the board."""
    table: Table
    data: Path | None = None
    reference: str | None = None
    """The unquantised model of the new one; None: the current one."""
    settings: Mapping[str, Scalar] | None = None
    options: Mapping[str, Scalar] | None = None
    kind: Kind | None = None


class _Prepared(NamedTuple):
    """A model of which nothing stands in the way of being measured."""

    job: Job
    roots: Roots
    known: Outcome | None
    """What came out before."""


@dataclass(frozen=True, slots=True)
class Comparison:
    new: Outcome
    current: Outcome | None
    verdict: Verdict


def compare(new: str, current: str | None, way: Way, measure: Measure, store: Store) -> Comparison:
    """Judge `new` against `current`, each a file or a name of the catalog. `current`: None if
    nothing serves yet; then only what is absolute is judged.

    Raises InputError or ModelError for what cannot be measured in this way, before anything is.
    """
    way = _completed(new, current, way, store)
    own = _prepared(new, way, store)
    other = _prepared(current, _for_current(way, own.job.kind), store) if current else None
    if other and other.job.kind != own.job.kind:
        raise InputError(
            f"{new} is for {own.job.kind} and {current} for {other.job.kind}: compare models of the"
            " same kind."
        )
    outcome = _outcome(own, way.table, measure)
    # What cannot be measured is refused; nobody then waits for the other.
    before = _outcome(other, way.table, measure) if other and not outcome.error else None
    return Comparison(outcome, before, judge(outcome, before, way.policy, way.memory_mib))


def _for_current(way: Way, kind: Kind) -> Way:
    """The reference is that of the new model, which may be of another family; the current one is
    held against it only where the policy compares their distances."""
    rules = way.policy.rules(kind).items()
    if any(rule.relative for figure, rule in rules if figure in DISTANCES):
        return way
    return replace(way, reference=None)


def phrase_of(name: str, store: Store) -> str | None:
    """What a wake word of the catalog listens for; None: `name` is not in it."""
    entry = store.catalog.entries.get(name)
    if isinstance(entry, LocalEntry):
        return entry.phrase
    return None if entry is None else entry.name


def _completed(new: str, current: str | None, way: Way, store: Store) -> Way:
    """With what follows from the current model: it stands for what is not said."""
    kind = way.kind or candidate(new, None, store).identity.kind
    options = dict(way.options or {})
    if kind == "wake" and "phrase" not in options:
        phrase = current and phrase_of(current, store)
        if not phrase:
            raise InputError("Say what the wake word listens for: --option phrase=hey_jarvis.")
        options["phrase"] = phrase
    reference = way.reference
    if reference is None and kind in ("llm", "tts"):
        reference = current
    return replace(way, kind=kind, options=options, reference=reference)


def _prepared(model: str, way: Way, store: Store) -> _Prepared:
    job, roots = job_for(
        model, way.data, way.reference, way.settings, way.options, way.kind, store=store
    )
    known = way.table.find(job, fingerprint())
    if known is None:
        require_aids(job, store)
    return _Prepared(job, roots, known)


def _outcome(prepared: _Prepared, table: Table, measure: Measure) -> Outcome:
    if prepared.known is not None:
        return prepared.known
    outcome = measure(prepared.job, prepared.roots)
    table.add(outcome)
    return outcome
