"""Does every locked package have a wheel for 64-bit ARM, and would its libraries load there?

    python -m tools.aarch64.wheels --folder FOLDER [--python 3.11] [--json]

Installs requirements.lock into FOLDER for each Python; nothing of it is run.
"""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.errors import InputError
from tools.aarch64 import installed, resolve, verdict
from tools.aarch64.verdict import Row

ROOT = Path(__file__).parents[2]
PYTHONS = ["3.11", "3.12", "3.13"]


def check(python: str, folder: Path) -> tuple[list[Row], list[str]]:
    """Rows and faults of one Python."""
    here = Path(sys.executable)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    sdists = resolve.install(lock, python, folder, here.with_name("uv"), here)
    packages = installed.packages(folder)
    rows = [verdict.row(each, python) for each in packages]
    rows += [Row(name, version, python, "sdist") for name, version in sdists.items()]
    found = [sentence for each in packages for sentence in verdict.faults(each)]
    found += verdict.sdist_faults(sdists, (each.name for each in packages))
    return sorted(rows, key=lambda each: each.package.lower()), found


def merged(rows: list[Row]) -> list[Row]:
    """What is the same for several Pythons in one row."""
    pythons: dict[Row, list[str]] = {}
    for each in rows:
        pythons.setdefault(replace(each, python=""), []).append(each.python)
    merged = [replace(each, python=", ".join(names)) for each, names in pythons.items()]
    return sorted(merged, key=lambda each: (each.package.lower(), each.version))


def show(rows: list[Row], console: Console) -> None:
    """One table, pure Python packages in one line below it."""
    table = Table("package", "version", "Python", "form", "native", "GLIBC", "page", box=None)
    plain = [each for each in rows if each.form == "any" and not each.libraries]
    for each in rows:
        if each not in plain:
            page = f"{each.page // 1024} KiB" if each.page else ""
            count = str(each.libraries or "")
            table.add_row(
                each.package, each.version, each.python, each.form, count, each.glibc, page
            )
    console.print(table)
    names = ", ".join(sorted({f"{each.package} {each.version}" for each in plain}, key=str.lower))
    console.print(f"\npure Python ({len(plain)}): {names}", markup=False)
    system = sorted({name for each in rows for name in each.system})
    console.print(f"\nasked of the system: {', '.join(system)}", markup=False)
    for name in sorted({each.package for each in rows if each.form == "sdist"}):
        console.print(
            f"\n{name}: source only; {verdict.EXPECTED_SDISTS.get(name, 'unexpectedly')}.",
            markup=False,
        )


def main(
    folder: Annotated[Path, typer.Option(help="Where the packages go, a folder a Python.")],
    python: Annotated[list[str], typer.Option(help="A version; may be repeated.")] = PYTHONS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Install the lock for 64-bit ARM and look at what was installed. Exits with 1 on a fault."""
    rows: list[Row] = []
    faults: list[str] = []
    for version in python:
        try:
            more, wrong = check(version, folder / version)
        except InputError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(2) from error
        rows += more
        faults += [f"Python {version}: {sentence}" for sentence in wrong]
    rows = merged(rows)
    if as_json:
        typer.echo(json.dumps({"packages": [asdict(each) for each in rows], "faults": faults}))
    else:
        show(rows, Console(highlight=False))
    for sentence in faults:
        typer.echo(sentence, err=True)
    raise typer.Exit(1 if faults else 0)


if __name__ == "__main__":
    typer.run(main)
