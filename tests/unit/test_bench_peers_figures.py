"""Medians and ratios beside peers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bench.peers.answer import Answer
from tools.bench.peers.environment import digest
from tools.bench.peers.figures import Result, ratio, ratio_interval, summarise
from tools.bench.peers.report import answers, pinned, versions

TIMES = st.lists(st.floats(1, 10_000), min_size=1, max_size=30)


def result(system: str, file: str, response_s: float | None, **more: object) -> Result:
    return Result(system, (file, 0), Answer("words", "reply", response_s, **more), right=True)  # type: ignore[arg-type]


def test_only_requests_that_everybody_answered_are_compared() -> None:
    results = [
        result("peer", "a", 1.0),
        result("ours", "a", 0.5),
        result("ours", "b", 0.7),
        result("peer", "b", None),
        result("ours", "c", 0.9),
        result("peer", "c", -0.2, cut=True),
    ]
    figures = summarise(results, "ours")["all"]
    assert list(figures) == ["ours", "peer"]
    assert figures["ours"]["p50_ms"] == 500
    assert figures["peer"]["p50_ms"] == 1_000
    assert figures["peer"]["ratio"] == 2
    assert (figures["peer"]["n"], figures["peer"]["requests"]) == (1, 3)
    assert (figures["peer"]["silent"], figures["peer"]["cut"]) == (1, 1)
    assert figures["peer"]["we_were_first"] == 1


def test_what_our_skills_answer_is_left_out_of_the_fair_part() -> None:
    results = [
        result("peer", "a", 1.0),
        result("ours", "a", 0.1, by="skill"),
        result("ours", "b", 0.5),
        result("peer", "b", 2.0),
    ]
    summary = summarise(results, "ours")
    assert summary["all"]["ours"]["n"] == 2
    assert summary["llm"]["ours"]["n"] == summary["llm"]["peer"]["n"] == 1
    assert summary["llm"]["peer"]["ratio"] == 4
    assert list(summary["llm"]) == ["ours", "peer"]


def test_repeats_are_requests_of_their_own() -> None:
    twice = [
        Result(system, ("a", repeat), Answer("", "", response_s))
        for repeat in range(2)
        for system, response_s in (("ours", 0.5 + repeat), ("peer", 1.5))
    ]
    figures = summarise(twice, "ours")["all"]
    assert figures["ours"]["n"] == 2
    assert figures["ours"]["p50_ms"] == 1_000
    assert figures["peer"]["we_were_first"] == 1


def test_nothing_to_compare() -> None:
    summary = summarise([result("ours", "a", None), result("peer", "a", 1.0)], "ours")
    assert summary["all"]["peer"]["p50_ms"] is None
    assert summary["all"]["peer"]["ratio"] is None
    assert summary["all"]["peer"]["ratio_interval_95"] is None
    assert summarise([], "ours") == {"all": {}, "llm": {}}


@given(TIMES)
def test_we_are_as_quick_as_ourselves(times: list[float]) -> None:
    assert ratio(times, times) == 1
    assert ratio_interval(times, times) == (1, 1)


@given(TIMES, st.floats(0.1, 10))
def test_the_interval_of_a_constant_ratio_is_that_ratio(times: list[float], factor: float) -> None:
    slower = [factor * each for each in times]
    assert ratio(slower, times) == pytest.approx(factor)
    assert ratio_interval(slower, times) == pytest.approx((factor, factor))


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)), min_size=1, max_size=20))
def test_the_interval_is_in_order_and_the_same_each_time(pairs: list[tuple[float, float]]) -> None:
    theirs, ours = [list(each) for each in zip(*pairs, strict=True)]
    interval = ratio_interval(theirs, ours)
    assert interval is not None
    assert interval[0] <= interval[1]
    assert interval == ratio_interval(theirs, ours)


def test_an_answer_before_the_end_has_no_ratio() -> None:
    assert ratio([100.0], [-20.0]) is None
    assert ratio_interval([100.0], [-20.0]) is None


def test_answers_are_told_one_by_one() -> None:
    (told,) = answers([result("ours", "a", 0.5004)])
    assert told["response_ms"] == 500
    assert told["system"] == "ours"
    assert told["file"] == "a"


def test_pins_are_read_as_they_are_written() -> None:
    text = "# a comment\n\nwyoming==1.10.2\nnumpy==2.4.6  # why\n"
    assert pinned(text) == [("wyoming", "1.10.2"), ("numpy", "2.4.6")]


def test_every_environment_names_its_peer() -> None:
    found = versions()
    assert "faster-whisper" in found["faster-whisper"]
    assert {"wyoming-faster-whisper", "wyoming-piper"} <= set(found["home-assistant"])


def test_other_requirements_are_another_environment() -> None:
    assert digest("a==1") == digest("a==1")
    assert digest("a==1") != digest("a==2")
