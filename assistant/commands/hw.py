"""`assistant hw`: which board this is, what suits it, and why."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer

from assistant.commands.options import ConfigOption, JsonOption
from assistant.config import load, threads_of
from hw import board as machine
from hw.board import Board
from hw.profile import Models, Threads
from models.store import Store

ROLES = {
    "stt": "speech to text",
    "turn": "turn detector",
    "llm": "language model",
    "prompt": "its prompts",
    "tts": "voice",
}


def hw(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show the board, the profile chosen for it, the threads and models that suit it, and why.

    Threads that the configuration states are shown beside the profile's, and are the ones used.
    The models are only proposed: `assistant models pull` and [stt], [llm], [tts] choose.
    """
    board = machine.here()
    used = threads_of(load(config))
    if as_json:
        typer.echo(json.dumps(_described(board, used), ensure_ascii=False))
        return
    for line in _lines(board, used):
        typer.echo(line)


def _proposed(board: Board) -> dict[str, str]:
    return board.models.model_dump(include=set(Models.model_fields))


def _described(board: Board, used: Threads) -> dict[str, Any]:
    return {
        "facts": asdict(board.facts) | {"compute_cores": board.facts.compute_cores},
        "profile": board.profile.name,
        "title": board.profile.title,
        "threads": board.threads.model_dump(),
        "threads_used": used.model_dump(),
        "models": _proposed(board),
        "catalog_board": board.models.board,
        "why": list(board.why),
        "notes": list(board.profile.notes),
    }


def _lines(board: Board, used: Threads) -> Iterator[str]:
    facts = board.facts
    yield f"board      {facts.model or board.profile.title}"
    yield f"profile    {board.profile.name}"
    yield f"processor  {facts.architecture}, {facts.compute_cores} of {facts.cores} cores to use"
    yield f"memory     {facts.memory_mib:,} MiB"
    yield "\nthreads"
    for name, role in ROLES.items():
        count, stated = getattr(board.threads, name), getattr(used, name)
        note = "" if count == stated else f"   {stated} in the configuration, which counts"
        yield f"  {role:<15} {count}{note}"
    yield "\nmodels to try first"
    store = Store()
    for role, model in _proposed(board).items():
        there = store.is_installed(store.catalog.entry(model))
        state = "installed" if there else f"assistant models pull {model}"
        yield f"  {ROLES[role]:<15} {model:<24} {state}"
    yield "\nwhy"
    yield from (f"  {sentence}" for sentence in board.why)
    yield "\ngood to know"
    yield from (f"  {sentence}" for sentence in board.profile.notes)
