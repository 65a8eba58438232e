"""`assistant devices`: which microphones and loudspeakers there are, and whether they work."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from assistant.audio import trial
from assistant.audio.devices import Device, choose
from assistant.audio.portaudio import PortAudio
from assistant.audio.trial import FLOOR_DBFS, TONE_HZ
from assistant.audio.types import Pcm
from assistant.clock import WallClock
from assistant.config import Settings, load
from assistant.errors import DeviceError
from assistant.options import ConfigOption


def devices(
    test: Annotated[
        bool,
        typer.Option("--test", help="Play a tone and record 3 s with the configured devices."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    config: ConfigOption = None,
) -> None:
    """List microphones and loudspeakers, and what to write into the configuration.

    Into the sections "mic" and "speaker" goes device = "…": a name from this list, or a unique part
    of it, or card:ID or usb:PORT, which tell two devices of one name apart. Numbers change; these
    do not.
    """
    settings = load(config)
    host = PortAudio()
    found = host.devices()
    report: dict[str, Any] = {"devices": [_row(device) for device in found]}
    chosen = {"input": settings.mic.device, "output": settings.speaker.device}
    for kind, selector in chosen.items():
        report[kind] = _chosen(found, selector, kind)
    if not as_json:
        _print(found, report)
    if test:
        clock = WallClock()
        report["tone"] = _play(host, settings, clock)
        report["heard"] = _record(host, settings, clock, quiet=as_json)
        if not as_json:
            _judge(report)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))


def _row(device: Device) -> dict[str, Any]:
    return {
        "name": device.name,
        "names": list(device.names),
        "inputs": device.inputs,
        "outputs": device.outputs,
        "rate": device.rate,
        "default_input": device.default_input,
        "default_output": device.default_output,
    }


def _chosen(found: list[Device], selector: str, kind: Any) -> dict[str, Any]:
    try:
        return {"device": selector, "found": choose(found, selector, kind).name}
    except DeviceError as error:
        return {"device": selector, "error": str(error)}


def _print(found: list[Device], report: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table("name", "also called", "in", "out", "Hz", "default")
    for device in found:
        default = [
            word
            for word, is_default in (("in", device.default_input), ("out", device.default_output))
            if is_default
        ]
        table.add_row(
            device.name,
            ", ".join(device.names[1:]),
            str(device.inputs or "–"),
            str(device.outputs or "–"),
            str(device.rate),
            ", ".join(default),
        )
    if found:
        console.print(table)
    else:
        console.print("There are no audio devices; plug one in, or start the sound server.")
    for kind, section in (("input", "mic"), ("output", "speaker")):
        chosen = report[kind]
        line = chosen["error"] if "error" in chosen else f"{chosen['device']} → {chosen['found']}"
        console.print(f"[{section}] device: {line}", markup=False)


def _play(host: PortAudio, settings: Settings, clock: WallClock) -> dict[str, Any]:
    """A tone; the seconds that the device took to play it."""
    played = trial.play(host, settings.speaker, clock)
    return {"rate": played.rate, "seconds": round(played.seconds, 2)}


def _record(host: PortAudio, settings: Settings, clock: WallClock, quiet: bool) -> dict[str, Any]:
    """Levels of what was heard, in dBFS; with a meter on stderr while it lasts."""
    meter = Progress(
        TextColumn("say something"),
        BarColumn(),
        TextColumn("{task.fields[level]:>4.0f} dBFS"),
        console=Console(stderr=True, quiet=quiet),
        transient=True,
    )
    with meter:
        bar = meter.add_task("", total=-FLOOR_DBFS, level=FLOOR_DBFS)

        def show(block: Pcm) -> None:
            level = trial.dbfs(trial.rms(block))
            meter.update(bar, completed=level - FLOOR_DBFS, level=level)

        heard, rate = trial.listen(host, settings.mic, clock, show)
    return {
        "rate": rate,
        "seconds": round(len(heard) / rate, 2),
        "peak_dbfs": round(trial.dbfs(trial.peak(heard)), 1),
        "rms_dbfs": round(trial.dbfs(trial.rms(heard)), 1),
        "clipped": trial.clipped(heard),
    }


def _judge(report: dict[str, Any]) -> None:
    """One line a device: what the figures mean."""
    console, heard = Console(highlight=False), report["heard"]
    console.print(f"loudspeaker: a {TONE_HZ:.0f} Hz tone was played; you should have heard it.")
    told = f"peak {heard['peak_dbfs']:.0f} dBFS, mean {heard['rms_dbfs']:.0f} dBFS"
    if not heard["seconds"]:
        verdict = "nothing arrived: it is muted, or another program has it."
    elif heard["peak_dbfs"] <= FLOOR_DBFS:
        verdict = "digital silence: it is muted or broken."
    elif heard["clipped"]:
        verdict = f"{told}: too loud, {heard['clipped']} samples are cut off; lower its gain."
    elif heard["rms_dbfs"] < -60:
        verdict = f"{told}: very soft; raise its gain, or speak while it records."
    else:
        verdict = f"{told}: it works."
    console.print(f"microphone: {verdict}")
