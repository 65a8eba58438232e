"""What the doctor looks at: the files and processes of this machine."""

import json
import os
from pathlib import Path

import pytest

from assistant.actions import AddItems
from assistant.alerts import Moment
from assistant.doctor import looking
from assistant.doctor.examine import Examination, Wish
from assistant.doctor.looking import Machine
from assistant.store import Book
from tests.unit.test_doctor_checks import levels


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("STATE", "RUNTIME", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}", str(tmp_path))
    monkeypatch.setattr(looking, "SERVICE_STATUS", tmp_path / "none")
    return tmp_path


def test_the_status_of_a_running_assistant(folders: Path) -> None:
    assert Machine().status() == (None, ())
    path = folders / "kitchen-assistant/status.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"pid": 7, "version": "1.0", "since_s": 1.0, "muted": True}))
    status, problems = Machine().status()
    assert status is not None
    assert (status.pid, status.muted, problems) == (7, True, ())
    path.write_text("{")
    status, found = Machine().status()
    assert status is None
    assert levels(list(found)) == {"running": "yellow"}


def test_sockets_of_somebody_else_are_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Machine()
    here.__dict__["assistants"] = (os.getpid(), 2**30)  # the second has ended
    found = here.sockets()
    assert found is not None

    def refuse(pid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(looking, "sockets", refuse)
    assert here.sockets() is None


def test_what_the_household_has(folders: Path) -> None:
    here = Machine()
    assert here.last_seen_s() is None
    assert levels([here.household()]) == {"household": "green"}
    assert here.private(None) == []
    book = Book.open(here.book)
    book.apply([AddItems("shopping", ("flour",))], Moment(1_900_000_000.0, 1.0, "x"))
    book.close()
    assert here.last_seen_s() == 1_900_000_000.0
    assert [each.path for each in here.private(folders)] == [here.book.parent, here.book, folders]
    assert all(each.mine for each in here.private(None))
    here.book.write_bytes(b"not a database, but long enough to be taken for one" * 99)
    assert here.last_seen_s() is None
    assert levels([here.household()]) == {"household": "red"}
    (folders / "kitchen-assistant/household.db.corrupt-20261122-080000").touch()
    here.book.unlink()
    assert levels([here.household()]) == {"household": "yellow"}


def test_the_journal_is_asked_only_if_there_was_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "2026-11-22T08:00:00+0100 x systemd[1]: Watchdog timeout"
    monkeypatch.setattr("hw.systemctl.journal", lambda *_, **__: [line])
    for restarts, expected in (("0", None), ("", None), ("2", line)):
        here = Machine()
        here.__dict__["unit"] = {"NRestarts": restarts}
        assert here.watchdog() == expected


def test_an_examination_of_this_machine_hides_nothing(folders: Path) -> None:
    """Whatever it is: each group says something, and none broke."""
    examination = Examination(None, Wish())
    found = list(examination)
    assert not examination.stuck
    assert not [check for check in found if "could not be checked" in check.text]
    names = {check.name for check in found}
    assert {"disk", "clock", "time zone", "service", "running", "system", "household"} <= names
    assert {"privacy", "governor", "models"} <= names
