"""Where two runs over a sentence are joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.seam import Seams

SYMBOLS = {symbol: [index] for index, symbol in enumerate("_^$ ,ˈaeibtsn")}
IDS = {symbol: ids[0] for symbol, ids in SYMBOLS.items()}


def ids(text: str) -> list[int]:
    """With a blank after each, as a voice takes them."""
    return [each for symbol in text for each in (IDS[symbol], IDS["_"])]


@given(st.text("_ ,ˈaeibtsn"))
def test_words_stay_whole(text: str) -> None:
    found = Seams(SYMBOLS).last(ids(text))
    assert 0 <= found <= len(ids(text))
    assert found == 0 or text[(found - 1) // 2] in " ,"
    assert found or " " not in text


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("bi an ebe tan ena", "bi an ebe "),  # before a noise, not before the last vowels
        ("bi an ebe ˈtan en", "bi an ebe "),
        ("bi ta ebe, an ena", "bi ta ebe,"),  # after a pause
        ("bi ta ane ane ane ane", "bi ta ane ane ane "),  # the noise is too near the beginning
        ("abetitan", ""),
    ],
)
def test_a_seam_is_hidden(text: str, before: str) -> None:
    found = Seams(SYMBOLS).last(ids(text))
    assert text[: (found + 1) // 2] == before
