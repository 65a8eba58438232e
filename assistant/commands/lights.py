"""`assistant lights`: what each light means, shown where there are some, or drawn."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from assistant.config import Settings, load
from assistant.errors import DeviceError, InputError
from assistant.lights.animation import frame
from assistant.lights.picture import TILES, svg
from assistant.lights.scene import Shown
from assistant.options import ConfigOption, JsonOption
from assistant.panel.build import Ring, find_hat, find_ring
from hw.lights.ring import LightRing

Engine = Literal["terminal", "apa102", "ws2812"]
TOUR = tuple(tile.shown for tile in TILES)
"""In the order of the picture."""


def lights(
    scene: Annotated[
        list[str] | None,
        typer.Option(
            "--scene",
            metavar="NAME",
            help="Only this one, such as listening or muted; may be repeated.",
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=3600, help="How long each scene is shown.")
    ] = 3.0,
    engine: Annotated[
        Engine | None,
        typer.Option(help="Try these instead of the configured ones."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--svg", help="Write a picture of all scenes here, show nothing.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show every scene of the lights and say what it means: a test of LEDs, and a tour.

    LEDs are those that the configuration names under "panel" and "lights"; without any, a ring is
    drawn on the terminal. The scenes are those of `assistant run`. Ctrl-C ends it.
    """
    shown = _chosen(scene)
    if picture is not None:
        _write(picture)
    elif as_json:
        typer.echo(json.dumps([_described(each) for each in shown], ensure_ascii=False))
    else:
        _show(_ring(load(config), engine), shown, seconds)


def _chosen(names: list[str] | None) -> list[Shown]:
    known = {each.scene.name.lower(): each for each in TOUR}
    for name in names or ():
        if name.lower() not in known:
            raise InputError(f"There is no scene {name!r}; choose from: {', '.join(known)}.")
    return [known[name.lower()] for name in names] if names else list(TOUR)


def _described(shown: Shown) -> dict[str, Any]:
    tile = next(tile for tile in TILES if tile.shown == shown)
    return {
        "scene": shown.scene.name.lower(),
        "looks": tile.text,
        "means": shown.scene.value,
    }


def _write(path: Path) -> None:
    try:
        path.write_text(svg(), "utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def _ring(settings: Settings, engine: Engine | None) -> Ring:
    chosen = settings.lights
    hat = find_hat(settings.panel.hat)
    if engine is not None:
        chosen = chosen.model_copy(update={"engine": engine})
    found = find_ring(chosen, hat)
    if found is None:
        found = find_ring(chosen.model_copy(update={"engine": "terminal"}), hat)
    assert found is not None
    return found


def _show(ring: Ring, scenes: list[Shown], seconds: float) -> None:
    try:
        with ring.open() as lights:
            for shown in scenes:
                told = _described(shown)
                typer.echo(f"{told['scene']:<10} {told['looks']:<25} {told['means']}")
                _play(lights, shown, ring.pixels, seconds)
    except OSError as error:
        raise DeviceError(
            f"The lights cannot be reached: {error.strerror or error}"
            f"{f' ({error.filename})' if error.filename else ''}."
        ) from error


def _play(
    lights: LightRing,
    shown: Shown,
    pixels: int,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    began_s = clock()
    while (t_s := clock() - began_s) < seconds:
        made = frame(shown, t_s, pixels)
        lights.show(made.colours)
        next_s = seconds if made.next_s is None else min(seconds, made.next_s)
        sleep(max(0.0, next_s - t_s))
