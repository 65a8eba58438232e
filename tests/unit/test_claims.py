"""Claims of actions: told from talk, on sentences as language models write them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims import claims_action

FOLDER = Path(__file__).parent
CLAIMS = (FOLDER / "claims.txt").read_text(encoding="utf-8").splitlines()
TALK = (FOLDER / "talk.txt").read_text(encoding="utf-8").splitlines()


def test_nearly_every_claim_is_noticed() -> None:
    missed = [sentence for sentence in CLAIMS if not claims_action(sentence)]
    assert len(CLAIMS) >= 120
    assert len(missed) <= 0.05 * len(CLAIMS), missed


def test_talk_is_nearly_never_taken_for_a_claim() -> None:
    wrong = [sentence for sentence in TALK if claims_action(sentence)]
    assert len(TALK) >= 120
    assert len(wrong) <= 0.03 * len(TALK), wrong


@pytest.mark.parametrize("sentence", CLAIMS[CLAIMS.index("Milk is now on your shopping list.") :])
def test_claims_that_once_were_said_aloud_are_all_noticed(sentence: str) -> None:
    assert claims_action(sentence)


def test_one_claim_among_talk_is_a_claim() -> None:
    assert claims_action("Eggs take seven minutes. I've set a timer.")


def test_apostrophes_may_be_typographic() -> None:
    assert claims_action("I’ve set a timer.")


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert claims_action(text) in (True, False)


@pytest.mark.parametrize("piece", ["i've ", "the a ", "your timer in the ", "turning on "])
def test_long_sentences_are_judged_at_once(piece: str) -> None:
    claims_action(piece * 2000)
