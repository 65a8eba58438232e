"""The systemd service. Not to use it is legitimate."""

from collections.abc import Iterator, Mapping

from assistant.doctor.check import Check

UNIT = "assistant.service"
PROPERTIES = (
    *("LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "MainPID"),
    *("ExecMainCode", "ExecMainStatus", "DropInPaths", "NeedDaemonReload", "WatchdogUSec"),
    *("MemoryHigh", "MemoryMax", "MemoryCurrent", "ActiveEnterTimestamp"),
)
_LOOK = "`journalctl -u assistant -n 50` says why"
_AGAIN = "`sudo systemctl reset-failed assistant && sudo systemctl restart assistant`"
_WRITE_LIMITS = (
    "`sudo sh -c 'assistant hw --drop-in >/etc/systemd/system/assistant.service.d/10-board.conf' "
    "&& sudo systemctl daemon-reload && sudo systemctl restart assistant`"
)
"""As docs/install.md has it."""
_RESULTS = {
    "watchdog": "it had stopped hearing anything",
    "oom-kill": "memory ran out",
    "signal": "it was ended from outside, or a library crashed",
    "core-dump": "a library crashed",
    "timeout": "it did not start or stop in time",
    "start-limit-hit": "it failed too often in a row",
    "exit-code": "it ended with an error",
}
"""What systemd calls it: systemd.service(5), SERVICE_RESULT."""
_OFTEN = 3


def checks(
    shown: Mapping[str, str] | None, watchdog: str | None, total_mib: int
) -> Iterator[Check]:
    """`shown`: PROPERTIES of the unit, None without systemd. `watchdog`: the line of the journal
    that tells of the last time that it was ended because nothing moved. `total_mib`: the machine's
    memory, 0 if that is not known."""
    if shown is None:
        yield Check("service", "green", "There is no systemd to run it as a service.")
        return
    load, active = shown.get("LoadState", ""), shown.get("ActiveState", "")
    if load in ("", "not-found"):
        yield Check("service", "green", "It is not installed as a service; `assistant run` does.")
        return
    if load == "masked":
        remedy = "`sudo systemctl unmask assistant`."
        yield Check("service", "yellow", "It may not be started: it is masked.", remedy)
        return
    if load != "loaded":
        remedy = "`systemctl status assistant` names the line that is wrong."
        yield Check("service", "red", f"Its unit cannot be used ({load}).", remedy)
        return
    yield _activity(shown, active)
    yield from _history(shown, active, watchdog)
    yield from _limit(shown.get("MemoryMax", ""), total_mib)
    if shown.get("NeedDaemonReload") == "yes":
        remedy = "`sudo systemctl daemon-reload && sudo systemctl restart assistant`."
        yield Check("unit", "yellow", "Its unit was changed since systemd read it.", remedy)


def main_pid(shown: Mapping[str, str] | None) -> int | None:
    """None while it does not run."""
    text = (shown or {}).get("MainPID", "0")
    return int(text) if text.isdigit() and text != "0" else None


def _activity(shown: Mapping[str, str], active: str) -> Check:
    enabled = shown.get("UnitFileState", "").startswith("enabled")
    reason = _RESULTS.get(shown.get("Result", ""), shown.get("Result", ""))
    if active == "failed":
        text = f"The service has failed: {reason}." if reason else "The service has failed."
        return Check("service", "red", text, f"{_LOOK}; then {_AGAIN}.")
    if shown.get("SubState") == "auto-restart":
        text = f"The service fails and is started again and again: {reason}."
        return Check("service", "red", text, f"{_LOOK}; then {_AGAIN}.")
    drop_ins = shown.get("DropInPaths", "").split()
    with_them = f" with {', '.join(path.rpartition('/')[2] for path in drop_ins)}"
    text = f"It is {active} ({shown.get('SubState', '')}){with_them if drop_ins else ''}"
    if active == "active" and enabled:
        return Check("service", "green", f"{text}, and starts with the board.")
    if active == "active":
        remedy = "`sudo systemctl enable assistant`."
        return Check("service", "yellow", f"{text}, but does not start with the board.", remedy)
    if active in ("activating", "reloading"):
        remedy = "Wait some seconds, then run `assistant doctor` again."
        return Check("service", "yellow", f"{text}.", remedy)
    remedy = (
        "`sudo systemctl enable --now assistant`, or `sudo make uninstall` if it is not wanted."
    )
    return Check("service", "yellow", f"The service is installed but {active}.", remedy)


def _limit(text: str, total_mib: int) -> Iterator[Check]:
    """`text`: MemoryMax, in bytes; "infinity" is somebody's wish."""
    most_mib = int(text) >> 20 if text.isdecimal() else 0
    if 0 < total_mib < most_mib:
        yield Check(
            "service memory",
            "yellow",
            f"It is ended above {most_mib:,} MiB, which this machine with {total_mib:,} MiB never "
            "reaches: the whole machine would stand still before.",
            f"{_WRITE_LIMITS}; if that changes nothing, `systemctl cat assistant` shows the line.",
        )


def _history(shown: Mapping[str, str], active: str, watchdog: str | None) -> Iterator[Check]:
    """Restarts since the service was last started by hand, or with the board."""
    count = int(shown["NRestarts"]) if shown.get("NRestarts", "").isdigit() else 0
    if watchdog is not None:
        yield Check(
            "watchdog",
            "yellow",
            f"It was ended and started again because nothing moved, last at {watchdog.split()[0]}.",
            "`journalctl -u assistant --grep Watchdog` lists all; often the microphone's cable or "
            "power is the cause.",
        )
    if active == "active" and count >= _OFTEN:
        text = f"The service was started again {count} times since the board or you started it."
        yield Check("restarts", "yellow", text, f"{_LOOK}.")
