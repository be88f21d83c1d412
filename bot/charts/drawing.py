"""Series to picture: small multiples as hand-built SVG, one card a metric, never two axes in one plot.

Drawn at 720 px for phones: shown at half that width, the smallest words are still 8 px and the value is 21 px.
Nothing heavy is imported here; the PNG is made by a child process (``python -m bot.charts.png``) that ends afterwards,
so that the renderer's memory is never the server's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bot.charts.plot import Box, Palette, plot, shape
from bot.charts.words import clean, cut, text, width, wrap
from handlers.vocabulary.outgoing import Panel, Picture, Tone

WIDTH = 720
MOST_PANELS = 7
"""The metric budget of a provider."""
_MARGIN, _GAP, _PAD = 20.0, 16.0, 20.0
_NAME, _VALUE, _SMALLEST_VALUE, _CHIP, _FINDING, _NOTE = (
    21.0,
    42.0,
    26.0,
    18.0,
    19.0,
    16.0,
)
_PLOT = 132.0
_FINDING_LINE = 26.0
_CHIP_HEIGHT = 32.0
CHILD_SECONDS = 20.0
_HOME = Path(__file__).resolve().parents[2]
"""Where the child finds our packages, wherever the server was started."""

LIGHT = Palette(
    page="#f6f7f8",
    card="#ffffff",
    edge="#e1e5e9",
    ink="#1d2733",
    quiet="#5b6875",
    line="#44546a",
    band="#e9edf1",
    target="#5b6875",
    tones={
        Tone.GOOD: ("#00666f", "#e0f2f3"),
        Tone.WARN: ("#805400", "#fbefd5"),
        Tone.BAD: ("#a8321a", "#fbe6e0"),
        Tone.MISSING: ("#5b6875", "#eef1f4"),
        Tone.PLAIN: ("#44546a", "#eef1f4"),
    },
)
DARK = Palette(
    page="#15191e",
    card="#1e242b",
    edge="#303842",
    ink="#eef2f6",
    quiet="#a3afbb",
    line="#b9c6d4",
    band="#2d3640",
    target="#a3afbb",
    tones={
        Tone.GOOD: ("#69d2d8", "#153a3f"),
        Tone.WARN: ("#f2c063", "#42340f"),
        Tone.BAD: ("#ff9a80", "#4a2419"),
        Tone.MISSING: ("#a3afbb", "#2d3640"),
        Tone.PLAIN: ("#b9c6d4", "#2d3640"),
    },
)


class ChartFailed(RuntimeError):
    """The picture could not be made. The numbers stand in the card's text, so it goes out without one."""


@dataclass(frozen=True, slots=True)
class _Card:
    """One panel, measured for its width: what is written and how high its parts are."""

    panel: Panel
    wide: float
    name: list[str]
    value_size: float
    chip_below: bool
    finding: list[str]

    @property
    def head(self) -> float:
        """The height of name, value and chip."""
        return 20 + 27 * len(self.name) + 52 + (_CHIP_HEIGHT + 8 if self.chip_below else 0)


def svg(picture: Picture, *, dark: bool = False) -> str:
    """The picture as an SVG document of 720 px: two columns, the first panel across both when their number is odd."""
    colours = DARK if dark else LIGHT
    panels = picture.panels[:MOST_PANELS]
    title = wrap(picture.title, WIDTH - 2 * _MARGIN, 25, lines=2, bold=True)
    parts = [
        text(_MARGIN, _MARGIN + 24 + 32 * row, words, 25, colours.ink, font_weight="700")
        for row, words in enumerate(title)
    ]
    y = _MARGIN + (32 * len(title) + 12 if title else 0)
    for row in _rows(panels):
        drawn, high = _row(row, y, colours)
        parts.append(drawn)
        y += high + _GAP
    parts.append(text(_MARGIN, y + 12, _legend(picture), _NOTE, colours.quiet))
    return _document("".join(parts), y + 12 + _MARGIN, clean(picture.alt or picture.title), colours)


async def png_in_child(svg_text: str) -> bytes:
    """The PNG of an SVG, made by a child process within 20 s. Raises ChartFailed, with the child's own words."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.charts.png"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_HOME,
        # The child gets no token: of our environment it only needs to find its interpreter.
        env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
    )
    try:
        async with asyncio.timeout(CHILD_SECONDS):
            png, complaint = await child.communicate(svg_text.encode())
    except TimeoutError:
        raise ChartFailed(f"the picture was not ready after {CHILD_SECONDS:g} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0 or not png:
        last_line = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise ChartFailed(last_line or "no picture came back")
    return png


def _document(body: str, high: float, alt: str, colours: Palette) -> str:
    size = f'width="{WIDTH}" height="{high:.0f}" viewBox="0 0 {WIDTH} {high:.0f}"'
    font = "font-family=\"'Noto Sans', system-ui, sans-serif\""
    page = f'<rect width="{WIDTH}" height="{high:.0f}" fill="{colours.page}"/>'
    label = quoteattr(alt)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} role="img" aria-label={label}>{page}{body}</svg>'


def _rows(panels: tuple[Panel, ...]) -> list[tuple[Panel, ...]]:
    """Pairs; with an odd number the first stands alone."""
    alone = len(panels) % 2
    return [panels[:1]] * alone + [panels[at : at + 2] for at in range(alone, len(panels), 2)]


def _row(panels: tuple[Panel, ...], y: float, colours: Palette) -> tuple[str, float]:
    """One row of cards of the same height, their plots on one line: (SVG, height)."""
    wide = (WIDTH - 2 * _MARGIN - _GAP * (len(panels) - 1)) / len(panels)
    cards = [_measured(panel, wide) for panel in panels]
    head = max(card.head for card in cards)
    foot = max(len(card.finding) for card in cards) * _FINDING_LINE
    high = head + _PLOT + foot + (30 if foot else 14)
    drawn = [
        _card(card, Box(_MARGIN + at * (wide + _GAP), y, wide, high), head, colours) for at, card in enumerate(cards)
    ]
    return "".join(drawn), high


_OTHER_FONT = 1.16
"""A browser without Noto Sans sets the SVG in a font of its own; common ones are up to this much wider."""


def _measured(panel: Panel, wide: float) -> _Card:
    """Decides the sizes: a long value is set smaller, and one longer still sends the chip to a line of its own."""
    room = wide - 2 * _PAD
    value = clean(panel.value) or "–"
    beside = room - _chip_width(panel, room) - 12
    size = _VALUE * min(1.0, beside / (_OTHER_FONT * width(value, _VALUE, bold=True)))
    below = size < _SMALLEST_VALUE
    if below:
        size = max(_SMALLEST_VALUE, _VALUE * min(1.0, room / width(value, _VALUE, bold=True)))
    return _Card(
        panel=panel,
        wide=wide,
        name=wrap(panel.name, room, _NAME, lines=2) or ["–"],
        value_size=size,
        chip_below=below,
        finding=wrap(panel.finding, room, _FINDING, lines=4),
    )


def _card(card: _Card, box: Box, head: float, colours: Palette) -> str:
    panel, x, room = card.panel, box.x + _PAD, box.wide - 2 * _PAD
    frame = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.wide:.1f}" height="{box.high:.1f}" rx="12" '
        f'fill="{colours.card}" stroke="{colours.edge}"/>'
    )
    names = [text(x, box.y + 34 + 27 * row, words, _NAME, colours.quiet) for row, words in enumerate(card.name)]
    baseline = box.y + 34 + 27 * (len(card.name) - 1) + 53
    words = cut(clean(panel.value) or "–", room, card.value_size, bold=True)
    value = text(x, baseline, words, round(card.value_size, 1), colours.ink, font_weight="700")
    chip = _chip(panel, x, baseline + 14, room, colours) if card.chip_below else ""
    if not card.chip_below:
        chip = _chip(
            panel,
            box.x + box.wide - _PAD - _chip_width(panel, room),
            baseline - 28,
            room,
            colours,
        )
    drawing = plot(panel, Box(x, box.y + head, room, _PLOT), colours)
    below = box.y + head + _PLOT + 30
    found = [text(x, below + _FINDING_LINE * row, line, _FINDING, colours.ink) for row, line in enumerate(card.finding)]
    return "".join([frame, *names, value, chip, drawing, *found])


def _chip_width(panel: Panel, room: float) -> float:
    return width(cut(clean(panel.word), room - 56, _CHIP), _CHIP) + 50


def _chip(panel: Panel, x: float, y: float, room: float, colours: Palette) -> str:
    """The status: its shape and its word on a quiet tint."""
    colour, tint = colours.tones[panel.tone]
    wide = _chip_width(panel, room)
    at = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_CHIP_HEIGHT:g}"'
    word = text(x + 34, y + 22.5, cut(clean(panel.word), room - 56, _CHIP), _CHIP, colour)
    return f'<rect {at} rx="{_CHIP_HEIGHT / 2:g}" fill="{tint}"/>{shape(panel.tone, x + 19, y + 16, 7, colour)}{word}'


def _legend(picture: Picture) -> str:
    """The one line that explains the drawing, naming only what is drawn."""
    panels = picture.panels[:MOST_PANELS]
    notes = []
    if any(panel.low is not None and panel.high is not None for panel in panels):
        notes.append("grey band: own normal range")
    if any(panel.target is not None for panel in panels):
        notes.append("dashed: target")
    if any(None in panel.values for panel in panels):
        notes.append("gap: nothing reported")
    if len(picture.panels) > MOST_PANELS:
        notes.append(f"… (+{len(picture.panels) - MOST_PANELS} more)")
    return " · ".join(notes) if panels else "No metrics yet"
