"""What the assistant says of itself, and its last reply again."""

from datetime import UTC, datetime

import pytest

from assistant.alerts import Moment
from assistant.skills.help import AreYouThere, Help, Helping, Offline, Privacy, WhoAreYou
from assistant.skills.repeat import Repeat, Repeating
from assistant.skills.skill import Intent
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.world import World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
MATCHER = Matcher([("help", Helping.intents), ("repeat", Repeating.intents)], "en")

REQUESTS: dict[str, type[Intent] | None] = {
    "What can you do?": Help,
    "Help me, please.": Help,
    "What can I ask you?": Help,
    "Who are you?": WhoAreYou,
    "What's your name?": WhoAreYou,
    "Are you there?": AreYouThere,
    "Can you hear me?": AreYouThere,
    "Are you listening?": AreYouThere,
    "Are you always listening?": Privacy,
    "Are you recording me?": Privacy,
    "Do you send my data to the cloud?": Privacy,
    "Are you connected to the internet?": Offline,
    "Does this work without Wi-Fi?": Offline,
    "Say that again.": Repeat,
    "Can you repeat that?": Repeat,
    "What did you say?": Repeat,
    "One more time, please.": Repeat,
    "Help me write an essay.": None,
    "Who are the Beatles?": None,
    "Repeat after me.": None,
    "What did the president say?": None,
}


@pytest.mark.parametrize(("text", "wanted"), REQUESTS.items(), ids=REQUESTS)
def test_is_understood(text: str, wanted: type[Intent] | None) -> None:
    candidates = MATCHER.candidates(normal(text), NOW)
    assert (type(candidates[0].intent) if candidates else None) == wanted


def test_each_question_has_its_own_answer() -> None:
    world = World(NOW, Moment(0, 0, ""))
    replies = {Helping().answer(intent(), world).text for intent in Helping.intents}
    assert len(replies) == len(Helping.intents)
    assert "never leaves this device" in Helping().answer(Privacy(), world).text


@pytest.mark.parametrize(
    ("said", "wanted"), [("It's 7:30 AM.", "It's 7:30 AM."), ("", "I haven't said anything yet.")]
)
def test_says_its_last_reply_again(said: str, wanted: str) -> None:
    world = World(NOW, Moment(0, 0, ""), said=said)
    assert Repeating().answer(Repeat(), world).text == wanted
