"""`quantize sweep`: measure what a plan names, here or on a cluster."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.progress import MofNCompleteColumn

from assistant.errors import InputError
from assistant.options import JsonOption
from hw.fingerprint import fingerprint
from models.store import Store
from tools.quantize.commands.bars import bars
from tools.quantize.commands.evaluate import TableOption, default_table
from tools.quantize.job import Job
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.cluster import Certificates, Cluster, connected
from tools.quantize.sweep.estimate import Estimate, duration, from_past
from tools.quantize.sweep.local import Local
from tools.quantize.sweep.plan import parse
from tools.quantize.sweep.progress import shown
from tools.quantize.sweep.resolve import resolve
from tools.quantize.sweep.sweeping import Summary
from tools.quantize.sweep.sweeping import sweep as run
from tools.quantize.sweep.work import Crew, Failure, Work, described
from tools.quantize.table import Table
from tools.quantize.turn import cache_root

Plan = Annotated[Path, typer.Argument(metavar="PLAN.toml", help="What is to be measured.")]
Workers = Annotated[
    int,
    typer.Option(
        min=1,
        help="Jobs at a time on this machine. More than one is quicker and as exact in what is"
        " understood, but they take each other's time: such latencies are marked, and never"
        " compared with others.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="tcp://HOST:PORT", help="Measure on this Dask cluster instead of here."),
]
EachMachine = Annotated[
    bool,
    typer.Option(
        "--each-machine", help="Every job on every kind of machine of the cluster, not on any."
    ),
]
Repeat = Annotated[
    int, typer.Option(min=1, help="Measure each job so often, and keep the median of each figure.")
]
Again = Annotated[bool, typer.Option("--again", help="Measure also what the table has already.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only list the jobs, and how long they would take.")
]
TlsCa = Annotated[Path | None, typer.Option(help="With tls://: the certificates to trust (PEM).")]
TlsCert = Annotated[Path | None, typer.Option(help="With tls://: our certificate (PEM).")]
TlsKey = Annotated[Path | None, typer.Option(help="With tls://: its key (PEM).")]


def sweep(
    plan: Plan,
    table_path: TableOption = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    each_machine: EachMachine = False,
    repeat: Repeat = 1,
    again: Again = False,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """Measure many models in many settings; go on where an earlier sweep stopped.

    A plan is TOML; files are named relative to it:

    \b
        [\\[grid]]
        kind = "stt"
        models = ["whisper-tiny.en", "candidates/*.bin"]
        data = "recordings/manifest.jsonl"
        settings = { threads = [1, 2], context = ["short", "full"] }

    Each result is in the table at once: to go on, start it again. Exit code 1: jobs failed.
    A machine joins a cluster by `dask worker tcp://HOST:8786 --nthreads 1`; who reaches it can
    run anything there: only on a network you trust, or with tls://. See docs/sweep.md.
    """
    certificates = _certificates(scheduler, tls_ca, tls_cert, tls_key)
    place = _place(scheduler, certificates, each_machine, workers)
    table = Table(table_path or default_table())
    work = _planned(plan, repeat)
    with _crew(table, place) as crew:
        wanted = crew.wanted(work, again)
        if dry_run:
            _list(work, wanted, from_past(table.outcomes()), crew.size, as_json)
            return
        summary = _swept(wanted, crew, table)
    _report(summary, len(wanted), _spared(work, wanted), table.path, as_json)


class Place(NamedTuple):
    """Where is measured: on a cluster if there is a scheduler."""

    scheduler: str | None
    certificates: Certificates | None
    each_machine: bool
    workers: int


def _planned(plan: Path, repeat: int) -> list[Work]:
    cases = parse(_read(plan), plan.name).cases()
    with bars(MofNCompleteColumn()) as bar:
        task = bar.add_task("reading", total=len(cases))
        return resolve(cases, plan.absolute().parent, repeat, Store(), lambda: bar.advance(task))


def _swept(wanted: Sequence[Work], crew: Crew, table: Table) -> Summary:
    if not wanted:
        return Summary(0, [])
    estimate = from_past(table.outcomes())
    with shown([each.job for each in wanted], estimate, lambda: crew.size) as see:
        return run(wanted, crew, table, see)


def _place(
    scheduler: str | None, certificates: Certificates | None, each_machine: bool, workers: int
) -> Place:
    if scheduler is not None and workers != 1:
        raise InputError("--workers is for this machine: leave it out with --scheduler.")
    if scheduler is None and each_machine:
        raise InputError("--each-machine is for a cluster: name one with --scheduler.")
    return Place(scheduler, certificates, each_machine, workers)


def _certificates(
    scheduler: str | None, ca: Path | None, cert: Path | None, key: Path | None
) -> Certificates | None:
    if ca is None and cert is None and key is None:
        if scheduler is not None and scheduler.startswith("tls://"):
            raise InputError("tls:// needs certificates: give --tls-ca, --tls-cert and --tls-key.")
        return None
    if ca is None or cert is None or key is None:
        raise InputError("--tls-ca, --tls-cert and --tls-key belong together: give all three.")
    if scheduler is None or not scheduler.startswith("tls://"):
        raise InputError("Certificates are for a cluster: give --scheduler tls://HOST:PORT, too.")
    for path in (ca, cert, key):
        if not path.is_file():
            raise InputError(f"{path} does not exist: check the name.")
    return Certificates(ca, cert, key)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: give a plan in TOML.") from error


@contextmanager
def _crew(table: Table, place: Place) -> Iterator[Crew]:
    if place.scheduler is None:
        from tools.quantize.measure import measure

        cache = Cache(cache_root())
        yield Local(measure, table, fingerprint(), place.workers, cache, _tell_of_another)
        return
    with connected(place.scheduler, place.certificates) as client:
        yield Cluster(client, table, place.each_machine)


def _tell_of_another(holder: str) -> None:
    typer.echo(f"{holder} measures on this machine: waiting for it.", err=True)


def _spared(work: Sequence[Work], wanted: Sequence[Work]) -> int:
    """Jobs for which the table had everything."""
    return len({each.job.key for each in work} - {each.job.key for each in wanted})


def _list(
    work: Sequence[Work], wanted: Sequence[Work], estimate: Estimate, size: int, as_json: bool
) -> None:
    jobs = [each.job for each in wanted]
    total = estimate.total(jobs)
    seconds = None if total is None else total / size
    if as_json:
        listed = [_entry(job, estimate) for job in jobs]
        typer.echo(json.dumps({"jobs": listed, "there": _spared(work, wanted), "seconds": seconds}))
        return
    for job in jobs:
        known = estimate.seconds(job)
        takes = f"\tabout {duration(known)}" if known is not None else ""
        typer.echo(f"{job.kind}\t{described(job)}\t{job.data.bytes / 1e6:,.1f} MB of data{takes}")
    there = f"; {_spared(work, wanted)} are in the table already" if work != wanted else ""
    takes = "nobody can know how long: nothing like them was measured yet"
    if seconds is not None:
        takes = f"about {duration(seconds)}"
    typer.echo(f"{len(jobs)} jobs, {takes}{there}." if jobs else f"Nothing to do{there}.")


def _entry(job: Job, estimate: Estimate) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "name": job.name,
        "quantisation": job.quantisation,
        "settings": job.settings,
        "options": job.options,
        "data_bytes": job.data.bytes,
        "seconds": estimate.seconds(job),
    }


def _report(summary: Summary, wanted: int, there: int, table: Path, as_json: bool) -> None:
    """What became of it; raises typer.Exit with 1 if something failed."""
    if as_json:
        counts = {"jobs": wanted, "measured": summary.measured, "there": there}
        failures = [_failure(each) for each in summary.failures]
        told = counts | {"failed": len(failures), "failures": failures, "table": str(table)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for job, reason in summary.failures:
            typer.echo(f"failed: {described(job)}: {reason}", err=True)
        failed = f", {len(summary.failures)} failed" if summary.failures else ""
        typer.echo(f"{summary.measured} measured{failed}, {there} were in the table: {table}")
    if summary.failures:
        raise typer.Exit(1)


def _failure(failure: Failure) -> dict[str, Any]:
    job = failure.job
    return {
        "kind": job.kind,
        "name": job.name,
        "quantisation": job.quantisation,
        "settings": job.settings,
        "reason": failure.reason,
    }
