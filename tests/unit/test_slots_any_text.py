"""What holds for every slot parser, whatever text it is given."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand.slots import SLOTS
from tests.unit.slots import NOW

WORDS = """
a an the and or of to past half quarter third second minute minutes hour hours h m s more dozen
every each monday thursdays weekdays day days except next week in on at the 24th december january
morning evening night tonight am pm noon o clock oh tomorrow today from ago 0 1 2 7 12 30 59 60 700
1900 99999999999 7:30 19:30 3/4 1/0 ½ 1½ 1.5 .5 : . / minus percent cup fl oz milk eggs mac cheese
salt pepper list timer set it 20 fourth second ²³ ٣ ١/٢ ５ first 31st 0th
""".split()
REQUESTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.text())
STRICT = "amount day days degrees duration number part percent time unit".split()


@given(REQUESTS)
def test_never_raises_and_never_yields_an_empty_value(words: str) -> None:
    values = {slot: parser(words or "foo", NOW) for slot, parser in SLOTS.items()}
    assert not [slot for slot, value in values.items() if value in ("", ())]


@given(REQUESTS)
def test_nothing_is_left_over(words: str) -> None:
    for slot in STRICT:
        assert SLOTS[slot](f"{words} foo".strip(), NOW) is None, slot
        assert SLOTS[slot](f"foo {words}".strip(), NOW) is None, slot


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    "word", ["a ", "7 ", "and ", "1 hour ", "the ", "every ", "milk and ", "7"]
)
def test_time_stays_bounded(slot: str, word: str) -> None:
    """A request is 400 characters at most; patterns that backtrack would take far longer."""
    words = (word * 400)[:400]
    started = perf_counter()
    SLOTS[slot](words, NOW)
    assert perf_counter() - started < 0.5
