"""What goes between the comparison and engines in other processes."""

import io
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bench.peers.child import ROOT
from tools.bench.peers.failure import PeerError
from tools.bench.peers.lines import END, READY, decode, encode, pack, unpack
from tools.bench.peers.wyoming import Event
from tools.bench.peers.wyoming import encode as encode_event
from tools.bench.peers.wyoming import read as read_event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=5)


@given(OBJECTS)
def test_an_object_is_one_line_and_comes_back(message: dict[str, Any]) -> None:
    line = encode(message)
    assert line.splitlines() == [line[:-1]]
    assert decode(line) == message


@pytest.mark.parametrize("line", ["", "[]\n", "1\n", '"a"\n', "{\n"])
def test_what_is_no_object_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"object|Expecting"):
        decode(line)


@given(st.binary(max_size=200))
def test_samples_come_back(samples: bytes) -> None:
    assert unpack(pack(samples)) == samples


def test_what_are_no_samples_is_refused() -> None:
    for text in ("ü", "!!!!", "a"):
        with pytest.raises(ValueError, match=r"base64|ASCII"):
            unpack(text)


EVENTS = st.builds(Event, st.text(min_size=1), OBJECTS, st.binary(max_size=100))


@given(st.lists(EVENTS, max_size=4))
def test_events_come_back_one_after_the_other(events: list[Event]) -> None:
    stream = io.BytesIO(b"".join(map(encode_event, events)))
    found = []
    while (event := read_event(stream)) is not None:
        found.append(event)
    assert found == events


@given(EVENTS, st.data())
def test_an_event_that_is_cut_is_noticed(event: Event, data: st.DataObject) -> None:
    whole = encode_event(event)
    header = whole.index(b"\n") + 1
    cut = data.draw(st.integers(header, len(whole)))
    stream = io.BytesIO(whole[:cut])
    if cut == len(whole):
        assert read_event(stream) == event
    else:
        with pytest.raises(PeerError, match="closed in the middle"):
            read_event(stream)


def test_an_event_of_another_writer() -> None:
    """Data may stand in the header, too, and lengths may be missing."""
    line = b'{"type": "audio-chunk", "data": {"rate": 22050}, "data_length": 12, '
    stream = io.BytesIO(line + b'"version": "1.10"}\n{"width": 2}{"type": "audio-stop"}\n')
    assert read_event(stream) == Event("audio-chunk", {"rate": 22_050, "width": 2})
    assert read_event(stream) == Event("audio-stop")
    assert read_event(stream) is None


SERVER = """
from tools.bench.peers.serving import serve

def load():
    print("loading, says a native library")
    def answer(request):
        print("thinking")
        for number in range(request["count"]):
            yield {"number": number}
    return answer

serve(load)
"""


def test_a_server_says_nothing_but_its_lines() -> None:
    asked = encode({"count": 2}) + encode({"count": 0})
    done = subprocess.run(
        [sys.executable, "-c", SERVER], cwd=ROOT, input=asked, capture_output=True, text=True
    )
    lines = [decode(line) for line in done.stdout.splitlines()]
    assert lines == [READY, {"number": 0}, {"number": 1}, END, END]
    assert "thinking" in done.stderr
