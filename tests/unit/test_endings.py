"""Which transcripts end as if more would follow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.endings import unfinished

OPEN = """
set a timer for
set a timer for twenty
Set a timer for 20.
set the timer to five
remind me in ten
remind me to
add milk and
add milk, eggs,
add two
turn off the
what's the
turn on the light in the kitchen and
can you
could you please
I'd like
put it on my
what is five plus
what is 5 plus
how do I get to a
wake me up at
is it raining or
play something by
um
tell me a joke, um
well, the-
I was thinking...
add the
""".strip().splitlines()

# Among them what real recordings of requests hold.
COMPLETE = """
add apples to my shopping list
cancel timer
is the garage door open
play the beatles
set kitchen lights to green
set a timer for 30 seconds
set a timer for ten minutes
skip on tv
turn off all of the lights in the office
turn on standing light
turn it on
turn it up
come in
what time is it
what's the weather like in new york
what's the weather like
would you please turn on the living room lamp
should i get a dog or a cat
record
stop
can i get a triple shot light roast iced coffee
brew a coffee with some skim milk
make me a sixteen ounce iced mocha with milk
the number i have is
press 1 to call this number
set an alarm for seven
set the oven to 350
turn the volume to twenty
what is it for
what's this made of
who was that song by
where is it from
what is vitamin a
what's two plus two
call her
open disney plus
why
yes
no
another
""".strip().splitlines()


@pytest.mark.parametrize("text", OPEN)
def test_more_will_follow(text: str) -> None:
    assert unfinished(text)
    assert unfinished(text.upper())


@pytest.mark.parametrize("text", [*COMPLETE, ""])
def test_complete(text: str) -> None:
    assert not unfinished(text)
    assert not unfinished(text.capitalize() + ("." if text else ""))


@settings(deadline=None)
@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert unfinished(text) in (True, False)
