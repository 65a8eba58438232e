"""What the assistant says at once that it cannot do, and what it must not refuse."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import assistant.understand
from assistant.skills.unable import REPLIES, Inability, Unable
from tests.unit.asked import NOW, Asked, world

UNABLE = Asked(Inability())

REQUESTS = {
    "lights": [
        "turn on the lamp",
        "turn off all of the lights in the office",
        "turn on standing light",
        "set kitchen lights to green",
        "Would you please turn on the living room lamp?",
        "lights off",
        "dim the bedroom lights to 30 percent",
        "turn the living room lights to 50%",
        "are the lights on",
        "Did I leave the kitchen light on?",
        "make the lights brighter",
        "turn all the lights off",
    ],
    "switches": [
        "switch on the fan",
        "turn the fan off",
        "turn everything off",
    ],
    "appliances": [
        "start the dishwasher",
        "turn on the coffee maker",
        "make me a coffee",
        "vacuum the living room",
        "set the oven to 350 degrees",
    ],
    "heating": [
        "turn the heating up",
        "set the thermostat to 21 degrees",
        "set the temperature to 70",
        "make it warmer",
        "it's too cold in here",
    ],
    "sensors": [
        "what's the temperature of the ecobee",
        "what's the temperature in the kitchen",
        "how warm is it in the living room",
        "what is the temperature inside",
    ],
    "doors": [
        "is the garage door open",
        "lock the front door",
        "open the blinds",
        "Did I lock the door?",
        "close the garage",
    ],
    "television": [
        "skip on tv",
        "turn on the TV",
        "what's on TV tonight",
        "change the channel",
        "play cartoons on the TV",
        "pause the movie",
    ],
    "music": [
        "play the beatles",
        "play some music",
        "turn on the radio",
        "Next song.",
        "skip this song",
        "stop the music",
        "what song is this",
        "I want to listen to jazz",
        "can you play some Christmas music",
    ],
    "weather": [
        "what's the weather like in new york",
        "will it rain tomorrow",
        "is it going to snow this weekend",
        "what's the temperature outside",
        "do I need an umbrella",
        "weather",
        "how's the weather today",
        "is it raining",
        "how hot is it outside",
        "what's tomorrow's forecast",
        "when will the rain stop",
    ],
    "news": [
        "what's the news",
        "tell me the news",
        "what are today's headlines",
        "read me the news",
    ],
    "calls": [
        "call mom",
        "call 911",
        "make a phone call",
        "hang up",
        "call me an ambulance",
    ],
    "messages": [
        "text mom I'm running late",
        "send a message to dad",
        "do I have any new emails",
        "read my messages",
        "announce that dinner is ready",
    ],
    "apps": [
        "launch firefox",
        "run party time",
        "open YouTube",
        "open the calculator app",
        "activate movie mode",
    ],
    "internet": [
        "google the population of France",
        "search the web for pancake recipes",
        "look up the weather online",
        "when does the pharmacy close",
        "is the supermarket open today",
    ],
    "places": [
        "where is the nearest gas station",
        "what restaurants are nearby",
        "restaurants near me",
        "where am I",
    ],
    "traffic": [
        "how's the traffic",
        "directions to the airport",
        "how long is my commute",
    ],
    "recording": [
        "record",
        "start recording",
        "record a message",
    ],
    "camera": [
        "take a picture",
        "who's at the door",
        "show me the front door camera",
    ],
    "shopping": [
        "order a pizza",
        "order more paper towels",
        "where's my package",
        "buy tickets on Amazon",
        "book a flight to Paris",
    ],
    "appointments": [
        "what's on my calendar tomorrow",
        "do I have any meetings today",
        "add a meeting tomorrow at 3",
        "what's my schedule",
    ],
    "sports": [
        "who won the game last night",
        "what's the score",
        "did the Yankees win",
        "when do the Lakers play next",
    ],
    "stocks": [
        "what's the stock price of Apple",
        "how is Apple stock doing",
        "what's the price of bitcoin",
        "convert 50 dollars to euros",
        "how many euros is 50 dollars",
    ],
    "sun": [
        "when is sunset",
        "what time does the sun rise",
    ],
    "translation": [
        "translate hello to Spanish",
    ],
    "birthdays": [
        "when is mom's birthday",
        "how many days until my birthday",
        "how old am I",
    ],
    "phone": [
        "find my phone",
        "where's my phone",
    ],
}


@pytest.mark.parametrize(
    ("text", "what"), [(text, what) for what, texts in REQUESTS.items() for text in texts]
)
def test_says_at_once_what_it_cannot_do(text: str, what: str) -> None:
    intent = UNABLE.intent(text)
    assert isinstance(intent, Unable)
    assert intent.what == what


OTHERS = """
what is rain
who are the beatles
why do lights flicker
how do light bulbs work
what is the difference between a thermostat and a thermometer
who invented the telephone
when was the television invented
how does a lock work
tell me about the history of radio
play a game with me
let's play twenty questions
play trivia
what is the temperature of the sun
what temperature should chicken be
what temperature do I bake a cake at
how hot is the surface of venus
what is the best news app
how do I turn on my car
how do I open a jar
why is the sky blue
is it true that it rains diamonds on neptune
write an email to my boss
who won the world cup in 1998
who won the 2020 election
how long does it take to get to mars
what is a stock
how do I make chicken stock
how much is 5 plus 5
what is the score of a perfect bowling game
how do I record a podcast
tell me a joke
sing me a song
what should I cook for dinner
how much water for rice
set a timer for 10 minutes
set an alarm for 7
cancel the alarm
stop the timer
turn off the alarm
turn the volume up
turn it down
turn up the volume
set the volume to 50 percent
add milk to my list
remind me to call mom
remind me to turn off the lights
call the timer pasta
how many cups in a quart
convert 2 cups to milliliters
convert 350 fahrenheit to celsius
what is half of 50
who is the president
what is the capital of france
open up about your feelings
is the earth flat
is it possible to run a marathon
should i run every day
what's a good song to dance to
what does record mean
don't turn on the lights
do not play music
why is it cold in winter
is it cold in antarctica
do penguins get cold
how do i search for a job
what should I wear to a wedding
are windows made of sand
who painted the night watch
what is a door
what is bitcoin
when did the beatles break up
how do I call a function in python
what is text messaging
how cold is a freezer
read me a story
what's in my shopping list
what can I use instead of butter
how long do I boil an egg
what do you think of the news
make it shorter
next step
repeat that
next
go back
order the planets by size
what day should I start brining
set the table
open sesame
what is on my list
what timers do i have
find a rhyme for orange
find a recipe for pancakes
search your memory
buy milk
get milk
check the oven
how is your day
how are you
show me a recipe
what is up
how do i get to know people
where is paris
where is the eiffel tower
what is the price of happiness
what's the high score
i am cold
i am hot
i'm freezing to death
it is hot
what is my name
take a note
dim sum recipe
close your eyes
shut the front door that is amazing
this is a test
would you rather fight a bear or a shark
should i get a dog or a cat
add apples to my shopping list
cancel timer
pause timer
resume timer
nevermind
stop
what time is it
what's the date today
how many days until Christmas
when is Easter
wake me up at 7
snooze
how many timers do I have
what's 15% of 80
who is the Beatles' drummer
how does radio work
is the moon a planet
how hot does the sun get
what is the temperature of boiling water
turn off the timer
turn off my alarm
turn that off
turn it off
""".strip().splitlines()


@pytest.mark.parametrize("text", [*OTHERS, ""])
def test_leaves_to_others(text: str) -> None:
    assert UNABLE.intent(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("switch on my fan", "I can't switch your fan yet."),
        ("switch on the fan", "I can't switch the fan yet."),
        ("turn bedroom fan off", "I can't switch the bedroom fan yet."),
        ("turn everything off", "I can't switch everything yet."),
        ("play the beatles", "I can't play music yet."),
        ("what's the weather", "I don't know the weather: I work without the internet."),
    ],
)
def test_replies(text: str, wanted: str) -> None:
    assert UNABLE.says(text) == wanted


@pytest.mark.parametrize("what", ["lights", "heating", "doors", "appliances"])
def test_where_a_house_is_connected_its_things_are_left_to_others(what: str) -> None:
    asked = replace(world(), home=())
    assert Inability().answer(Unable(what), asked).declines
    assert not Inability().answer(Unable(what), world()).declines
    assert not Inability().answer(Unable("music"), asked).declines


def test_every_reply_is_one_short_sentence_and_is_asked_for() -> None:
    file = Path(assistant.understand.__file__).parent / "sentences/en/unable.yaml"
    blocks = yaml.safe_load(file.read_text("utf-8"))["intents"]["Unable"]["data"]
    assert {block["slots"]["what"] for block in blocks} == REPLIES.keys() == REQUESTS.keys()
    for what in REPLIES:
        said = Inability().answer(Unable(what, device="lamp"), world()).text
        assert re.fullmatch(r"I [^.!?{}]{10,70}\.", said)


@pytest.mark.parametrize("text", ["call it pasta", "call it a day"])
def test_a_name_is_no_phone_call(text: str) -> None:
    reply = UNABLE.reply(text)
    assert reply is not None
    assert reply.declines


WORDS = sorted({word for texts in REQUESTS.values() for text in texts for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.text(max_size=40))
def test_never_raises(text: str) -> None:
    said = UNABLE.says(text, NOW)
    assert said is None or said.endswith(".")
