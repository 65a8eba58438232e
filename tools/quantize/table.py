"""All that was ever measured: one SQLite file, one row a job and machine.

Any program can read it: `figures`, `settings`, `options` and `machine` are JSON columns. A row is
there whole or not at all, whatever is killed meanwhile.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import InputError
from tools.quantize.bundle import digest_of
from tools.quantize.job import Job, Outcome

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT NOT NULL,              -- of the job: what was measured, how, on what
    machine_key TEXT NOT NULL,      -- processor, memory and versions
    date TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    quantisation TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,     -- of the main file
    model_bytes INTEGER NOT NULL,   -- of all its files
    data_digest TEXT NOT NULL,
    settings TEXT NOT NULL,
    options TEXT NOT NULL,
    machine TEXT NOT NULL,
    figures TEXT NOT NULL,
    error TEXT NOT NULL,
    whole TEXT NOT NULL,            -- the outcome as JSON, from which it is read back
    PRIMARY KEY (key, machine_key)
) STRICT
"""
_VERSION = 1
_BUSY_S = 30.0
_MOVING = ("load_average",)
"""What differs between two runs on one machine."""


def machine_key(machine: dict[str, object]) -> str:
    """The same for two runs on one machine with the same software."""
    return digest_of({name: value for name, value in machine.items() if name not in _MOVING})


class Table:
    """The outcomes in one file; several processes may write at the same time."""

    def __init__(self, path: Path) -> None:
        """Raises InputError if it cannot be opened, or is something else."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version > _VERSION:
                    raise InputError(f"{path} was made by a newer version of `quantize`: update.")
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome; an earlier one of the same job on the same machine is replaced."""
        job = outcome.job
        row = (
            *(job.key, machine_key(outcome.machine), outcome.date),
            *(job.kind, job.name, job.quantisation),
            *(job.model.main.sha256, job.model.bytes, job.data.digest),
            *map(_json, (job.settings, job.options, outcome.machine, outcome.figures)),
            *(outcome.error, outcome.model_dump_json()),
        )
        try:
            with self._connection() as connection:
                marks = ",".join("?" * len(row))
                connection.execute(f"INSERT OR REPLACE INTO outcomes VALUES ({marks})", row)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def find(self, job: Job, machine: dict[str, object]) -> Outcome | None:
        """The outcome of `job` on `machine`, if it was done there and came to an end."""
        wanted = (job.key, machine_key(machine))
        found = list(self._select("WHERE key = ? AND machine_key = ? AND error = ''", wanted))
        return found[0] if found else None

    def outcomes(self) -> list[Outcome]:
        """All, the oldest first."""
        return list(self._select("ORDER BY date, key", ()))

    def _select(self, condition: str, values: Sequence[str]) -> Iterator[Outcome]:
        try:
            with self._connection() as connection:
                rows = connection.execute(f"SELECT whole FROM outcomes {condition}", values)
                yield from (Outcome.model_validate_json(whole) for (whole,) in rows.fetchall())
        except (sqlite3.Error, ValidationError) as error:
            raise self._unusable(error) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_BUSY_S)) as connection, connection:
            yield connection

    def _unusable(self, error: Exception) -> InputError:
        reason = str(error).split("\n")[0]
        return InputError(f"{self.path} is no usable table of results ({reason}): name another.")


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
