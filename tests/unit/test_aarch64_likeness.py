"""When two machines gave the same answer, and what an emulated processor is said to be."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hw.facts import read
from hw.instructions import offered
from tools.aarch64 import likeness
from tools.aarch64.cpuinfo import features, text
from tools.aarch64.joined import joined

A76 = (
    "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop "
    "asimddp"
)


def woken(score: float, phrase: str = "hey_jarvis") -> dict[str, Any]:
    return {"wake": {"phrase": phrase, "score": score, "at_s": 0.9}}


def test_words_are_compared_without_their_looks() -> None:
    assert not likeness.words("", "What time is it?", "what time, is it").fault
    assert likeness.words("", "What time is it?", "what times it").fault


@pytest.mark.parametrize(
    ("there", "right"),
    [
        (woken(0.918), True),
        (woken(0.91), True),
        (woken(0.85), False),
        (woken(0.918, "alexa"), False),
        ({"wake": None}, False),
    ],
)
def test_the_wake_word_is_as_sure(there: dict[str, Any], right: bool) -> None:
    assert (not likeness.wake(woken(0.918), there).fault) == right


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("It's 11:58 PM.", True),
        ("It's 12:02 AM.", True),
        ("It's 12:04 AM.", False),
        ("It's 11:57 PM.", False),
        ("", False),
    ],
)
def test_the_time_that_is_told_lies_between_question_and_answer(reply: str, right: bool) -> None:
    asked = datetime(2026, 1, 1, 23, 58, 59, tzinfo=UTC)
    answered = datetime(2026, 1, 2, 0, 2, 1, tzinfo=UTC)
    found = likeness.time_told({"reply": "It's 11:58 PM."}, {"reply": reply}, asked, answered)
    assert (not found.fault) == right


def test_a_model_may_say_it_in_other_words() -> None:
    x86 = {"reply": "Hamlet is the work of William Shakespeare."}
    assert not likeness.answer(x86, {"reply": "Shakespeare, of course!"}, "Shakespeare").fault
    assert likeness.answer(x86, {"reply": "A Dane did."}, "Shakespeare").fault
    assert likeness.answer(x86, {"reply": ""}, "Shakespeare").fault


@pytest.mark.parametrize(("seconds", "right"), [(2.0, True), (2.9, True), (3.1, False), (0, False)])
def test_a_spoken_reply_is_about_as_long(seconds: float, right: bool) -> None:
    assert (not likeness.length("", 2.0, seconds).fault) == right
    assert likeness.length("", 0.0, seconds).fault


def test_what_was_spoken_is_understood() -> None:
    assert not likeness.heard("", "It's 1:17 AM.", "It's 1.17 a.m.").fault
    assert likeness.heard("", "It's 1:17 AM.", "[BLANK_AUDIO]").fault
    assert likeness.heard("", "", "").fault


def test_only_what_is_red_there_alone_is_a_fault() -> None:
    def checks(*levels: str) -> dict[str, Any]:
        return {"checks": [{"name": str(i), "level": e, "text": "."} for i, e in enumerate(levels)]}

    found = likeness.health(checks("green", "red", "green"), checks("yellow", "red", "red", "red"))
    assert [bool(each.fault) for each in found] == [False, False, True, True]


def test_the_same_is_heard_at_the_same_moments() -> None:
    first = [{"event": "VoiceStarted", "at_s": 0.5}]
    assert not likeness.events(first, first).fault
    assert likeness.events(first, [{"event": "VoiceStarted", "at_s": 0.512}]).fault


def test_the_board_must_be_the_other_one() -> None:
    def facts(name: str) -> dict[str, Any]:
        return {"facts": {"architecture": name}, "profile": f"generic-{name}"}

    assert not likeness.board(facts("x86-64"), facts("aarch64")).fault
    assert likeness.board(facts("x86-64"), facts("x86-64")).fault


def test_the_processor_is_described_as_linux_does(tmp_path: Path) -> None:
    names = features(sum(1 << bit for bit in (0, 1, 9, 10, 20)), 1 << 13)
    assert names == ["fp", "asimd", "fphp", "asimdhp", "asimddp", "i8mm"]
    description = text("cortex-a53", 2, names)
    assert offered(description) == {"neon", "fma", "fp16", "dotprod", "i8mm"}
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(description)
    facts = read(tmp_path)
    assert (facts.architecture, facts.cores) == ("aarch64", 2)


def test_the_bits_are_the_kernel_s() -> None:
    """Bits 0 to 12, 15, 16 and 20: what the list of a Cortex-A76 stands for."""
    assert features(0x119FFF, 0) == A76.split()


def test_waits_between_the_pieces_of_a_reply_are_left_out() -> None:
    def pcm(*pieces: tuple[int, int]) -> list[int]:
        return [value for value, count in pieces for _ in range(count)]

    rate = 100
    spoken = np.array(pcm((0, 26), (5, 40), (0, 25), (-7, 30), (0, 90), (3, 10), (0, 99)), np.int16)
    assert joined(spoken, rate).tolist() == pcm((5, 40), (0, 25), (-7, 30), (3, 10))
    assert not len(joined(np.zeros(50, np.int16), rate))
    assert not len(joined(np.zeros(0, np.int16), rate))
