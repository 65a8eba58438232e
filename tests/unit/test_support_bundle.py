"""The archive: whatever is planted where it could come from, nothing of it is in there."""

import gzip
import io
import json
import os
import platform
import stat
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.actions import AddAlert, AddItems
from assistant.alerts import Alert
from assistant.cli import app
from assistant.commands import support_bundle as command
from assistant.config import load
from assistant.errors import ConfigError, InputError
from assistant.store import Book, standard_path
from assistant.support import archive, bundle
from assistant.support.bundle import ABOUT, Told, members
from assistant.support.redact import REMOVED
from hw import systemctl

# Planted ones begin like nothing else, so that what is found is theirs.
WORD = st.text("abcdefghijklmnopqrstuvwxyzäé", min_size=4, max_size=10).map("zq{}".format)
PHRASE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
OCTET = st.integers(0, 255)


class Home:
    """A home folder in which everything personal is planted."""

    def __init__(self, folder: Path, draw: Callable[[Any], Any]) -> None:
        self.folder = folder
        self.planted: list[str] = []

        def plant(strategy: Any) -> str:
            self.planted.append(draw(strategy))
            return self.planted[-1]

        self.user, self.host, self.server = plant(WORD), plant(WORD), plant(WORD)
        self.token = plant(st.text("abcdef0123456789", min_size=32, max_size=64).map("zq{}".format))
        self.address = plant(st.builds("10.{}.{}.{}".format, OCTET, OCTET, OCTET))
        self.mac = plant(st.builds("02:{:02x}:{:02x}:{:02x}:0a:0b".format, OCTET, OCTET, OCTET))
        self.alert, self.list, self.item = plant(PHRASE), plant(PHRASE), plant(PHRASE)
        self.said, self.secret, self.prompt = plant(PHRASE), plant(PHRASE), plant(PHRASE)
        self.env = {
            "HOME": str(folder / self.user),
            "USER": self.user,
            "XDG_CONFIG_HOME": str(folder / self.user / "config"),
            "XDG_STATE_HOME": str(folder / self.user / "state"),
            "ASSISTANT_DIARY": self.secret,
        }

    def furnish(self) -> None:
        """With the environment in place."""
        home = Path(self.env["HOME"])
        (home / "turns/2026").mkdir(parents=True)
        (home / "turns/2026/events.jsonl").write_text(json.dumps({"text": self.said}))
        (home / self.token).write_text(self.token)
        config = home / "config/kitchen-assistant/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f'# {self.secret}\n[llm]\nsystem = "{self.prompt}"\nmodel = "{self.secret}"\n'
            f'[stt]\nprompt = "{self.said}"\nthreads = 3\n'
            f'[wake]\nphrases = ["alexa", "{self.secret}"]\n'
            f'[wake.thresholds]\n"{self.secret}" = 0.3\n'
            f'[recorder]\nenabled = true\nfolder = "{home / "turns"}"\n'
            f'[home]\nengine = "mqtt"\nurl = "mqtt://{self.server}:1883"\nuser = "{self.user}"\n'
            f'token_file = "{home / self.token}"\n'
        )
        book = Book.open(standard_path())
        book.apply(
            [AddAlert(Alert("timer", self.alert, 2e9)), AddItems(self.list, (self.item, "flour"))]
        )
        book.close()

    @property
    def everything(self) -> str:
        """As a check that goes wrong might tell it."""
        return (
            f"{self.user}@{self.host} at {self.address} ({self.mac}) has '{self.said}' in "
            f"{self.env['HOME']}/x: token {self.token}, {self.alert}, {self.list}, {self.item}; "
            f"ws://u:{self.secret}@{self.server}/p \"{self.prompt}\" '{self.secret}'."
        )

    @property
    def journal(self) -> list[str]:
        health = json.dumps({"state": self.said, "replies": 7, "missing": {self.item: self.said}})
        return [
            f"2026-11-22T08:00:00+0100 {self.host} {who}[5]: {text}"
            for who in ("assistant", "systemd", self.user)
            for text in (
                self.everything,
                f"INFO assistant.live: health: {health}",
                f"WARNING assistant.worker: stt failed: {self.said}, timeout",
                f"WARNING {self.secret}: microphone lost: {self.said}",
                f"08:00:00  request   text: {self.said}",
                f"08:00:00  lost      device: microphone  reason: {self.said}",
                f"ValueError: {self.said}",
                f'  File "{self.env["HOME"]}/{self.secret}.py", line 3, in _run',
                f"Started assistant.service - {self.secret}.",
            )
        ]


def unpacked(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tape:
        return {each.name: tape.extractfile(each).read() for each in tape}  # type: ignore[union-attr]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_nothing_that_was_planted_is_in_the_archive(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        home = Home(Path(folder), data.draw)
        for name, value in home.env.items():
            patch.setenv(name, value)
        patch.setattr(platform, "node", lambda: home.host)
        patch.setattr(systemctl, "journal", lambda *_: home.journal)
        shown = {"ActiveState": "active", "DropInPaths": f"/etc/{home.secret}/'{home.said}'"}
        patch.setattr(systemctl, "show", lambda *_: {**shown, "ExecStart": home.everything})
        home.furnish()
        told = Told({"checks": [{"text": home.everything}]}, {"why": [home.everything]})
        found = members(load(None), told, 7, environment=home.env)
        content = archive.packed(found, 1_800_000_000.0)
    plain = gzip.decompress(content).decode()
    assert not [each for each in home.planted if each in plain]
    files = unpacked(content)
    assert json.loads(files["assistant-support/household.json"])["items"] == 2


def test_of_the_unit_only_words_of_systemd_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = {
        "ActiveState": "active",
        "Result": "watchdog",
        "NRestarts": "3",
        "SubState": "annas",
        "DropInPaths": "/etc/a/anna.conf /etc/b.conf",
        "ActiveEnterTimestamp": "Sun 2026-11-22 08:00:00 CET",
    }
    monkeypatch.setattr(systemctl, "show", lambda *_: dict(unit))
    shown = members(None, Told({}, {}), 7)["service.txt"].decode().splitlines()
    assert set(shown) == {
        "ActiveState=active",
        "Result=watchdog",
        "NRestarts=3",
        f"SubState={REMOVED}",
        "DropIns=2",
        "ActiveEnterTimestamp=Sun 2026-11-22 08:00:00 CET",
    }


@pytest.fixture
def furnished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    def first(strategy: Any) -> Any:
        examples = iter(range(100))
        return f"zq{next(examples)}planted{len(str(strategy))}"

    home = Home(tmp_path, first)
    for name, value in home.env.items():
        monkeypatch.setenv(name, value)
    home.furnish()
    monkeypatch.setattr(command, "_told", lambda *_: Told({"level": "green"}, {"profile": "pi5"}))
    monkeypatch.setattr(systemctl, "journal", lambda *_: home.journal)
    return home


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["support-bundle", *arguments])


def test_the_command_writes_for_its_owner_alone_and_says_what(
    furnished: Home, tmp_path: Path
) -> None:
    out = tmp_path / "help.tar.gz"
    made = run("--out", str(out), "--days", "3")
    assert made.exit_code == 0
    assert "Read it before you send it" in made.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    files = unpacked(out.read_bytes())
    for name in files:
        assert name.removeprefix("assistant-support/") in made.stdout
    readme = files["assistant-support/README.txt"].decode()
    assert "READ IT BEFORE" in readme
    assert "3 days" in readme
    assert all(name in readme for name in ABOUT)
    shown = json.loads(files["assistant-support/configuration.json"])
    assert shown["stt"]["threads"] == 3
    assert shown["stt"]["model"] == "whisper-tiny.en-q8_0"
    assert shown["llm"]["system"] == shown["llm"]["model"] == REMOVED
    assert shown["wake"]["phrases"] == ["alexa", REMOVED]
    assert shown["wake"]["thresholds"] == {REMOVED: 0.3}
    assert shown["home"]["url"] == f"mqtt://{REMOVED}"
    assert (shown["home"]["user"], shown["home"]["token_file"]) == ("set", "set")
    assert shown["conversation"]["barge_in"] == "voice"
    assert [path.name for path in tmp_path.glob(".help*")] == []


def test_nothing_is_replaced_unless_asked(furnished: Home, tmp_path: Path) -> None:
    out = tmp_path / "help.tar.gz"
    out.write_text("mine")
    refused = run("--out", str(out))
    assert isinstance(refused.exception, InputError)
    assert out.read_text() == "mine"
    as_json = run("--out", str(out), "--force", "--json")
    told = json.loads(as_json.stdout)
    assert told["bytes"] == out.stat().st_size
    assert set(told["files"]) == {name.rpartition("/")[2] for name in unpacked(out.read_bytes())}


def test_the_archive_tells_nothing_of_its_maker(tmp_path: Path) -> None:
    content = archive.packed({"a.txt": b"x"}, 5.0)
    assert content[3] == 0  # gzip's flags: no name of a file
    with tarfile.open(fileobj=io.BytesIO(content)) as tape:
        [member] = tape.getmembers()
    assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
    assert (member.mode, member.mtime) == (0o600, 5)


def test_a_race_for_the_name_is_lost_politely(tmp_path: Path) -> None:
    out = tmp_path / "x"
    archive.write(out, b"first", force=False)
    with pytest.raises(InputError, match="already"):
        archive.write(out, b"second", force=False)
    assert out.read_bytes() == b"first"
    archive.write(out, b"third", force=True)
    assert out.read_bytes() == b"third"
    with pytest.raises(InputError, match="cannot be written"):
        archive.write(tmp_path / "no/such/x", b"", force=False)
    assert os.listdir(tmp_path) == ["x"]


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    archive.write(tmp_path / "x", b"first", force=False)
    with pytest.raises(InputError, match="already"):
        archive.write(tmp_path / "x", b"second", force=False)
    assert (tmp_path / "x").read_bytes() == b"first"


def test_a_wrong_configuration_and_a_damaged_household_stop_nobody(
    furnished: Home, tmp_path: Path
) -> None:
    standard_path().write_bytes(b"no database, but long enough to be taken for one" * 99)
    config = tmp_path / "bad.toml"
    config.write_text("[stt]\nmodle = 1")
    with pytest.raises(ConfigError):
        load(config)
    made = run("--out", str(tmp_path / "x"), "--config", str(config))
    assert made.exit_code == 0
    files = unpacked((tmp_path / "x").read_bytes())
    assert "assistant-support/configuration.json" not in files
    assert json.loads(files["assistant-support/household.json"])["readable"] is False
    assert "configuration.json" in files["assistant-support/README.txt"].decode()


def test_the_board_is_what_the_command_for_it_prints(tmp_path: Path) -> None:
    assert command._board(None)["profile"]
    bad = tmp_path / "bad.toml"
    bad.write_text("[speech]")
    assert command._board(bad) is None


def test_without_a_service_its_files_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemctl, "show", lambda *_: None)
    monkeypatch.setattr(systemctl, "journal", lambda *_: None)
    found = members(None, Told({}, {}), 7)
    assert not {"service.txt", "journal.txt", "health.jsonl"} & set(found)
    assert "Not to be had here" in found["README.txt"].decode()
    assert set(bundle.ABOUT) >= set(found) - {"README.txt"}
