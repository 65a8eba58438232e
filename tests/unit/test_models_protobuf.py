"""The wire format: what is put together comes apart again, and damage is noticed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.protobuf import field, fields, first, numbers, sized, walk

VALUES = st.integers(0, 2**64 - 1) | st.binary(max_size=200)
MESSAGES = st.lists(st.tuples(st.integers(1, 1_000), VALUES), max_size=8)


@given(MESSAGES)
def test_what_is_put_together_comes_apart(message: list[tuple[int, int | bytes]]) -> None:
    assert list(fields(b"".join(field(*part) for part in message))) == message


@given(st.binary(max_size=100))
def test_rubbish_is_read_or_refused_but_never_crashes(data: bytes) -> None:
    with suppress(ValueError):
        assert sum(1 for _ in fields(data)) <= len(data)


def test_examples_of_the_specification() -> None:
    assert field(1, 150) == bytes.fromhex("089601")
    assert field(2, "testing") == bytes.fromhex("120774657374696e67")
    assert field(1, -2) == bytes.fromhex("08feffffffffffffffff01")
    assert numbers(bytes.fromhex("038e029ea705")) == [3, 270, 86_942]
    assert list(fields(bytes.fromhex("0d0000803f"))) == [(1, bytes.fromhex("0000803f"))]


@pytest.mark.parametrize(
    "data",
    ["0001", "8080808020" + "01", "08ffffffffffffffffff7f"],
)
def test_what_readers_disagree_about_is_refused(data: str) -> None:
    """No field has the number 0 or more than 29 bits, no number more than 64."""
    with pytest.raises(ValueError, match=r"there is no field|more than 64 bits"):
        list(fields(bytes.fromhex(data)))


def test_a_walk_copies_nothing_and_stays_within_its_bounds() -> None:
    data = field(9, 1) + field(2, "testing") + field(9, 1)
    assert list(walk(data, 2, 11)) == [(2, slice(4, 11))]
    with pytest.raises(ValueError, match="longer than"):
        list(walk(data, 2, 10))


@pytest.mark.parametrize("data", ["08", "0896", "120774", "0b", "0d00"])
def test_what_is_cut_short_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"does not end|longer than|not used"):
        list(fields(bytes.fromhex(data)))


def test_a_field_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="number stands"):
        first([(1, 3)], 1)
    with pytest.raises(ValueError, match="missing"):
        first([(1, 3)], 2)
    assert sized(b"text") == b"text"
