"""The gate: pure decisions over figures."""

import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.errors import InputError
from tests.quantize.outcomes import GOOD, bundle, good, outcome
from tools.quantize.figures import BOUNDS, FIGURES, of_kind
from tools.quantize.gate import judge
from tools.quantize.job import Kind
from tools.quantize.policy import Policy, Rule, load_policy

KINDS: tuple[Kind, ...] = ("stt", "llm", "tts", "wake")
SHIPPED = load_policy()
MIB = 3900

numbers = st.floats(0, 1000, allow_nan=False)
"""Of a figure, or of a limit."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_is_as_good_passes(kind: Kind) -> None:
    verdict = judge(good(kind), good(kind), SHIPPED, MIB)
    assert verdict.reasons == ()
    assert verdict.passed


@pytest.mark.parametrize("kind", KINDS)
def test_each_figure_of_the_policy_can_refuse_alone(kind: Kind) -> None:
    for name in SHIPPED.rules(kind):
        before = GOOD[kind][name]
        assert before is not None
        worse = 0.0 if FIGURES[name].better == "higher" else 10 * before + 5000
        verdict = judge(good(kind, **{name: worse}), good(kind), SHIPPED, MIB)
        assert not verdict.passed
        assert verdict.reasons
        assert all(name in reason and reason.endswith(".") for reason in verdict.reasons)
        assert {check.figure for check in verdict.checks if check.state == "refused"} == {name}


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_number_refuses(kind: Kind, value: float | None) -> None:
    for name in SHIPPED.rules(kind):
        assert not judge(good(kind, **{name: value}), good(kind), SHIPPED, MIB).passed
        missing = {other: GOOD[kind][other] for other in GOOD[kind] if other != name}
        assert not judge(outcome(kind, missing), good(kind), SHIPPED, MIB).passed


def test_what_is_compared_must_be_known_of_the_current_model_too() -> None:
    verdict = judge(good("stt"), good("stt", wer=math.nan), SHIPPED, MIB)
    assert verdict.reasons == (
        "Word error rate (wer) of the current model was not measured: give data that has it, or a"
        " policy without its rule.",
    )


def test_half_a_point_is_half_a_point() -> None:
    policy = Policy(stt={"wer": Rule(worse_by=0.5)})
    assert judge(good("stt", wer=0.105), good("stt"), policy).passed
    [reason] = judge(good("stt", wer=0.1051), good("stt"), policy).reasons
    assert reason == (
        "Word error rate (wer) is 10.51 %, against 10.00 % of the current model; the policy allows"
        " 10.50 % (within noise)."
    )


def test_of_two_allowances_the_larger_counts() -> None:
    policy = Policy(stt={"latency_p95_s": Rule(worse_by_percent=10, worse_by=0.02)})
    quick, slow = good("stt", latency_p95_s=0.01), good("stt", latency_p95_s=1.0)
    assert judge(good("stt", latency_p95_s=0.029), quick, policy).passed
    assert judge(good("stt", latency_p95_s=1.09), slow, policy).passed
    assert not judge(good("stt", latency_p95_s=1.11), slow, policy).passed


def test_where_more_is_better_less_is_worse() -> None:
    policy = Policy(llm={"tokens_per_s": Rule(worse_by_percent=10)})
    assert judge(good("llm", tokens_per_s=27.0), good("llm"), policy).passed
    assert judge(good("llm", tokens_per_s=300.0), good("llm"), policy).passed
    assert not judge(good("llm", tokens_per_s=26.9), good("llm"), policy).passed


def test_memory_is_a_share_of_the_boards() -> None:
    policy = Policy(stt={"peak_rss_mib": Rule(memory_percent=10)})
    assert judge(good("stt"), None, policy, 2000).passed
    assert "10 % of the board's 1,999 MiB" in judge(good("stt"), None, policy, 1999).reasons[0]
    assert "not known" in judge(good("stt"), None, policy).reasons[0]


def test_chance_excuses_only_where_the_policy_says_so() -> None:
    current = good("wake", miss_rate=0.05, miss_rate_low=0.01, miss_rate_high=0.15)
    maybe = good("wake", miss_rate=0.12, miss_rate_low=0.06, miss_rate_high=0.25)
    surely = good("wake", miss_rate=0.5, miss_rate_low=0.4, miss_rate_high=0.6)
    unknown = good("wake", miss_rate=0.12, miss_rate_low=None)
    strict = Policy(wake={"miss_rate": Rule(worse_by=1)})
    lenient = Policy(wake={"miss_rate": Rule(worse_by=1, only_if_certain=True)})
    [check] = judge(maybe, current, strict).checks
    assert (check.state, check.chance) == ("refused", "within noise")
    [check] = judge(maybe, current, lenient).checks
    assert (check.state, check.chance) == ("pass", "within noise")
    [check] = judge(surely, current, lenient).checks
    assert (check.state, check.chance) == ("refused", "certain")
    assert not judge(unknown, current, lenient).passed


def test_without_a_current_model_only_absolute_limits_are_judged() -> None:
    policy = Policy(stt={"wer": Rule(at_most=20, worse_by=1)})
    verdict = judge(good("stt"), None, policy)
    assert verdict.passed
    assert [check.state for check in verdict.checks] == ["pass", "not compared"]
    relative = Policy(stt={"wer": Rule(worse_by=1)})
    assert judge(good("stt"), None, relative).reasons == (
        "The policy has no rule that could be judged.",
    )
    assert not judge(good("stt"), good("stt"), Policy()).passed


def test_what_cannot_be_compared_is_refused() -> None:
    current = good("stt")
    failed = outcome("stt", {}, error="it does not load.")
    assert "could not be measured: it does not load." in judge(failed, current, SHIPPED).reasons[0]
    assert "current model" in judge(current, failed, SHIPPED, MIB).reasons[0]
    other = outcome("stt", GOOD["stt"], data=bundle("other"))
    assert judge(current, other, SHIPPED, MIB).reasons == ("They were measured on different data.",)
    half = outcome("stt", GOOD["stt"], options={"limit": 3})
    assert "options" in judge(current, half, SHIPPED, MIB).reasons[0]
    quick = outcome("stt", GOOD["stt"], settings={"threads": 4})
    assert "settings" in judge(current, quick, SHIPPED, MIB).reasons[0]
    assert "for stt" in judge(current, good("tts"), SHIPPED, MIB).reasons[0]
    elsewhere = good("stt").model_copy(update={"machine": {"cpu": "another"}})
    assert "machines" in judge(current, elsewhere, SHIPPED, MIB).reasons[0]


@st.composite
def policies(draw: st.DrawFn, kind: Kind) -> Policy:
    rules = {}
    for figure in of_kind(kind):
        if draw(st.booleans()):
            continue
        limits = {"at_most": draw(st.none() | numbers)} if figure.better != "higher" else {}
        if figure.better != "lower":
            limits["at_least"] = draw(st.none() | numbers)
        if figure.better != "neither":
            limits["worse_by"] = draw(st.none() | numbers)
            limits["worse_by_percent"] = draw(st.none() | numbers)
        if any(limit is not None for limit in limits.values()):
            relative = limits.get("worse_by") is not None
            certain = figure.name in BOUNDS and relative and draw(st.booleans())
            rules[figure.name] = Rule(**limits, only_if_certain=certain)
    assume(rules)
    return Policy(**{kind: rules})


@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_better_figures_never_turn_a_pass_into_a_refusal(data: st.DataObject, kind: Kind) -> None:
    policy = data.draw(policies(kind))
    names = [figure.name for figure in of_kind(kind)]
    figures = st.fixed_dictionaries(dict.fromkeys(names, numbers))
    current, new = outcome(kind, data.draw(figures)), data.draw(figures)
    name = data.draw(st.sampled_from([n for n in names if FIGURES[n].better != "neither"]))
    gain = data.draw(numbers)
    sign = -1 if FIGURES[name].better == "lower" else 1
    better = new | {name: new[name] + sign * gain}
    if judge(outcome(kind, new), current, policy).passed:
        assert judge(outcome(kind, better), current, policy).passed


@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_whatever_is_measured_there_is_a_reason_for_each_refusal(
    data: st.DataObject, kind: Kind
) -> None:
    anything = st.none() | st.floats()
    names = st.sampled_from([figure.name for figure in of_kind(kind)])
    figures = st.dictionaries(names, anything)
    new, current = outcome(kind, data.draw(figures)), outcome(kind, data.draw(figures))
    verdict = judge(new, current, data.draw(policies(kind)), data.draw(st.none() | st.just(MIB)))
    assert verdict.passed == (not verdict.reasons)
    for check in verdict.checks:
        assert (check.state == "refused") == bool(check.reason)
        assert check.state == "refused" or (check.new is not None and math.isfinite(check.new))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[stt]\nwerr = { worse_by = 1 }", ["[stt]", "'werr'", "wer,"]),
        ("[stt]\nmiss_rate = { worse_by = 1 }", ["[stt]", "'miss_rate'"]),
        ("[stt]\nwer = { worse = 1 }", ["[stt] wer.worse", "unknown key", "worse_by"]),
        ("[speech]\nwer = { worse_by = 1 }", ["[speech]", "unknown key", "stt"]),
        ("[stt]\nwer = {}", ["[stt] wer", "no limit"]),
        ("[stt]\nwer = { worse_by = -1 }", ["[stt] wer.worse_by", "greater than or equal to 0"]),
        ("[stt]\nwer = { worse_by = nan }", ["[stt] wer.worse_by"]),
        ("[stt]\nwer = { at_least = 3 }", ["[stt] wer", "write at_most"]),
        ("[llm]\nsame_top = { at_most = 3 }", ["[llm] same_top", "write at_least"]),
        ("[stt]\nwords = { worse_by = 3 }", ["[stt] words", "neither"]),
        ("[stt]\nwer = { memory_percent = 3 }", ["[stt] wer", "peak_rss_mib"]),
        ("[llm]\nperplexity = { worse_by = 3, only_if_certain = true }", ["only_if_certain"]),
        ("[boards]\npi6 = 3", ["[boards]", "pi5-8gb"]),
        ("[boards]\npi4 = 0", ["[boards]", "0 MiB"]),
        ("stt = 3", ["[stt]"]),
        ("[stt", ["no TOML file"]),
    ],
)
def test_a_mistake_in_a_policy_is_one_sentence(tmp_path: Path, text: str, says: list[str]) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_policy(path)
    message = str(caught.value)
    assert "\n" not in message
    for part in ["policy.toml", *says]:
        assert part in message


def test_a_policy_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the name"):
        load_policy(tmp_path / "none.toml")
    (tmp_path / "large.toml").write_text("#" * 200_000)
    with pytest.raises(InputError, match="too large"):
        load_policy(tmp_path / "large.toml")


def test_the_shipped_policy_knows_every_board() -> None:
    from typing import get_args

    from models.catalog import Board

    assert set(SHIPPED.boards) == set(get_args(Board))
