"""How much of a reply was heard."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.types import RATE, AudioChunk
from assistant.events import Attempt, Play
from assistant.reply import Reply, Sentence

TEXT = "It went on and on."


def play(text: str, seconds: float, last: bool = True) -> Play:
    audio = AudioChunk(np.zeros(round(seconds * RATE), np.int16), RATE)
    return Play(Attempt(1), text, audio, last)


def sounding(*sentences: tuple[str, float]) -> Reply:
    """A reply that begins to sound at 10 s, all of its audio ordered."""
    reply = Reply(pending=[Sentence(text) for text, _ in sentences])
    for text, seconds in sentences:
        reply.ordered(play(text, seconds), 9.9)
    reply.began(10.0)
    return reply


def test_whole_words_of_the_present_sentence_as_far_as_its_time_goes() -> None:
    reply = sounding((TEXT, 1.8), ("Off.", 1.0))
    assert reply.heard_by(10.0) == ""
    assert reply.heard_by(10.25) == "It"
    assert reply.heard_by(10.75) == "It went"
    assert reply.heard_by(11.79) == "It went on and on"[: len("It went on and")]
    assert reply.heard_by(11.8) == TEXT
    reply.played(TEXT, 11.8)
    assert reply.heard_by(11.9) == TEXT
    assert reply.heard_by(99.0) == f"{TEXT} Off."


def test_nothing_of_a_sentence_whose_length_is_unknown() -> None:
    reply = Reply(pending=[Sentence(TEXT)])
    reply.ordered(play(TEXT, 0.5, last=False), 9.9)
    reply.began(10.0)
    assert reply.heard_by(10.5) == ""
    reply.ordered(play(TEXT, 0.5), 10.5)
    assert reply.heard_by(10.5) == "It went"


def test_a_sentence_that_comes_late_is_counted_from_when_it_came() -> None:
    reply = Reply(pending=[Sentence("Once."), Sentence(TEXT)])
    reply.ordered(play("Once.", 1.0), 10.0)
    reply.began(10.0)
    reply.played("Once.", 11.0)
    assert reply.heard_by(14.0) == "Once."
    reply.ordered(play(TEXT, 1.0), 14.0)
    assert reply.heard_by(14.0) == "Once."
    assert reply.heard_by(14.5) == "Once. It went"


def test_nothing_was_heard_before_the_loudspeaker_began() -> None:
    reply = Reply(pending=[Sentence(TEXT)])
    reply.ordered(play(TEXT, 1.0), 9.9)
    assert reply.heard_by(12.0) == ""


def test_a_sentence_said_twice_is_counted_twice() -> None:
    reply = sounding(("La la.", 1.0), ("La la.", 1.0))
    reply.played("La la.", 11.0)
    assert reply.heard_by(11.6) == "La la. La"


@given(
    st.lists(st.tuples(st.text("ab .?", min_size=1), st.floats(0, 3)), min_size=1, max_size=4),
    st.floats(0, 12),
    st.floats(0, 12),
)
def test_what_was_heard_only_grows_and_is_a_beginning(
    sentences: list[tuple[str, float]], one: float, other: float
) -> None:
    earlier, later = sorted((one, other))
    reply, words = sounding(*sentences), " ".join(text for text, _ in sentences).split()
    first, second = (reply.heard_by(10 + at).split() for at in (earlier, later))
    assert second[: len(first)] == first
    assert words[: len(second)] == second


def test_it_asks_if_its_last_sentence_so_far_does() -> None:
    reply = sounding(("A timer.", 1.0), ('How long, "please?"', 1.0), ("Well.", 1.0))
    assert not reply.asks
    reply.played("A timer.", 11.0)
    assert reply.asks
    reply.played('How long, "please?"', 12.0)
    assert not reply.asks
    assert not Reply().asks
