"""The service and what runs, as the doctor sees them."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.doctor import running, service
from assistant.doctor.check import Level
from assistant.status import Status, StatusFile, read
from assistant.status import parse as parse_status
from hw.systemctl import asked, parse
from tests.unit.test_doctor_checks import levels

INSTALL = Path(__file__).parents[2] / "docs/install.md"
WELL = {
    "LoadState": "loaded",
    "ActiveState": "active",
    "SubState": "running",
    "UnitFileState": "enabled",
    "Result": "success",
    "NRestarts": "0",
    "MainPID": "812",
    "DropInPaths": "/etc/systemd/system/assistant.service.d/lan.conf",
    "NeedDaemonReload": "no",
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"service": "green"}),
        ({"UnitFileState": "disabled"}, {"service": "yellow"}),
        ({"LoadState": "not-found"}, {"service": "green"}),
        ({"LoadState": "masked"}, {"service": "yellow"}),
        ({"LoadState": "bad-setting"}, {"service": "red"}),
        ({"ActiveState": "failed", "Result": "watchdog"}, {"service": "red"}),
        ({"ActiveState": "failed", "Result": ""}, {"service": "red"}),
        ({"ActiveState": "activating", "SubState": "start"}, {"service": "yellow"}),
        ({"ActiveState": "activating", "SubState": "auto-restart"}, {"service": "red"}),
        ({"ActiveState": "inactive", "SubState": "dead"}, {"service": "yellow"}),
        ({"NRestarts": "2"}, {"service": "green"}),
        ({"NRestarts": "3"}, {"service": "green", "restarts": "yellow"}),
        ({"NRestarts": "many"}, {"service": "green"}),
        ({"NeedDaemonReload": "yes"}, {"service": "green", "unit": "yellow"}),
        ({"MemoryMax": str(3789 << 20)}, {"service": "green"}),
        ({"MemoryMax": "infinity"}, {"service": "green"}),
        ({"MemoryMax": str(8192 << 20)}, {"service": "green", "service memory": "yellow"}),
    ],
)
def test_service(changes: dict[str, str], expected: dict[str, Level]) -> None:
    assert levels(list(service.checks(WELL | changes, None, 3789))) == expected


def test_a_limit_above_the_memory_is_written_anew_as_the_documentation_has_it() -> None:
    shown = WELL | {"MemoryMax": str(8192 << 20)}
    found = list(service.checks(shown, None, 3789))[-1]
    assert "8,192 MiB, which this machine with 3,789 MiB never" in found.text
    for command in found.remedy.split("`")[1].split(" && "):
        assert command in INSTALL.read_text("utf-8")
    assert levels(list(service.checks(shown, None, 0))) == {"service": "green"}  # nobody knows


def test_without_systemd_or_with_nothing_said_all_is_well() -> None:
    assert levels(list(service.checks(None, None, 3789))) == {"service": "green"}
    assert levels(list(service.checks({}, None, 3789))) == {"service": "green"}


def test_drop_ins_and_the_reason_of_a_failure_are_told() -> None:
    assert "lan.conf" in next(iter(service.checks(WELL, None, 3789))).text
    failed = WELL | {"ActiveState": "failed", "Result": "oom-kill"}
    assert "memory ran out" in next(iter(service.checks(failed, None, 3789))).text


def test_a_watchdog_that_had_to_bite_is_told() -> None:
    line = "2026-11-22T08:00:00+0100 board systemd[1]: assistant.service: Watchdog timeout!"
    found = list(service.checks(WELL, line, 3789))
    assert levels(found) == {"service": "green", "watchdog": "yellow"}
    assert "2026-11-22T08:00:00+0100." in found[1].text
    assert "board" not in found[1].text


def test_the_process_of_the_service() -> None:
    assert service.main_pid(WELL) == 812
    assert service.main_pid({"MainPID": "0"}) is None
    assert service.main_pid(None) is None


def test_what_systemctl_prints() -> None:
    assert parse("A=1\nB=x=y\nnothing\nC=\n") == {"A": "1", "B": "x=y", "C": ""}
    assert parse(None) is None


def test_commands_that_fail_hang_or_are_not_there_say_nothing() -> None:
    assert asked(["no-such-command-here"]) is None
    assert asked(["false"]) is None
    assert asked(["sleep", "30"], wait_s=0.05) is None
    assert asked(["echo", "yes"]) == "yes\n"


# --- what runs ------------------------------------------------------------------------------------


LEAST = Status(3, "1.0", 2.5)


def status(**changes: Any) -> Status:
    return parse_status({"pid": 812, "version": "1.0", "since_s": 100.0, "armed": True} | changes)


@pytest.mark.parametrize(
    ("pids", "said", "now_s", "expected"),
    [
        ([], None, 0.0, {"running": "green"}),
        ([], {}, 0.0, {"running": "green"}),  # of one that was killed
        ([5], None, 0.0, {"running": "green"}),
        ([5], {}, 0.0, {"running": "green"}),  # of one before
        ([812], {}, 0.0, {"running": "green"}),
        ([812, 900], {}, 0.0, {"two at once": "red", "running": "green"}),
        ([5, 900], {}, 0.0, {"two at once": "red"}),
        ([812], {"muted": True}, 0.0, {"running": "yellow"}),
        ([812], {"missing": {"microphone": "no samples"}}, 0.0, {"running": "yellow"}),
        ([812], {"armed": False}, 110.0, {"running": "yellow"}),
        ([812], {"armed": False}, 300.0, {"running": "red"}),
        ([812], {"loading": ["llm"]}, 0.0, {"running": "green"}),
        (
            [812],
            {"failed": {"llm": "damaged."}},
            0.0,
            {"running": "green", "engines that run": "red"},
        ),
        ([812], {"rung": "skills", "why": "81 °C."}, 0.0, {"running": "green", "load": "yellow"}),
        ([812], {"ill": "No sound comes."}, 0.0, {"running": "red"}),
        ([812], {"version": "0.9"}, 0.0, {"running": "green", "version": "yellow"}),
    ],
)
def test_running(
    pids: list[int], said: dict[str, Any] | None, now_s: float, expected: dict[str, Level]
) -> None:
    known = None if said is None else status(**said)
    assert levels(list(running.checks(pids, known, "1.0", now_s))) == expected


def test_a_status_file(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    assert read(path) is None
    least = {"pid": 3, "version": "1.0", "since_s": 2.5}
    path.write_text(json.dumps(least | {"something": {"new": 1}}))
    assert read(path) == LEAST
    wrong = ({"pid": 0}, {"pid": "x"}, {"missing": 3}, {"version": "x" * 101}, {"since_s": None})
    for text in ("", "[]", "null", '{"pid": 3}', *(json.dumps(least | each) for each in wrong)):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"\w"):
            read(path)
    path.write_bytes(b" " * 70_000)
    with pytest.raises(ValueError, match="too large"):
        read(path)
    assert levels([running.unreadable(path, ValueError("x"))]) == {"running": "yellow"}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = Status(
        *(7, "1.0", 2.5, True, ("llm",), {"tts": "damaged"}, True, {"microphone": "no samples"}),
        *("skills", "81 °C.", "No sound comes."),
    )
    assert not [name for name, value in asdict(written).items() if not value], "each field is set"
    StatusFile(tmp_path).write(written)
    assert read(tmp_path / "status.json") == written


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    ).flatmap(
        lambda value: st.sampled_from(
            [
                value,
                *(asdict(Status(1, "1.0", 2.5)) | {field.name: value} for field in fields(Status)),
            ]
        )
    )
)
def test_whatever_is_in_a_status_file_is_told_or_refused(content: object) -> None:
    try:
        found = parse_status(content)
    except ValueError:
        return
    assert levels(list(running.checks([found.pid], found, "1.0", 0.0)))["running"]
