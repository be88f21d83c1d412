"""Pictures: what is drawn, what is not, and that the bytes are always the same."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.drawing import ChartFailed, png_in_child, svg
from bot.charts.png import png
from handlers.vocabulary.outgoing import Panel, Picture, Tone
from tests.contracts import sample_cards

SVG = "{http://www.w3.org/2000/svg}"


def _panel(*values: float | None, **more: object) -> Panel:
    labels = tuple(f"week {number}" for number in range(len(values)))
    return Panel("Service level", "81.9 %", Tone.GOOD, "on target", labels, values, **more)  # type: ignore[arg-type]


def _drawn(*panels: Panel, dark: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(svg(Picture("Title", panels, "alt"), dark=dark))


def _words(drawing: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter(f"{SVG}text")]


def _lines(drawing: ElementTree.Element) -> list[int]:
    """How many points each unbroken line has."""
    return [len(element.attrib["points"].split()) for element in drawing.iter(f"{SVG}polyline")]


def test_a_missing_period_breaks_the_line() -> None:
    """A gap is a gap: the line has two pieces, and no piece bridges it."""
    assert _lines(_drawn(_panel(1.0, 2.0, 3.0, None, 4.0, 5.0))) == [3, 2]


def test_a_value_between_two_gaps_is_a_dot() -> None:
    """What cannot be part of a line is still seen."""
    drawing = _drawn(_panel(1.0, None, 2.0, None, 3.0, 4.0))
    assert _lines(drawing) == [2]
    assert len([circle for circle in drawing.iter(f"{SVG}circle") if circle.get("class") == "dot"]) == 2


def test_nothing_reported_is_said_and_not_drawn() -> None:
    """No data is never a line at zero."""
    drawing = _drawn(_panel(None, None, None, target=80.0))
    assert _lines(drawing) == []
    assert "No data yet" in _words(drawing)


def test_only_the_last_twelve_periods_are_drawn() -> None:
    """The thirteenth week drops out, and the first label moves with it."""
    drawing = _drawn(_panel(*(float(number) for number in range(13))))
    assert _lines(drawing) == [12]
    assert "week 1" in _words(drawing) and "week 12" in _words(drawing) and "week 0" not in _words(drawing)


def test_higher_values_stand_higher_and_the_band_and_target_where_they_belong() -> None:
    """The drawing tells the truth: heights follow the numbers."""
    drawing = _drawn(_panel(80.0, 84.0, 82.0, target=82.0, low=80.0, high=84.0))
    (line,) = drawing.iter(f"{SVG}polyline")
    first, top, last = (float(point.split(",")[1]) for point in line.attrib["points"].split())
    (target,) = drawing.iter(f"{SVG}line")
    assert top < last < first
    assert float(target.attrib["y1"]) == last
    bands = [rect for rect in drawing.iter(f"{SVG}rect") if rect.get("fill") == "#e9edf1"]
    assert [float(band.attrib["y"]) for band in bands] == [top]


def test_the_target_is_written_with_its_value() -> None:
    """A dashed line without a number would be a riddle."""
    assert "target at least 80 %" in _words(_drawn(_panel(81.0, 82.0, target=80.0, target_text="≥ 80 %")))


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_has_a_shape_of_its_own(tone: Tone) -> None:
    """Status is told by shape and word: the chips differ without any colour."""

    def chip(which: Tone) -> str:
        drawing = svg(Picture("", (Panel("n", "1", which, "word", (), ()),), ""))
        return re.sub(r'(fill|stroke)="#[0-9a-f]+"', "", drawing)

    assert all(chip(tone) != chip(other) for other in Tone if other is not tone)


@pytest.mark.parametrize("count", range(9))
def test_one_to_seven_panels_fit_and_more_are_counted(count: int) -> None:
    """Every card lies inside the picture, none over another, and the eighth is counted."""
    drawing = _drawn(*(_panel(1.0, 2.0, finding="word " * 40) for _ in range(count)))
    high = float(drawing.attrib["height"])
    frames = [rect for rect in drawing.iter(f"{SVG}rect") if rect.get("rx") == "12"]
    boxes = [tuple(float(frame.attrib[name]) for name in ("x", "y", "width", "height")) for frame in frames]
    assert len(boxes) == min(count, 7)
    assert all(x >= 0 and x + wide <= 720 and y + tall <= high for x, y, wide, tall in boxes)
    pairs = [(one, other) for one in boxes for other in boxes if one < other]
    assert all(
        a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1] for a, b in pairs
    )
    assert any("(+1 more)" in words for words in _words(drawing)) == (count == 8)


@given(
    st.text(max_size=80),
    st.lists(st.none() | st.floats(), max_size=14),
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_it_the_picture_is_well_formed(
    words: str, values: list[float | None], target: float | None, low: float | None, dark: bool
) -> None:
    """Any words and any numbers, infinite ones too, make valid XML with finite coordinates."""
    panel = Panel(words, words, Tone.BAD, words, (words,) * len(values), tuple(values), target, words, low, 1.0, words)
    drawing = svg(Picture(words, (panel,), words), dark=dark)
    ElementTree.fromstring(drawing)
    assert not re.search(r'="-?(nan|inf)', drawing)


@pytest.mark.parametrize("words", [sample_cards.MARKUP, sample_cards.RIGHT_TO_LEFT, "\x00", "x" * 3000])
def test_hostile_words_are_rendered(words: str) -> None:
    """Markup, right-to-left script, control characters and endless words all come out as a picture."""
    panel = Panel(words, words, Tone.WARN, words, (words,), (1.0,), 2.0, words, finding=words)
    assert png(svg(Picture(words, (panel, panel), words))).startswith(b"\x89PNG")


async def test_the_child_draws_the_same_bytes() -> None:
    """The picture made by the child is the picture made here, byte for byte."""
    drawing = svg(sample_cards.PICTURE)
    assert await png_in_child(drawing) == png(drawing)


async def test_a_broken_drawing_is_said() -> None:
    """The child's own complaint reaches the caller as one clear error."""
    with pytest.raises(ChartFailed, match="root node"):
        await png_in_child("<svg")


def test_the_server_does_not_load_the_renderer() -> None:
    """Importing ``bot.charts.drawing`` leaves the renderer's memory where it is."""
    code = "import sys, bot.charts.drawing; sys.exit('resvg_py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == 0
