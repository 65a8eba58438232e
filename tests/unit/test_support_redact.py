"""What is taken out of a text, and what is left of a log."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.support import journal
from assistant.support.messages import Messages, keys, sentences, templates
from assistant.support.redact import REMOVED, Redactor
from models.catalog import default_catalog

PUBLIC = frozenset(default_catalog().entries)
MESSAGES = Messages.of_this_program(PUBLIC)
HOUSE, ROOT = "/" + "home", "/" + "root"
AT = "2026-11-22T08:00:00+0100"
SAID = st.text("abcdefghijklmnopqrstuvwxyzäöüß '\",.?-:0123456789", min_size=6).filter(
    lambda text: len(text.split()) > 1
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ws://anna:pw@house.local:8123/api?x=1 is it", "ws://(removed) is it"),
        ("write to anna@example.org", "write to (removed)"),
        ("at 192.168.1.17 it is", "at (removed) it is"),
        ("at 192.168.1.17:8123.", "at (removed):8123."),
        ("at fe80::1ff:fe23:4567:890a%eth0 it is", "at (removed) it is"),
        ("tcp :: port 80", "tcp (removed) port 80"),
        ("DE:AD:BE:EF:00:01 and de-ad-be-ef-00-01", "(removed) and (removed)"),
        ("it is kitchen.fritz.box", "it is (removed)"),
        (f"{HOUSE}/anna/.local/state/x", "~/.local/state/x"),
        (f"{ROOT}/.config and {ROOT}ed", f"~/.config and {ROOT}ed"),
        ("/media/anna/STICK/x y", "(removed) y"),
        ("He said 'hello there' and \"bye\"", "He said '(removed)' and \"(removed)\""),
        ("the card's name isn't it", "the card's name isn't it"),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 x", "(removed) x"),
        ("0123456789abcdef0123456789abcdef", "(removed)"),
        ("run `assistant models pull smollm2-135m-instruct`", None),
        ("Python 3.11.7 at 08:15:30, 48,000 Hz, 2026-11-22T08:00:00", None),
        ("USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed", None),
    ],
)
def test_what_is_always_personal(text: str, left: str | None) -> None:
    assert Redactor(public=PUBLIC).text(text) == (text if left is None else left)


def test_words_that_are_known_go_wherever_they_stand() -> None:
    redactor = Redactor(("Anna", "goat  cheese", "pi", "kitchen-pi"))
    assert redactor.text("ANNA's banana, goat\ncheese") == "(removed)'s banana, (removed)"
    assert redactor.text("xkitchen-pix Raspberry Pi") == "x(removed)x Raspberry Pi"
    assert redactor.value({"anna": ["anna", 1, None, True]}) == {REMOVED: [REMOVED, 1, None, True]}
    assert Redactor().known("anything") == "anything"


@given(st.lists(st.text(min_size=3, max_size=12), max_size=5), st.text(max_size=60), st.data())
def test_no_known_word_is_left(words: list[str], text: str, data: st.DataObject) -> None:
    for word in words:
        at = data.draw(st.integers(0, len(text)))
        text = f"{text[:at]} {word} {text[at:]}"
    left = Redactor(tuple(words)).known(text).replace(REMOVED, "\0")
    for word in words:
        if len(word.strip()) >= 3:
            assert f" {word.strip()} " not in f" {left} "


# --- messages -------------------------------------------------------------------------------------


def test_the_messages_of_a_source() -> None:
    source = """
log.info("it is %s", x)
_log.log(level, "that is %d", y)
log.warning("%s", sentence)
log.error(name)
print("not this")
table = {"count": 1, name: 2}
"""
    assert list(templates(source)) == ["it is %s", "that is %d"]
    assert list(keys(source)) == ["count"]


def test_what_a_source_says_beside_its_log() -> None:
    source = '''
"""This is the documentation of it."""
raise Lost(f"nothing came for {seconds:g} s, not even noise")
reason = "there are 100% too few of them"
short = "of it"
'''
    assert set(sentences(source)) == {
        "nothing came for %s s, not even noise",
        "there are 100%% too few of them",
    }


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("loudspeaker lost: I said so", "loudspeaker lost: (removed)"),
        ("stt failed: stt, timeout", "stt failed: stt, timeout"),
        (
            "the microphone was not read in time; 0.250 s are lost",
            "the microphone was not read in time; 0.250 s are lost",
        ),
        (
            "a turn could not be recorded: [Errno 28] No space left on device: '/x/y'",
            "a turn could not be recorded: [Errno 28] No space left on device",
        ),
        (
            "microphone lost: nothing but digital silence for 10 s",
            "microphone lost: nothing but digital silence for 10 s",
        ),
        ("Memory is locked, 479 MiB so far.", "Memory is locked, 479 MiB so far."),
        ("what time is it in Berlin", None),
        ("microphone lost: " + "x" * 600, None),
        ("", None),
    ],
)
def test_a_message_is_shown_as_its_template(message: str, shown: str | None) -> None:
    assert MESSAGES.shown(message) == shown


def line(text: str, who: str = "assistant") -> str:
    return f"{AT} kitchen-pi {who}[812]: {text}"


def redacted(*texts: str) -> list[str]:
    return list(journal.redacted([line(text) for text in texts], MESSAGES))


def test_a_log_is_shown_without_what_is_not_ours() -> None:
    made = redacted(
        "WARNING assistant.audio.microphone: microphone lost: Anna unplugged it",
        "what a lovely day",
        "set a timer",
        "INFO secret.words: microphone found",
        "08:00:01  wake      phrase: hey_jarvis  score: 0.93  at: 1234",
        "08:00:01  wake      phrase: hey_anna, alexa",
        "08:00:01  stopped   state: degraded:microphone  frame_ms: p50 0.5, max 9  missing: Anna",
        "08:00:02  request   text: how old is Anna",
        "Traceback (most recent call last):",
        f'  File "{HOUSE}/anna/x/assistant/worker.py", line 88, in _run',
        f'  File "{HOUSE}/anna/assistant/diary.py", line 3, in secret',
        "    anna()",
        "ValueError: Anna",
        "AnnaError: x",
        "ALSA lib pcm_dsnoop.c:566:(snd_pcm_dsnoop_open) unable to open Anna",
    )
    assert made == [
        f"{AT} WARNING assistant.audio.microphone: microphone lost: (removed)",
        "(2 lines removed)",
        f"{AT} INFO elsewhere: microphone found",
        f"{AT} wake  phrase: hey_jarvis  score: 0.93  at: 1234",
        f"{AT} wake  phrase: (removed), alexa",
        f"{AT} stopped  state: degraded:microphone  frame_ms: p50 0.5, max 9  missing: (removed)",
        "(1 line removed)",
        f"{AT} Traceback (most recent call last):",
        f'{AT}   "assistant/worker.py", line 88, in _run',
        f"{AT}   elsewhere, line 3",
        "(1 line removed)",
        f"{AT} ValueError",
        "(1 line removed)",
        f"{AT} ALSA lib pcm_dsnoop.c:566:(snd_pcm_dsnoop_open)",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Started assistant.service - Anna's assistant.", "Started"),
        (
            "assistant.service: Main process exited, code=killed, status=6/ABRT",
            "Main process exited, code=killed, status=6/ABRT",
        ),
        ("assistant.service: Failed with result 'watchdog'.", "Failed with result 'watchdog'"),
        ("assistant.service: Watchdog timeout (limit 30s)!", "Watchdog timeout"),
        ("assistant.service: Failed with result 'anna'.", None),
        ("Hello Anna", None),
    ],
)
def test_what_systemd_says(text: str, shown: str | None) -> None:
    made = list(journal.redacted([line(text, "systemd")], MESSAGES))
    assert made == [f"{AT} systemd: {shown}" if shown else "(1 line removed)"]


def test_health_is_numbers_and_words_of_ours() -> None:
    summary = {
        "state": "degraded:microphone",
        "wakes": {"hey_jarvis": 3, "hey_anna": 1},
        "missing": {"microphone": "Anna has it"},
        "replies": 4,
    }
    text = f"INFO assistant.live: health: {json.dumps(summary)}"
    [made] = journal.health([line(text), line("INFO assistant.live: health: {"), "x"], MESSAGES)
    assert made == {
        "at": AT,
        "state": "degraded:microphone",
        "wakes": {"hey_jarvis": 3, REMOVED: 1},
        "missing": {"microphone": REMOVED},
        "replies": 4,
    }
    [shown] = redacted(text)
    assert "anna" not in shown.casefold()


@given(st.sampled_from((*MESSAGES.templates, *MESSAGES.sentences)), SAID, st.integers(0, 200))
def test_nothing_that_was_said_is_left_of_any_message(template: str, said: str, cut: int) -> None:
    """Filled into any of our messages, or instead of one, or around one."""
    words = f"zq{said}qz"
    filled = template.replace("%s", words).replace("%d", "7").replace("%.3f", "0.100")
    for text in (filled, words, f"{words}{template}", f"{template[:cut]}{words}{template[cut:]}"):
        for prefix in ("", "INFO assistant.live: ", f"INFO {words}: ", "08:00:01  lost      "):
            for made in redacted(prefix + text):
                assert "zq" not in made
