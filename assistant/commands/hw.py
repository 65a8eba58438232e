"""`assistant hw`: which board this is, how it is, what suits it, and why."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from assistant.config import load, threads_of
from assistant.errors import InputError
from assistant.options import ConfigOption, JsonOption
from hw import board as machine
from hw import sensors
from hw.board import Board
from hw.instructions import for_cuda
from hw.profile import ECHO, Models, Threads
from hw.sensors import Readings
from models.store import Store

ROLES = {
    "stt": "speech to text",
    "turn": "turn detector",
    "llm": "language model",
    "prompt": "its prompts",
    "tts": "voice",
    "smaller": "if hot, instead",
}


def hw(
    as_json: JsonOption = False,
    drop_in: Annotated[
        bool,
        typer.Option("--drop-in", help="Print the limits of memory for the service, for systemd."),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Show the board, how it is now, the threads, cores, limits and models that suit it, and why.

    Threads that the configuration states are shown beside the profile's, and are the ones used.
    The models are only proposed: `assistant models pull` fetches one, and stt.model, llm.model,
    llm.smaller and tts.voice in the configuration choose. Nothing is changed by this command.
    """
    if drop_in and as_json:
        raise InputError("Say one of --drop-in and --json: the limits for systemd are no JSON.")
    board = machine.here()
    if drop_in:  # for the installer, whatever is in the configuration
        typer.echo(_drop_in(board))
        return
    now, used = sensors.read(), threads_of(load(config))
    if as_json:
        typer.echo(json.dumps(_described(board, now, used), ensure_ascii=False))
        return
    for line in (*_lines(board, used), *_now(now), *_advice(board)):
        typer.echo(line)


def _drop_in(board: Board) -> str:
    """What systemd/install.sh and the package write beside the unit."""
    lines = (
        f"# For this board ({board.profile.name}). Each installation writes it anew: what is to be",
        "# different goes into a drop-in that comes after it, `sudo systemctl edit assistant`.",
        "[Service]",
        *board.service_memory.settings,
    )
    return "\n".join(lines)


def _proposed(models: Models) -> dict[str, str]:
    """By role; without a smaller model if there is none."""
    proposed = models.model_dump(include=set(Models.model_fields))
    return {role: proposed[role] for role in ROLES if proposed.get(role)}


def _described(board: Board, now: Readings, used: Threads) -> dict[str, Any]:
    cuda = board.models.cuda
    return {
        "facts": asdict(board.facts) | {"compute_cores": board.facts.compute_cores},
        "profile": board.profile.name,
        "title": board.profile.title,
        "now": asdict(now)
        | {
            "throttle": now.throttle
            and {
                "bits": now.throttle.bits,
                "now": now.throttle.now,
                "before": now.throttle.before,
            }
        },
        "threads": board.threads.model_dump(),
        "threads_used": used.model_dump(),
        "pins": asdict(board.pins),
        "models": _proposed(board.models),
        "models_with_cuda": cuda and _proposed(cuda),
        "compiled_for_cuda": _compiled_for_cuda() if cuda else None,
        "catalog_board": board.models.board,
        "heat": board.profile.heat.model_dump() | {"resume_c": board.profile.heat.resume_c},
        "service_memory": asdict(board.service_memory),
        "power": [setting.model_dump() for setting in board.profile.power],
        "audio": list(board.profile.audio),
        "echo": list(ECHO),
        "why": list(board.why),
        "notes": list(board.profile.notes),
    }


def _compiled_for_cuda() -> dict[str, bool]:
    # Here, because it loads both libraries, which takes a second.
    from assistant.engines.instructions import built

    return {name: for_cuda(said) for name, said in built().items() if said is not None}


def _lines(board: Board, used: Threads) -> Iterator[str]:
    facts = board.facts
    printed = f" (printed on it: {facts.printed_mib:,})" if facts.printed_mib else ""
    yield f"board      {facts.model or board.profile.title}"
    if facts.jetson_linux:
        yield f"system     Jetson Linux {facts.jetson_linux}{_jetpack(facts.jetson_linux)}"
    yield f"profile    {board.profile.name}"
    yield f"processor  {facts.architecture}, {facts.compute_cores} of {facts.cores} cores to use"
    yield f"memory     {facts.memory_mib:,} MiB{printed}"
    if facts.container:
        yield f"container  {facts.container}"
    yield "\nthreads"
    for name in Threads.model_fields:
        count, stated = getattr(board.threads, name), getattr(used, name)
        note = "" if count == stated else f"   {stated} in the configuration, which counts"
        yield f"  {ROLES[name]:<15} {count}{note}"
    if board.pins.advised:
        yield "\ncores"
        yield f"  {'the audio':<15} {_numbers(board.pins.audio)}"
        yield f"  {'the engines':<15} {_numbers(board.pins.engines)}"
    yield "\nmodels to try first"
    yield from _models(board.models)
    if board.models.cuda is not None:
        compiled = all(_compiled_for_cuda().values())
        state = "they are" if compiled else "they are not: docs/boards.md"
        yield f"\nmodels if the engines were compiled for the GPU ({state})"
        yield from _models(board.models.cuda)


def _models(models: Models) -> Iterator[str]:
    store = Store()
    for role, model in _proposed(models).items():
        there = store.is_installed(store.catalog.entry(model))
        state = "installed" if there else f"assistant models pull {model}"
        yield f"  {ROLES[role]:<15} {model:<27} {state}"


def _now(now: Readings) -> Iterator[str]:
    unknown = "not known here"
    celsius = now.temperature_c
    yield "\nright now"
    yield f"  temperature     {unknown if celsius is None else f'{celsius:.1f} °C'}"
    if now.throttle is not None and (now.throttle.now or now.throttle.before):
        yield f"  power and heat  {'; '.join((*now.throttle.now, *now.throttle.before))}"
    elif now.under_voltage is not None:
        yield f"  supply          {'its voltage is too low' if now.under_voltage else 'good'}"
    if now.slowed:
        yield "  slowed down     yes: it is too hot, or its supply too weak"
    if now.power_mode is not None:
        yield f"  power mode      {now.power_mode}"
    if now.governors:
        yield f"  governor        {', '.join(now.governors)}"
    if now.allowed_mhz is not None and now.possible_mhz is not None:
        yield f"  speed           up to {now.allowed_mhz:,} of {now.possible_mhz:,} MHz"
    memory = now.memory
    free = unknown if memory.available_mib is None else f"{memory.available_mib:,} MiB available"
    yield f"  memory          {free}"
    if memory.limit_mib is not None and memory.left_mib is not None:
        yield f"  of the service  {memory.left_mib:,} of {memory.limit_mib:,} MiB left"


def _advice(board: Board) -> Iterator[str]:
    heat, memory = board.profile.heat, board.service_memory
    yield "\nlimits"
    yield (
        f"  heat            less is done from {heat.shed_c:g} °C on, all again below "
        f"{heat.resume_c:g} °C"
    )
    if memory.max_mib:
        yield f"  service         MemoryHigh={memory.high_mib}M  MemoryMax={memory.max_mib}M"
    for title, sentences in {
        "why": (*board.why, heat.source),
        "sound": (*board.profile.audio, *ECHO),
        "good to know": board.profile.notes,
    }.items():
        yield from [f"\n{title}"] if sentences else []
        yield from (f"  {sentence}" for sentence in sentences)
    yield "\nto make it quicker"
    for setting in board.profile.power:
        yield f"  {setting.command}"
        yield f"      {setting.why}"


def _numbers(processors: tuple[int, ...]) -> str:
    return ", ".join(map(str, processors))


def _jetpack(release: str) -> str:
    """Jetson Linux 36 is the system of JetPack 6; its Python is 3.10, this project's floor 3.11."""
    known = {"35": "JetPack 5", "36": "JetPack 6", "38": "JetPack 7", "39": "JetPack 7"}
    name = known.get(release.partition(".")[0])
    return f" ({name})" if name else ""
