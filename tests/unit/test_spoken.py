"""What is written -> what is said."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.spoken import speakable
from assistant.spoken.words import cardinal

GOLDEN = {
    # numbers
    "I have 2000 steps": "I have two thousand steps",
    "1,250,000 and 3.05": "one million two hundred fifty thousand and three point zero five",
    "-7 and −3.5 and .5": "minus seven and minus three point five and zero point five",
    "1st 2nd 3rd 21st 103rd": "first second third twenty-first one hundred third",
    "the 1,000th": "the one thousandth",
    "007": "zero zero seven",
    "1000000000": "one billion",
    "12345678901": "one two three four five six seven eight nine zero one",
    "v1.2.3": "v one point two point three",
    "H2O B12 COVID-19 4K": "H two O B twelve COVID nineteen four K",
    # fractions and ranges
    "1/2 and 3/4 and 5/2": "one half and three quarters and five halves",
    "1/4 + ½": "one quarter plus one half",
    "2 3/4": "two and three quarters",
    "3/17": "three over seventeen",
    "24/7, 50/50": "twenty-four seven, fifty fifty",
    "3-4 eggs": "three to four eggs",
    "3–4 eggs": "three to four eggs",
    # years and dates
    "In 1999, since 2005": "In nineteen ninety-nine, since two thousand five",
    "1905 AD (1984)": "nineteen oh-five AD (nineteen eighty-four)",
    "from 1939-1945": "from nineteen thirty-nine to nineteen forty-five",
    "the 1990s and the 80s": "the nineteen nineties and the eighties",
    "Nov 21": "November twenty-first",
    "November 21st, 2026": "November twenty-first, twenty twenty-six",
    "21 November 2026": "the twenty-first of November, twenty twenty-six",
    "the 4th of July": "the fourth of July",
    "2026-11-21": "November twenty-first, twenty twenty-six",
    "11/21/2026": "November twenty-first, twenty twenty-six",
    "21/11/2026": "November twenty-first, twenty twenty-six",
    "21.11.2026": "November twenty-first, twenty twenty-six",
    "May 2026": "May twenty twenty-six",
    "Dec 3-5": "December third to fifth",
    # times
    "It's 10:45 AM.": "It's ten forty-five AM.",
    "10:30 10:05 15:05": "ten thirty ten oh five fifteen oh five",
    "7 p.m. is fine": "seven PM is fine",
    "It opens at 7 p.m.": "It opens at seven PM.",
    "10:00": "ten o'clock",
    "10:00 a.m. 21:00": "ten AM twenty-one hundred",
    "9am-5pm": "nine AM to five PM",
    "10:30-11:15": "ten thirty to eleven fifteen",
    # measures
    "350°F": "three hundred fifty degrees Fahrenheit",
    "350F or 20 C": "three hundred fifty degrees Fahrenheit or twenty degrees Celsius",
    "180°C/350°F": "one hundred eighty degrees Celsius or three hundred fifty degrees Fahrenheit",
    "-5 °C": "minus five degrees Celsius",
    "72°": "seventy-two degrees",
    "250 g, 1.5 L, 2 tbsp": "two hundred fifty grams, one point five liters, two tablespoons",
    "1 lb, 8 fl oz": "one pound, eight fluid ounces",
    "1/2 cup, ½ tsp, 1/2 hour": "half a cup, half a teaspoon, half an hour",
    "3/4 cup": "three quarters of a cup",
    "1 1/2 cups, 1½ cups": "one and a half cups, one and a half cups",
    "25-30 min": "twenty-five to thirty minutes",
    "2 to 3 tbsp": "two to three tablespoons",
    "1 min, 30s": "one minute, thirty seconds",
    "a 5-minute egg": "a five-minute egg",
    "30 km/h, 5 m/s": "thirty kilometers per hour, five meters per second",
    "10%, 10-15 %": "ten percent, ten to fifteen percent",
    "a 9x13 inch pan": "a nine by thirteen inch pan",
    "a tsp of salt": "a teaspoon of salt",
    "approx. 5 min. more": "approximately five minutes more",
    # money
    "$3.50": "three dollars and fifty cents",
    "$1, $0.99, £2.01": "one dollar, ninety-nine cents, two pounds and one penny",
    "€5, 5 €, 5 EUR": "five euros, five euros, five euros",
    "$5 million": "five million dollars",
    "$5-10": "five to ten dollars",
    "$5/kg": "five dollars per kilogram",
    # telephone
    "Call 911": "Call nine one one",
    "555-1234": "five five five, one two three four",
    "(555) 123-4567": "five five five, one two three, four five six seven",
    # symbols and abbreviations
    "2 + 2 = 4": "two plus two equals four",
    "5 - 3, 6 × 7, 8 ÷ 2": "five minus three, six times seven, eight divided by two",
    "5 < 6 > 3": "five less than six greater than three",
    "2^5, 3²": "two to the power of five, three squared",
    "salt & pepper": "salt and pepper",
    "and/or, milk/cream": "and or, milk or cream",
    "#1 @home": "number one at home",
    "~5": "about five",
    "Dr. Oetker": "Doctor Oetker",
    "e.g. butter, etc.": "for example, butter, et cetera.",
    "NASA and USB": "NASA and USB",
    "See https://www.example.com/a?b=1.": "See example dot com.",
    "foo@bar.com": "foo at bar dot com",
    # nothing to do
    "Just words, as they are!": "Just words, as they are!",
    "": "",
}


@pytest.mark.parametrize(("written", "said"), GOLDEN.items(), ids=GOLDEN)
def test_spoken(written: str, said: str) -> None:
    assert speakable(written) == said


@pytest.mark.parametrize("words", ["You may 5 times", "3:75", "25:00", "13/13/2026", "Nov 45"])
def test_what_only_looks_like_a_date_or_time_is_still_words(words: str) -> None:
    assert not any(character.isdigit() for character in speakable(words))


def test_other_languages_keep_their_numbers() -> None:
    assert speakable("Il  est 10:30", "fr") == "Il est 10:30"
    assert speakable("10:30", "en-GB") == "ten thirty"


WRITTEN = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.from_regex(r"[0-9]{1,6}([.,:/-][0-9]{1,4}){0,2}", fullmatch=True),
        st.sampled_from(
            "$ € % °F °C kg min cup th st am p.m. Nov 21 - + = / # @ ½ ² ٣ ３ ① العربية 😀 x Dr. "
            "http:// .com 90s ( ) ' \u200f \ud800".split()
        ),
        st.just(" "),
    ),
    max_size=30,
).map("".join)


@settings(deadline=None)
@given(WRITTEN)
@example("\u1369\u19da")
@example("1" * 400 + "th")
@example("9" * 400 + "/" + "9" * 400)
@example("-" * 50 + "1" + "." * 50)
def test_never_raises_and_leaves_no_digit(written: str) -> None:
    said = speakable(written)
    assert not [each for each in said if unicodedata.digit(each, -1) >= 0], said
    assert said == " ".join(said.split())
    said.encode()


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_a_number_alone_is_its_name(number: int) -> None:
    if abs(number) < 10**9 or number % 10**6 == 0:
        assert speakable(f"{number}") == cardinal(number)
    assert speakable(f"{number:,}") == cardinal(number)


@pytest.mark.parametrize(
    "unit",
    "1 | 1, | 1. | 1/ | 1 1/ | a. | -1 | 1: | $ | $1 | a@ | @a. | http:// | www. | 1,111 | ½ | "
    "Jan 1 | +1 | (555 | 1 to | 1x | 1° | 11/11/ | 1.1. | 😀 | العدد ٣ | e.g.".split(" | "),
)  # fmt: skip
def test_time_is_bounded_on_the_worst_text(unit: str) -> None:
    """Linear: ten times the text takes about ten times as long, not a hundred times."""

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.process_time()
        speakable(text)
        return time.process_time() - began

    assert seconds(10_000) < max(40 * seconds(1_000), 1.0)
