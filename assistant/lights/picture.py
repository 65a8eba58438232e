"""Every scene as an SVG picture, drawn from the frames that the lights get. Pure."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from assistant.lights.animation import ANIMATIONS, Rgb, frame
from assistant.lights.scene import Scene, Shown

PIXELS = 12
_COLUMNS = 5
_CELL = (190, 236)
_RING, _LIGHT = 52.0, 8.5
"""Radii."""
_SAMPLE_S = 0.1
"""Between two pictures of something that moves: a viewer fills in what is between."""
_OFF = "#2b323c"


class Tile(NamedTuple):
    """One drawing."""

    shown: Shown
    title: str
    text: str
    at_s: float
    """The moment that a still picture shows."""


TILES = (
    Tile(Shown(Scene.IDLE), "waiting", "dark", 0),
    Tile(Shown(Scene.LISTENING), "listening", "whole ring, steady", 1),
    Tile(Shown(Scene.THINKING), "thinking", "a comet goes round", 0.5),
    Tile(Shown(Scene.SPEAKING), "speaking", "whole ring, breathing", 0.8),
    Tile(Shown(Scene.RINGING), "ringing", "halves in turn", 0.0),
    Tile(Shown(Scene.MUTED, muted=True), "microphone closed", "two opposite lights", 0),
    Tile(Shown(Scene.BROKEN), "device missing", "half a ring, steady", 0),
    Tile(Shown(Scene.FAILED), "failed", "every second light pulses", 0.45),
    Tile(Shown(Scene.SHED), "hot, does less", "one light, steady", 0),
    Tile(Shown(Scene.STARTING), "waking up", "a soft dot goes round", 0.4),
)
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
font-family="system-ui, 'DejaVu Sans', sans-serif" role="img" aria-labelledby="title desc">
  <title id="title">What the lights mean</title>
  <desc id="desc">{description}</desc>
  <style>
    .panel {{ fill: #f8fafc; stroke: #cbd5e1 }} .device {{ fill: #161b22; stroke: #475569 }}
    .name {{ font-size: 15px; font-weight: 600; fill: #0f172a }}
    .what {{ font-size: 12px; fill: #475569 }}
  </style>
  <defs>
    <filter id="glow" x="-150%" y="-150%" width="400%" height="400%">
      <feGaussianBlur stdDeviation="5" result="halo"/>
      <feMerge><feMergeNode in="halo"/><feMergeNode in="SourceGraphic"/></feMerge>
    </filter>
  </defs>
  <rect class="panel" x="0.5" y="0.5" width="{inner_width}" height="{inner_height}" rx="12"/>"""


def svg(tiles: Sequence[Tile] = TILES, pixels: int = PIXELS) -> str:
    """What moves, moves in a viewer that can; elsewhere each tile shows one moment."""
    width = _COLUMNS * _CELL[0] + 20
    height = math.ceil(len(tiles) / _COLUMNS) * _CELL[1] + 14
    description = " ".join(f"{tile.title}: {tile.text}." for tile in tiles)
    lines = [
        _HEAD.format(
            width=width,
            height=height,
            inner_width=width - 1,
            inner_height=height - 1,
            description=description,
        )
    ]
    for index, tile in enumerate(tiles):
        row, column = divmod(index, _COLUMNS)
        x, y = 10 + (column + 0.5) * _CELL[0], 12 + row * _CELL[1]
        lines += _tile(tile, x, y, pixels)
    return "\n".join([*lines, "</svg>", ""])


def _tile(tile: Tile, x: float, y: float, pixels: int) -> list[str]:
    middle = y + 84
    lines = [f'  <circle class="device" cx="{x:g}" cy="{middle:g}" r="76"/>']
    for index in range(pixels):
        angle = 2 * math.pi * index / pixels
        place = (
            f'cx="{x + _RING * math.sin(angle):.1f}" cy="{middle - _RING * math.cos(angle):.1f}"'
        )
        lines.append(_light(tile, index, place, pixels))
    return [
        *lines,
        f'  <text class="name" x="{x:g}" y="{y + 186:g}" text-anchor="middle">{tile.title}</text>',
        f'  <text class="what" x="{x:g}" y="{y + 205:g}" text-anchor="middle">{tile.text}</text>',
    ]


def _light(tile: Tile, index: int, place: str, pixels: int) -> str:
    still = _colour(frame(tile.shown, tile.at_s, pixels).colours[index])
    period_s = ANIMATIONS[tile.shown.scene].period_s
    samples = range(round(period_s / _SAMPLE_S) + 1 if period_s else 0)
    values = [
        _colour(frame(tile.shown, step * _SAMPLE_S, pixels).colours[index]) for step in samples
    ]
    lit = {still, *values} != {_OFF}
    head = f'  <circle {place} r="{_LIGHT}" fill="{still}"' + (
        ' filter="url(#glow)"' if lit else ""
    )
    if len(set(values)) < 2:
        return head + "/>"
    return (
        f'{head}><animate attributeName="fill" dur="{period_s:g}s" repeatCount="indefinite" '
        f'values="{";".join(values)}"/></circle>'
    )


def _colour(colour: Rgb) -> str:
    """A light that is off is seen as its grey cap; a dim one shines through it."""
    cap = tuple(int(_OFF[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{max(part, off):02x}" for part, off in zip(colour, cap, strict=True))
