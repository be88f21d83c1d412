"""The child that turns an SVG on standard input into a PNG on standard output: ``python -m bot.charts.png``.

A process of its own, because the renderer's memory (about 36 MiB) is then given back.
"""

from __future__ import annotations

import re
import sys
from importlib import resources

import resvg_py

ZOOM = 2.0
"""1440 px for a picture of 720: sharp on today's screens."""


_NOT_IN_FONT = re.compile(
    "(?:[^\x00-\u052f\u0900-\u097f\u1c80-\u1c88\u1d00-\u2189\u2212\u25cc\u2c60-\u2c7f\ua640-\ua7ff\ufb00-\ufb06]+\\s*)+"
)
"""Scripts other than Latin, Greek, Cyrillic and Devanagari: the one font has no letters for them."""


def png(svg_text: str) -> bytes:
    """The PNG, the same bytes on every machine: one font from a package, no fonts of the system.

    The font is variable; weights 400 and 700 were checked by eye, both are real. Words in a script it does not have
    become "[…]" rather than empty boxes: they stand in full in the card's text. Raises ValueError on broken SVG.
    """
    fonts = resources.files("fontpkg_noto_sans") / "files"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=_NOT_IN_FONT.sub("[…] ", svg_text),
            skip_system_fonts=True,
            font_files=[str(font) for font in fonts.iterdir() if font.name.startswith("NotoSans[")],
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
            zoom=ZOOM,
        )
    )


def main() -> None:
    """Read, render, write."""
    sys.stdout.buffer.write(png(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
