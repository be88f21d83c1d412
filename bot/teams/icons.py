"""The two pictures of the app in Teams: two companies' voices, and the tick where they meet. Drawn here, as SVG to PNG."""

from __future__ import annotations

import resvg_py

GROUND, CLIENT, PROVIDER = "#1f2a44", "#ffffff", "#f2b544"
"""The colours of the mark; the first one is the app's accent colour as well."""
COLOR_SIZE, OUTLINE_SIZE = 192, 32
"""Pixels on each side. Source: learn.microsoft.com, "Design your Teams app icon"."""

_COLOR = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{COLOR_SIZE}" height="{COLOR_SIZE}" viewBox="0 0 192 192">
<rect width="192" height="192" fill="{GROUND}"/>
<path d="M86 78 h46 a22 22 0 0 1 22 22 v12 a22 22 0 0 1 -22 22 h-2 v22 l-24 -22 h-20 a22 22 0 0 1 -22 -22 v-12
a22 22 0 0 1 22 -22 z" fill="{PROVIDER}"/>
<path d="M60 40 h46 a22 22 0 0 1 22 22 v16 a22 22 0 0 1 -22 22 h-22 l-24 22 v-22 a22 22 0 0 1 -22 -22 v-16
a22 22 0 0 1 22 -22 z" fill="{CLIENT}" stroke="{GROUND}" stroke-width="8" stroke-linejoin="round"/>
<path d="M65 70 l13 13 l24 -26" fill="none" stroke="{GROUND}" stroke-width="10" stroke-linecap="round" stroke-linejoin="round"/>
</svg>"""
_OUTLINE = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{OUTLINE_SIZE}" height="{OUTLINE_SIZE}" viewBox="0 0 32 32">
<g fill="none" stroke="#ffffff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
<path d="M24 13 h1 a4 4 0 0 1 4 4 v3 a4 4 0 0 1 -4 4 v5 l-5 -5 h-4 a4 4 0 0 1 -3.5 -2"/>
<path d="M8 4 h12 a4 4 0 0 1 4 4 v6 a4 4 0 0 1 -4 4 h-7 l-6 5 v-5 a4 4 0 0 1 -3 -4 v-6 a4 4 0 0 1 4 -4 z"/>
<path d="M10 11 l3 3 l5.5 -6"/>
</g></svg>"""


def color() -> bytes:
    """The full-colour picture, 192 x 192; Teams rounds its corners."""
    return _png(_COLOR)


def outline() -> bytes:
    """White lines on nothing, 32 x 32: for the bars of Teams, dark and light."""
    return _png(_OUTLINE)


def _png(svg: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
