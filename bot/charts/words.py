"""Words inside a picture: cleaned, measured, wrapped, cut and escaped.

SVG does not wrap lines, so widths are estimated from the advance widths of Noto Sans (units of one em). The estimate
only has to be right enough that nothing leaves its card: unknown letters count as wide ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.sax.saxutils import escape

_WIDTHS = (
    (0.28, " !,.:;Jijl'\N{NO-BREAK SPACE}"),
    (0.36, '()-`/I[\\]ft"r{}'),
    (0.47, "?_zFLcsvy"),
    (0.57, "$*+0123456789<=>ESTYZ^aekx|~"),
    (0.62, "KPRVXbdghnopqu"),
    (0.75, "#ABC&DGHNU"),
    (0.95, "OQw%@MWm"),
)
_WIDTH_OF = {letter: width for width, letters in _WIDTHS for letter in letters}
_NARROWEST = _WIDTHS[0][0]
_UNKNOWN = 0.8
_BOLD = 1.08

# What XML 1.0 forbids (a control character in a name would lose the whole picture), and the marks by which a name could
# turn the reading direction of what follows it.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)

# The picture's one font has no such signs; words are as short and read aloud better.
_SPELT_OUT = str.maketrans({"≥": "at least ", "≤": "at most ", "→": "to ", "≈": "about ", "≠": "not "})


def clean(words: str) -> str:
    """``words`` on one line, without what XML forbids and what the font cannot draw."""
    return " ".join(_UNFIT.sub("", words).translate(_SPELT_OUT).split())


def width(words: str, size: float, *, bold: bool = False) -> float:
    """The estimated width in pixels of ``words`` set at ``size`` pixels."""
    return _ems(words) * size * (_BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def _ems(words: str) -> float:
    return sum(_WIDTH_OF.get(letter, _UNKNOWN) for letter in words)


def cut(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """``words`` if they fit into ``room`` pixels, else their beginning and an ellipsis."""
    kept = words[: int(room / (_NARROWEST * size)) + 1]
    if kept == words and width(words, size, bold=bold) <= room:
        return words
    while kept and width(kept + "…", size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(words: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """``words`` in at most ``lines`` lines of ``room`` pixels; the last one says with "…" that words are missing."""
    rows: list[str] = []
    rest = clean(words).split(" ")
    while rest and rest != [""]:
        if len(rows) == lines - 1:
            return [*rows, cut(" ".join(rest), room, size, bold=bold)]
        row = [rest.pop(0)]
        while rest and width(" ".join([*row, rest[0]]), size, bold=bold) <= room:
            row.append(rest.pop(0))
        rows.append(cut(" ".join(row), room, size, bold=bold))
    return rows


def text(x: float, y: float, words: str, size: float, fill: str, **attributes: str) -> str:
    """One SVG line of text whose baseline starts at ``x``, ``y``; attribute names take ``_`` for ``-``."""
    extra = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"{extra}>{escape(words)}</text>'
