"""From outcomes to what people read."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.quantize.test_table import bundle, job, outcome
from tools.quantize.cli import app
from tools.quantize.job import Outcome
from tools.quantize.report.comparison import comparisons
from tools.quantize.report.html import html
from tools.quantize.report.markdown import markdown
from tools.quantize.report.page import Picture, page
from tools.quantize.report.pareto import front
from tools.quantize.report.recommend import recommend
from tools.quantize.table import Table

BOARDS = {"pi5": "Raspberry Pi 5", "generic-x86-64": "A PC"}
PC = {"cpu": "Xeon", "cores_usable": 2, "profile": "generic-x86-64", "load_average": 0.5}


def heard(
    quantisation: str,
    wer: float,
    p50: float,
    *,
    name: str = "tiny",
    size: int = 1,
    **changed: object,
) -> Outcome:
    """What came of a recogniser of `size` times 3 bytes."""
    files = bundle(f"{name}-{quantisation}").files * size
    made = job(
        name=name,
        quantisation=quantisation,
        model={"files": files},
        settings={"threads": 2, "quantised": quantisation},
    )
    figures = {
        "wer": wer,
        "wer_low": wer - 0.01,
        "wer_high": wer + 0.01,
        "cpu_per_audio_s": p50 / 2,
        "latency_p50_s": p50,
        "latency_p95_s": 1.5 * p50,
    }
    return outcome(made, machine=PC, figures=figures, **changed)


SIX = [
    heard("f16", 0.100, 0.30, size=9),
    heard("q8_0", 0.101, 0.20, size=5),
    heard("q5_0", 0.104, 0.22, size=4),
    heard("q2_k", 0.300, 0.18, size=2),
    heard("f16", 0.050, 0.90, name="base", size=20),
    heard("q8_0", 0.052, 0.80, name="base", size=10),
]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_the_front_is_what_nothing_dominates(points: list[tuple[int, int]]) -> None:
    def dominated(one: tuple[int, int]) -> bool:
        return any(o[0] <= one[0] and o[1] <= one[1] and o != one for o in points)

    wanted = {n for n, point in enumerate(points) if not dominated(point)}
    assert front([(float(x), float(y)) for x, y in points]) == wanted


def advice(outcomes: Sequence[Outcome], board: str) -> tuple[list[str], str]:
    (comparison,) = comparisons(outcomes)
    (found,) = (one for one in recommend(comparison, BOARDS) if one.board == board)
    return [e.label.split(" quantised")[0] for e in found.entries], " ".join(found.words)


def test_what_is_quick_enough_and_as_good_as_the_best_is_chosen_for_its_speed() -> None:
    labels, words = advice(SIX, "generic-x86-64")
    assert labels == ["tiny q8_0"]
    assert "2 of 6 are left out (processor time" in words
    assert "word error rate 10.10 %" in words


def test_delays_of_a_busy_machine_are_said_to_be_so() -> None:
    busy = [heard("f16", 0.1, 0.3), heard("q8_0", 0.1, 0.2)]
    assert "compare processor times" not in markdown(page(busy, BOARDS), "")
    machine = PC | {"load_average": 2.5}
    busy = [one.model_copy(update={"machine": machine}) for one in busy]
    assert "compare processor times" in markdown(page(busy, BOARDS), "")


def test_if_nothing_is_quick_enough_the_best_is_said_to_be_slow() -> None:
    labels, words = advice(SIX[4:], "generic-x86-64")
    assert labels == ["base q8_0"]
    assert "None keeps to" in words


def test_no_speed_is_claimed_for_a_board_that_was_not_there() -> None:
    labels, words = advice(SIX, "pi5")
    # q5_0 is smaller and as good, but has no kernels there.
    assert labels == ["base q8_0", "tiny q8_0"]
    assert "How quick they are there is not known" in words
    assert "delay" not in words


def test_only_what_may_be_compared_is() -> None:
    elsewhere = heard("q8_0", 0.2, 0.1)
    on_other_data = outcome(job(data=bundle("other.jsonl", "7")), machine=PC)
    groups = comparisons(
        [*SIX, elsewhere.model_copy(update={"machine": {"cpu": "other"}}), on_other_data]
    )
    assert [len(group.entries) for group in groups] == [6, 1, 1]


def test_distances_from_two_models_are_not_compared() -> None:
    references = bundle("a.gguf", "a"), bundle("b.gguf", "b")
    found = [
        outcome(job(kind=kind, reference=each), machine=PC)
        for kind in ("llm", "stt")
        for each in references
    ]
    assert [(group.kind, len(group.entries)) for group in comparisons(found)] == [
        ("llm", 1),
        ("llm", 1),
        ("stt", 2),
    ]


def test_the_page_has_tables_pictures_and_what_failed() -> None:
    failed = outcome(job(name="broken"), figures={}, error="It <does> not load.")
    blocks = list(page([*SIX, failed], BOARDS))
    text = markdown(blocks, "made so")
    assert "| **tiny q8_0" in text
    assert "10.10 (9.10 to 11.10)" in text
    assert "![word error rate, % against size, MB" in text
    whole = html(blocks, "made so")
    assert whole.count("<svg") == 3
    assert "It &lt;does&gt; not load." in whole


def test_what_is_far_from_all_others_does_not_squash_them() -> None:
    blocks = list(page([*SIX, heard("q1", 0.94, 0.1)], BOARDS))
    pictures = [block for block in blocks if isinstance(block, Picture)]
    far = "Off the picture: tiny q1 quantised=q1 94.00 %"
    assert len(pictures) == 3
    # Text is drawn as shapes, whose comment says what they are.
    assert all(far in picture.svg for picture in pictures)


def test_the_html_needs_nothing_else_and_ids_are_its_own() -> None:
    whole = html(list(page(SIX, BOARDS)), "made so")
    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"|@import|<script|url\((?!#)", whole)
    ids = re.findall(r'\bid="([^"]+)"', whole)
    assert len(ids) == len(set(ids))
    for used in re.findall(r'(?:href="|url\()#([^")]+)', whole):
        assert used in ids


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    table = Table(tmp_path / "t.db")
    for each in SIX:
        table.add(each)
    for out in ("one", "two"):
        arguments = ["report", str(tmp_path / out), "--table", str(tmp_path / "t.db"), "--json"]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["outcomes"] == {"stt": 6}
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    assert {file.suffix for file in (tmp_path / "one").iterdir()} == {".md", ".html", ".svg"}


def test_a_report_that_is_there_stays(tmp_path: Path) -> None:
    Table(tmp_path / "t.db").add(SIX[0])
    arguments = ["report", str(tmp_path / "out"), "--table", str(tmp_path / "t.db")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "is there already" in str(CliRunner().invoke(app, arguments).exception)
    assert CliRunner().invoke(app, [*arguments, "--force"]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--table", "missing.db"], "is not there"),
        (["--table", "t.db", "--kind", "speech"], "no kind 'speech'"),
        (["--table", "t.db", "--name", "nobody"], "Nothing of this was measured"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Table(Path("t.db"))
    result = CliRunner().invoke(app, ["report", "out", *arguments])
    assert said in str(result.exception)
    assert not Path("out").exists()
