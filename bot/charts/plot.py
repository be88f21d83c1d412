"""The drawing inside one card of a picture: line, gaps, target, own normal range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.charts.words import clean, cut, text, width
from handlers.vocabulary.outgoing import Panel, Tone

MOST_PERIODS = 12
_LABEL = 16.0
_HUGE = 1e100
"""Beyond this, differences of two numbers may overflow; they are scaled down first."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme. Told apart under the common colour blindnesses, and never the only sign of anything."""

    page: str
    card: str
    edge: str
    ink: str
    quiet: str
    line: str
    band: str
    target: str
    tones: dict[Tone, tuple[str, str]]
    """For each tone the colour of its words and shape, and the tint behind them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture, in pixels from its upper left corner."""

    x: float
    y: float
    wide: float
    high: float


def known(number: float | None) -> float | None:
    """The number, or None when it is missing, not a number or infinite."""
    return number if number is not None and math.isfinite(number) else None


def recent(panel: Panel) -> tuple[list[float | None], list[str]]:
    """The last twelve values and their labels."""
    values = [known(value) for value in panel.values][-MOST_PERIODS:]
    return values, list(panel.labels)[-len(values) :] if values else []


class Scale:
    """From numbers to pixels. A constant series lies in the middle; the ends keep a little air."""

    def __init__(self, numbers: Sequence[float | None], count: int, box: Box) -> None:
        there = [number for number in numbers if number is not None]
        self.shrink = 1e-100 if any(abs(number) > _HUGE for number in there) else 1.0
        scaled = [number * self.shrink for number in there] or [0.0]
        low, high = min(scaled), max(scaled)
        air = (high - low) * 0.12 or max(abs(high) * 0.05, 1e-9)
        self.low, self.span, self.box = low - air, high - low + 2 * air, box
        self.step = box.wide / (count - 1) if count > 1 else 0.0

    def y(self, number: float) -> float:
        """The height of ``number``."""
        return self.box.y + self.box.high * (1 - (number * self.shrink - self.low) / self.span)

    def x(self, index: int) -> float:
        """Where the period ``index`` stands; a single one stands in the middle."""
        return self.box.x + (self.step * index if self.step else self.box.wide / 2)


def shape(tone: Tone, x: float, y: float, radius: float, colour: str) -> str:
    """The shape of a tone: disc, triangle, square, ring, dash. The same in every renderer."""
    r = radius
    if tone is Tone.GOOD:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{colour}"/>'
    if tone is Tone.WARN:
        corners = f"{x:.1f},{y - r * 1.1:.1f} {x + r * 1.15:.1f},{y + r * 0.9:.1f} {x - r * 1.15:.1f},{y + r * 0.9:.1f}"
        return f'<polygon points="{corners}" fill="{colour}"/>'
    if tone is Tone.BAD:
        side = r * 1.8
        at = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
        return f'<rect {at} width="{side:.1f}" height="{side:.1f}" fill="{colour}"/>'
    if tone is Tone.MISSING:
        inner = r - 1
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{inner:g}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return f'<rect x="{x - r:.1f}" y="{y - 1.5:.1f}" width="{2 * r:.1f}" height="3" fill="{colour}"/>'


def plot(panel: Panel, box: Box, colours: Palette) -> str:
    """The plot of one metric with its labels; says "No data yet" instead of drawing an empty frame."""
    values, labels = recent(panel)
    room = Box(box.x + 8, box.y + 4, box.wide - 16, box.high - 28)
    target, low, high = known(panel.target), known(panel.low), known(panel.high)
    scale = Scale([*values, target, low, high], len(values), room)
    labelled = _labels(labels, box, colours)
    if all(value is None for value in values):
        return labelled + text(box.x, room.y + room.high / 2 + 7, "No data yet", 19, colours.quiet)
    parts = [_band(low, high, scale, box, colours), _target(panel, values, scale, box, colours)]
    return "".join([*parts, _line(values, scale, colours), _last(panel.tone, values, scale, colours), labelled])


def _band(low: float | None, high: float | None, scale: Scale, box: Box, colours: Palette) -> str:
    """The series' own normal range."""
    if low is None or high is None:
        return ""
    top, bottom = scale.y(max(low, high)), scale.y(min(low, high))
    size = f'width="{box.wide:.1f}" height="{max(bottom - top, 2):.1f}"'
    return f'<rect x="{box.x:.1f}" y="{top:.1f}" {size} rx="3" fill="{colours.band}"/>'


def _target(panel: Panel, values: list[float | None], scale: Scale, box: Box, colours: Palette) -> str:
    """The dashed target and its value, written where it hides the fewest points."""
    target = known(panel.target)
    if target is None:
        return ""
    words = clean(panel.target_text or f"{target:g}")
    words = cut(words if "target" in words.lower() else f"target {words}", box.wide - 8, _LABEL)
    y = scale.y(target)
    ends = f'x1="{box.x:.1f}" y1="{y:.1f}" x2="{box.x + box.wide:.1f}" y2="{y:.1f}"'
    line = f'<line {ends} stroke="{colours.target}" stroke-width="2" stroke-dasharray="7 5"/>'
    anchor, baseline = _quiet_corner(width(words, _LABEL), y, values, scale, box)
    x = box.x + 2 if anchor == "start" else box.x + box.wide - 2
    halo = {
        "paint_order": "stroke",
        "stroke": colours.card,
        "stroke_width": "4",
        "stroke_linejoin": "round",
    }
    return line + text(x, baseline, words, _LABEL, colours.target, text_anchor=anchor, **halo)


def _quiet_corner(wide: float, y: float, values: list[float | None], scale: Scale, box: Box) -> tuple[str, float]:
    """Which end and which side of the target line its words go to: (text anchor, baseline)."""
    points = [point for run in _runs(values, scale) for point in _along(run)]

    def hidden(anchor: str, baseline: float) -> int:
        left = box.x if anchor == "start" else box.x + box.wide - wide
        inside = (1 for px, py in points if left - 10 < px < left + wide + 10 and baseline - 24 < py < baseline + 12)
        outside = baseline < box.y + 8 or baseline > box.y + box.high - 22
        return sum(inside) + (100 if outside else 0)

    corners = [(anchor, baseline) for baseline in (y - 7, y + 19) for anchor in ("start", "end")]
    return min(corners, key=lambda corner: hidden(*corner))


def _runs(values: list[float | None], scale: Scale) -> list[list[tuple[float, float]]]:
    """The unbroken pieces of the series: a missing period ends one."""
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((scale.x(index), scale.y(value)))
    return [run for run in runs if run]


def _along(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points along a piece of the line, eight between two values."""
    between = [
        (x1 + (x2 - x1) * eighth / 8, y1 + (y2 - y1) * eighth / 8)
        for (x1, y1), (x2, y2) in pairwise(run)
        for eighth in range(8)
    ]
    return [*between, run[-1]]


def _line(values: list[float | None], scale: Scale, colours: Palette) -> str:
    """The series: a missing period breaks the line, a value between two gaps is a dot."""
    return "".join(_run(run, colours) for run in _runs(values, scale))


def _run(points: list[tuple[float, float]], colours: Palette) -> str:
    """One unbroken piece of the series."""
    if len(points) == 1:
        ((x, y),) = points
        return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colours.line}"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    style = f'stroke="{colours.line}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"'
    return f'<polyline points="{path}" fill="none" {style}/>'


def _last(tone: Tone, values: list[float | None], scale: Scale, colours: Palette) -> str:
    """The newest value, marked with the shape of its tone; nothing when the newest period is missing."""
    newest = values[-1]
    if newest is None:
        return ""
    x, y = scale.x(len(values) - 1), scale.y(newest)
    halo = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{colours.card}"/>'
    return halo + shape(tone, x, y, 7, colours.tones[tone][0])


def _labels(labels: list[str], box: Box, colours: Palette) -> str:
    """The first and the last period's label."""
    if not labels:
        return ""
    y, half = box.y + box.high - 3, box.wide / 2 - 8
    first, last = (cut(clean(label), half, _LABEL) for label in (labels[0], labels[-1]))
    if len(labels) == 1:
        return text(box.x + box.wide / 2, y, first, _LABEL, colours.quiet, text_anchor="middle")
    start = text(box.x, y, first, _LABEL, colours.quiet)
    return start + text(box.x + box.wide, y, last, _LABEL, colours.quiet, text_anchor="end")
