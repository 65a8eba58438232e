"""A plan is expanded as it is written, and refused in one sentence that names the place."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from tools.quantize.job import Scalar
from tools.quantize.sweep.plan import Case, Grid, Plan, parse

WHOLE = """
[[grid]]
kind = "stt"
models = ["whisper-tiny.en", "new/*.bin"]
data = "recordings/manifest.jsonl"
sets = ["kitchen", "hall"]
limit = 50
reference = "whisper-tiny.en"
settings = { threads = [1, 2], context = "short" }
options = { half = "report" }

[[grid]]
kind = "tts"
models = ["en_US-joe-medium"]
"""


def test_every_model_meets_every_combination() -> None:
    cases = parse(WHOLE, "plan.toml").cases()
    options: dict[str, Scalar] = {"half": "report", "sets": "kitchen,hall", "limit": 50}
    common = ("recordings/manifest.jsonl", "whisper-tiny.en")
    single: dict[str, Scalar] = {"threads": 1, "context": "short"}
    double = single | {"threads": 2}
    assert cases == [
        Case("stt", "whisper-tiny.en", *common, single, options),
        Case("stt", "whisper-tiny.en", *common, double, options),
        Case("stt", "new/*.bin", *common, single, options),
        Case("stt", "new/*.bin", *common, double, options),
        Case("tts", "en_US-joe-medium", None, None, {}, {}),
    ]


def test_what_two_grids_share_is_done_once() -> None:
    grid = Grid(kind="wake", models=("alexa",), data="m.jsonl", settings={"threshold": (0.4, 0.5)})
    narrower = Grid(kind="wake", models=("alexa",), data="m.jsonl", settings={"threshold": 0.5})
    assert len(Plan(grid=(grid, narrower)).cases()) == 2


@given(
    st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=3, unique=True),
    st.dictionaries(
        st.text(max_size=3),
        st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True),
        max_size=3,
    ),
)
def test_a_grid_has_as_many_cases_as_its_sides_say(
    models: list[str], settings: dict[str, list[int]]
) -> None:
    grid = Grid.model_validate({"kind": "llm", "models": models, "data": "t", "settings": settings})
    cases = Plan(grid=(grid,)).cases()
    assert len(cases) == grid.size == len(models) * prod(map(len, settings.values()))
    assert all(case.settings.keys() == settings.keys() for case in cases)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[grid", "p.toml is not TOML"),
        ("", "p.toml: there is nothing to do; write a [[grid]] with kind and models."),
        ("table = 1\n" + WHOLE, "p.toml: 'table' is unknown; a plan consists of [[grid]] tables."),
        ("[[grid]]\nkind = 'stt'", "p.toml, grid 1, models: this key is missing; add it."),
        (WHOLE + "thread = 1", "p.toml, grid 2, thread: this key is unknown; choose from kind"),
        (WHOLE.replace('"stt"', '"vad"'), "p.toml, grid 1, kind: input should be 'stt'"),
        (WHOLE.replace("50", "0"), "p.toml, grid 1, limit: input should be greater than"),
        (WHOLE.replace("[1, 2]", "[]"), "p.toml, grid 1, settings.threads: "),
        (WHOLE.replace("[1, 2]", "[[1]]"), "p.toml, grid 1, settings.threads: "),
        (WHOLE.replace("[1, 2]", "nan"), "p.toml, grid 1, settings.threads: "),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text, "p.toml")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value).removesuffix(".")


def test_a_plan_for_years_is_refused() -> None:
    numbers = list(range(101))
    more = ", ".join(f"setting{number} = {numbers}" for number in range(9))
    with pytest.raises(InputError, match="more than 10,000 jobs"):
        parse(WHOLE.replace("[1, 2]", f"{numbers}, {more}"), "p.toml").cases()
