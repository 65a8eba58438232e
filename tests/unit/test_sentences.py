"""Where a stream of text is cut into pieces to be spoken."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.plain import Plain
from assistant.sentences import FIRST_CLAUSE_WORDS, LONGEST, Sentences


def cut(text: str, size: int = 1) -> list[str]:
    stage = Sentences()
    pieces = []
    for at in range(0, len(text), size):
        pieces += stage.push(text[at : at + size])
    return pieces + stage.finish()


GOLDEN = {
    "whole sentences": ("It is late. Go to bed!  Why? Because.", 4),
    "doctor and saint": ("Dr. Oetker met St. Nicholas. They ate.", 2),
    "for example": ("Use fat, e.g. butter. Or oil.", 2),
    "half of the day, going on": ("It's 7 p.m. now. Eat.", 2),
    "half of the day, ending": ("It's 7 p.m. Dinner is ready.", 2),
    "number of something": ("See No. 5. The answer is no. Then stop.", 3),
    "initials": ("J. K. Rowling wrote it. I read it.", 2),
    "so do I": ("So do I. You too.", 2),
    "country": ("The U.S. President spoke. He left.", 2),
    "decimals": ("Add 3.5 cups. Stir .5 more.", 2),
    "time": ("At 10:30 a.m. Bob eats. He is late.", 3),
    "ellipsis within": ("Well... maybe. Hm… no.", 2),
    "ellipsis at the end": ("Wait... Now go.", 2),
    "quoted sentence": ('"Stop." She went on.', 2),
    "quoted exclamation within": ('"Stop!" he cried. Then silence.', 2),
    "brackets": ("(Really.) Yes.", 2),
    "interrobang": ("What?! No way!", 2),
    "lower case after a question": ("really? yes! ok", 3),
    "address": ("See www.example.com/a?b=1.2 today. Bye.", 2),
    "lines": ("Flour\nSugar\n\nEggs", 3),
    "numbered list": ("1. Mix it.\n2. Bake it.", 2),
    "an answer that is a number": ("12. That is all", 1),
    "wide full stops": ("你好。我是机器人！你呢？", 3),
    "wide closers": ("「你好。」他说。", 2),
    "danda": ("नमस्ते। कैसे हैं? ठीक", 3),
    "no punctuation": ("it just ends", 1),
}


@pytest.mark.parametrize(("text", "count"), GOLDEN.values(), ids=GOLDEN)
def test_boundaries(text: str, count: int) -> None:
    pieces = cut(text)
    assert len(pieces) == count, pieces
    assert "".join(pieces).replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Preheat the oven to 350 degrees, then mix.", "Preheat the oven to 350 degrees,"),
        ("You need two large eggs and some flour.", "You need two large eggs"),
        ("Boil the eggs gently because they crack.", "Boil the eggs gently"),
        ("Here is the list: eggs and flour.", "Here is the list:"),
        ("That works very well — believe me.", "That works very well —"),
        # Too short for a clause:
        ("Sure, I can help you.", "Sure, I can help you."),
        ("Salt and pepper.", "Salt and pepper."),
        # A comma inside a number or a date is none, and a question is not broken at "or":
        ("There are about 1,000 of them here.", "There are about 1,000 of them here."),
        ("It will be November 21, 2026.", "It will be November 21, 2026."),
        ("Would you like tea or coffee?", "Would you like tea or coffee?"),
    ],
)
def test_first_clause_comes_early(text: str, first: str) -> None:
    assert cut(text)[0] == first


def test_only_the_first_piece_is_cut_at_a_clause() -> None:
    text = "Yes. When the water boils loudly, add the pasta and stir it well, then wait."
    assert cut(text) == ["Yes.", text.removeprefix("Yes. ")]


def test_a_sentence_is_out_with_the_first_letter_of_the_next() -> None:
    stage = Sentences()
    assert stage.push("It is ten") == []
    assert stage.push(" o'clock.") == []
    assert stage.push(" G") == ["It is ten o'clock."]
    assert stage.push("ood night.") == []
    assert stage.finish() == ["Good night."]


def test_a_finished_stage_begins_anew() -> None:
    stage = Sentences()
    first = [*stage.push("Add some salt, pepper. Now"), *stage.finish()]
    assert [*stage.push("Add some salt, pepper. Now"), *stage.finish()] == first


@pytest.mark.parametrize("word", ["word ", "wörter, ", "x", "。", "- "])
def test_text_without_end_is_cut_at_a_sane_length(word: str) -> None:
    pieces = cut(word * 1_000)
    assert all(len(piece) <= LONGEST for piece in pieces)
    if " " in word and word[0].isalpha():  # at blanks, and not much earlier than needed
        assert {part for piece in pieces for part in piece.split()} == {word.strip()}
        assert min(len(piece) for piece in pieces[1:-1]) > LONGEST // 3


def test_text_that_nobody_can_speak_is_no_sentence() -> None:
    assert cut("... !? --- \n ***") == []
    assert cut("Done. :-)") == ["Done."]


TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("aaabcdeIAB  ..,,!?…;:\"')(-—\n15。！」éж一😀"),
        st.characters(),
    ),
    max_size=200,
) | st.lists(
    st.sampled_from(
        "Dr. e.g. 3.5 p.m. It is and but so ... a, b; - 1. “Yes.” No! (ok) etc. U.S. 10:30".split()
    ),
    max_size=40,
).map(" ".join)


def chunked(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@settings(deadline=None)
@given(TEXT, st.lists(st.integers(0, 10_000), max_size=8))
def test_chunk_boundaries_do_not_matter(text: str, cuts: list[int]) -> None:
    stage = Sentences()
    pieces = [piece for chunk in chunked(text, cuts) for piece in stage.push(chunk)]
    assert pieces + stage.finish() == cut(text)


@settings(deadline=None)
@given(TEXT)
def test_nothing_is_lost_or_doubled(text: str) -> None:
    joined, whole = "".join("".join(cut(text)).split()), "".join(text.split())
    assert whole.startswith(joined)
    assert not any(character.isalnum() for character in whole[len(joined) :])


@settings(deadline=None)
@given(TEXT)
def test_every_piece_can_be_spoken(text: str) -> None:
    for piece in cut(text):
        assert piece == piece.strip()
        assert len(piece) <= LONGEST
        assert any(character.isalnum() for character in piece)


@settings(deadline=None)
@given(TEXT, st.lists(st.integers(0, 10_000), max_size=8))
def test_chunk_boundaries_do_not_matter_behind_the_filter(text: str, cuts: list[int]) -> None:
    def run(chunks: list[str]) -> list[str]:
        plain, stage = Plain(), Sentences()
        pieces = [piece for chunk in chunks for piece in stage.push(plain.push(chunk))]
        return pieces + stage.push(plain.finish()) + stage.finish()

    assert run(chunked(text, cuts)) == run([text])


def test_the_first_clause_has_enough_words() -> None:
    for text in ("One, two, three, four, five, six.", "A b c d e and f, g."):
        assert len(cut(text)[0].split()) >= FIRST_CLAUSE_WORDS
