"""A picture as Teams' own charts: one ``Chart.Line`` a metric, each with its numbers in words as the fallback.

Source: learn.microsoft.com, "Charts in Adaptive Cards". An extension of the schema: hosts that do not know it show the
fallback.
"""

from __future__ import annotations

import math

from bot.plain import SHAPES
from bot.teams.limits import LABEL, Json, literal
from bot.teams.text import shortened, small
from handlers.vocabulary.outgoing import Panel, Picture

MOST_PANELS = 7
MOST_PERIODS = 12


def chart(picture: Picture) -> list[Json]:
    """The charts of a picture, in the picture's order."""
    return [_panel(panel) for panel in picture.panels[:MOST_PANELS]]


def _panel(panel: Panel) -> Json:
    words = _in_words(panel)
    points = _points(panel)
    if not points:
        return words
    series = [{"legend": literal(shortened(panel.name, LABEL)), "values": points}]
    if panel.target is not None and math.isfinite(panel.target):
        level = [{"x": point["x"], "y": panel.target} for point in (points[0], points[-1])]
        series.append({"legend": literal(shortened(panel.target_text or "target", LABEL)), "values": level})
    title = literal(shortened(f"{panel.name}: {panel.value}", LABEL))
    return {"type": "Chart.Line", "title": title, "data": series, "fallback": words}


def _points(panel: Panel) -> list[Json]:
    """The last twelve periods; a missing one is left out, never drawn as zero."""
    pairs = list(zip(panel.labels, panel.values, strict=False))[-MOST_PERIODS:]
    return [{"x": label, "y": value} for label, value in pairs if value is not None and math.isfinite(value)]


def in_words(picture: Picture) -> list[Json]:
    """The charts of a picture as lines, for a card with no room for them."""
    return [_in_words(panel) for panel in picture.panels[:MOST_PANELS]]


def _in_words(panel: Panel) -> Json:
    """The panel as a quiet line of text: how it stands has been said by the card's own rows, so what was found leads."""
    value = panel.value or "–"
    if panel.finding:
        return small(shortened(f"{panel.name} {value}: {panel.finding}", 500))
    return small(shortened(f"{SHAPES[panel.tone]} {panel.name}: {value} ({panel.word})", 500))
