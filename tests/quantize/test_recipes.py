"""Recipes are command lines that exist."""

import shlex
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from assistant.errors import InputError
from models.catalog import Format, default_catalog
from tools.quantize import cli
from tools.quantize.llama.types import named
from tools.quantize.recipes import Recipe, recipes

GIVEN, WORK = Path("somewhere with blanks"), Path("work")


def commands(recipe: Recipe) -> list[list[str]]:
    return recipe.commands(
        dict.fromkeys(recipe.needs, GIVEN), WORK, lambda name: Path(f"{name}.bin")
    )


@pytest.mark.parametrize("name", recipes())
def test_every_step_is_a_command_with_options_it_has(name: str) -> None:
    import typer.main

    root = typer.main.get_command(cli.app)
    for arguments in commands(recipes()[name]):
        group, rest = root, arguments
        while hasattr(group, "resolve_command"):
            with group.make_context("quantize", rest, resilient_parsing=True) as context:
                _, group, rest = group.resolve_command(context, rest)
        group.make_context("step", rest)  # raises UsageError


def made(arguments: list[str]) -> set[str]:
    """What a step writes that a later one may read."""
    group, kind, *rest = arguments
    if group == "imatrix":
        return {rest[rest.index("--out") + 1]}
    if group != "quantize":
        return set()
    source = Path(rest[0])
    types = rest[rest.index("--to") + 1].split(",")
    if kind == "ggml" and types == ["all"]:
        types = [*get_args(Format)]
    names = {"ggml": "{stem}-{to}.bin", "onnx": "{stem}-{to}.onnx"}
    return {
        named(source, to) if kind == "gguf" else names[kind].format(stem=source.stem, to=to)
        for to in types
    }


@pytest.mark.parametrize("name", recipes())
def test_steps_read_only_what_earlier_ones_have_written(name: str) -> None:
    """Under the names that each command gives its files."""
    chosen, there = recipes()[name], set[str]()
    catalog = default_catalog().entries
    steps = chosen.commands(
        dict.fromkeys(chosen.needs, GIVEN), WORK, lambda name: Path(catalog[name].files[0].path)
    )
    for arguments in steps:
        written = made(arguments)
        read = [Path(each) for each in arguments if Path(each).suffix in (".bin", ".gguf", ".onnx")]
        for path in read:
            if path.parent == WORK and str(path) not in written:
                assert path.name in there, arguments
        there |= {Path(each).name for each in written}
    assert there


def test_what_is_needed_must_be_given_and_nothing_else() -> None:
    plain = Recipe(name="a", title="A", needs={"data": "a manifest"}, steps=("evaluate {data}",))
    assert plain.commands({"data": GIVEN}, Path("w"), Path) == [["evaluate", str(GIVEN)]]
    with pytest.raises(InputError, match="needs --with data=PATH: a manifest"):
        plain.commands({}, Path("w"), Path)
    with pytest.raises(InputError, match="no use for --with text=PATH"):
        plain.commands({"data": GIVEN, "text": GIVEN}, Path("w"), Path)


@pytest.mark.parametrize("step", ["evaluate {nothing}", "evaluate {model}", "gate {work:x}"])
def test_a_place_that_nobody_fills_is_a_mistake_in_the_recipe(step: str) -> None:
    with pytest.raises(ValueError, match="is no place"):
        Recipe(name="a", title="A", steps=(step,))


def test_they_are_listed_and_shown() -> None:
    listed = CliRunner().invoke(cli.app, ["recipe"])
    assert listed.exit_code == 0
    for name in recipes():
        assert name in listed.stdout


def test_it_ends_where_a_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def refused(command: list[str]) -> subprocess.CompletedProcess[str]:
        done.append(command)
        return subprocess.CompletedProcess(command, 2)

    monkeypatch.setattr(
        "tools.quantize.commands.recipe.find",
        lambda name: Recipe(name="a", title="A", steps=("report x --table y", "inspect z")),
    )
    monkeypatch.setattr("subprocess.run", refused)
    result = CliRunner().invoke(cli.app, ["recipe", "a", "--run", "--work", str(tmp_path / "w")])
    assert result.exit_code == 2
    assert [shlex.join(each[4:]) for each in done] == ["report x --table y"]
