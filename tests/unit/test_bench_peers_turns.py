"""Who takes part in the comparison, and in which order."""

from typing import Any

import numpy as np
import pytest

from assistant.config import Settings
from assistant.errors import AssistantError, InputError
from assistant.evaluate.manifest import Row
from assistant.evaluate.text import plain_words
from tools.bench.peers import lineup, turns
from tools.bench.peers.answer import Answer
from tools.bench.peers.failure import PeerError
from tools.bench.peers.request import Request


class Scripted:
    """A system that fails when it is asked for this file."""

    def __init__(self, name: str, heard: list[tuple[str, str]], fails_at: str = "") -> None:
        self.name = name
        self._heard = heard
        self._fails_at = fails_at

    def answer(self, request: Request) -> Answer:
        self._heard.append((self.name, request.row.file))
        if request.row.file == self._fails_at:
            raise PeerError("It ended.")
        return Answer("Stop!", "", 0.5)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SETTLE_S", 0.0)


def request(file: str, text: str | None = "stop") -> Request:
    return Request(Row(file=file, text=text), np.zeros(0, np.int16), 0)


def nobody(name: str, error: AssistantError) -> None:
    raise AssertionError(name)


def test_everybody_has_a_turn_at_each_request_and_the_first_changes() -> None:
    heard: list[tuple[str, str]] = []
    systems = [Scripted(name, heard) for name in "xyz"]
    found = list(turns.measured(systems, [request("a"), request("b")], 1, plain_words, nobody))
    assert "".join(name for name, _ in heard) == "xyz" + "yzx" + "zxy"
    assert "".join(file for _, file in heard) == "aaa" + "aaa" + "bbb"
    assert [each.key for each in found] == [("a", 0)] * 3 + [("b", 0)] * 3, "warming up counted"
    assert all(each.right for each in found)


def test_a_peer_that_fails_is_left_out_and_the_others_go_on() -> None:
    heard: list[tuple[str, str]] = []
    out: list[str] = []
    systems = [Scripted("x", heard), Scripted("y", heard, fails_at="b"), Scripted("z", heard)]
    asked = [request("a"), request("b"), request("c", None)]
    found = list(
        turns.measured(systems, asked, 1, plain_words, lambda name, error: out.append(name))
    )
    assert out == ["y"]
    assert [each.system for each in found if each.key[0] == "b"] == ["z", "x"]
    assert {each.system for each in found if each.key[0] == "c"} == {"x", "z"}
    assert [each.right for each in found if each.key[0] == "c"] == [None, None]


def test_a_peer_that_cannot_be_had_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(shop: Any, vad: Any) -> Any:
        raise PeerError("No network.")

    there = {"gone": missing, "here": lambda shop, vad: Scripted("here", [])}
    monkeypatch.setattr(lineup, "PEERS", there)
    anything: Any = type("Parts", (), {"vad": None})()
    out: list[str] = []
    systems = lineup.lineup(
        [], anything, Settings(), anything, lambda name, error: out.append(f"{name}: {error}")
    )
    assert [system.name for system in systems] == ["ours", "here"]
    assert out == ["gone: No network."]


def test_a_peer_that_does_not_exist_is_refused() -> None:
    anything: Any = None
    with pytest.raises(InputError, match="choose from: naive, home-assistant"):
        lineup.lineup(["siri"], anything, Settings(), anything, nobody)
