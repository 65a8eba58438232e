"""The service where a systemd runs: `make check-service`, as root. It is installed from the Debian
package into a small Debian in a container, and then everything is done to it that happens to a
device: reloads, crashes, hangs, updates good, bad and hanging, a restart of all, removal.
"""

import argparse
import shutil
import time
import zipfile
from pathlib import Path

from tools.check import checks, updates
from tools.check.machine import Machine
from tools.wheelhouse import describe

CHECKS = (
    checks.rights,
    checks.command_line,
    checks.reload_in_place,
    checks.crash,
    checks.hang,
    checks.stop,
    updates.update,
    updates.bad_update,
    updates.hanging_update,
    updates.killed_update,
    updates.killed_update_that_hangs,
    updates.rollback,
    checks.reboot,
    checks.removal,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="made by `make deb`")
    parser.add_argument("wheelhouse", type=Path, help="that it was made of")
    parser.add_argument("--root", type=Path, default=Path("/var/tmp/kitchen-assistant-check"))
    asked = parser.parse_args()
    machine = Machine(asked.root)
    machine.make()
    another(asked.wheelhouse, machine.root / "srv/next")
    broken(asked.wheelhouse, machine.root / "srv/broken", updates.ENDS)
    broken(asked.wheelhouse, machine.root / "srv/hanging", updates.HANGS)
    machine.boot()
    try:
        service = checks.Service(machine)
        _report("installation", checks.installation(machine, service, asked.package))
        for check in CHECKS:
            _report(check.__name__.replace("_", " "), check(machine, service))
    finally:
        machine.halt()


def another(wheelhouse: Path, folder: Path) -> None:
    """The same assistant as another version."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(wheelhouse, folder)
    (folder / "another").write_text("")
    describe(folder)


def broken(wheelhouse: Path, folder: Path, program: str) -> None:
    """A version whose commands work, but which never listens: `program` is its `assistant run`."""
    another(wheelhouse, folder)
    wheel = next(folder.glob("kitchen_assistant-*.whl"))
    spoilt = wheel.with_suffix(".new")
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            run = name == "assistant/commands/run.py"
            target.writestr(name, program if run else source.read(name))
    spoilt.replace(wheel)
    describe(folder)


def _report(name: str, found: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {name:<16} {found}", flush=True)


if __name__ == "__main__":
    main()
