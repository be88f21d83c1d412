"""Cards drawn in a page: the renderer, a theme, and a width."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.teams_pictures.packages import installed
from tests.teams_pictures.themes import Theme, css, host_config

Json = dict[str, Any]

PHONE, DESK = 360, 560
"""Widths of a card's message in pixels: a phone, and Teams' default on a desk."""

_DRAW = r"""
([cards, config]) => {
  const markdown = window.markdownit({html: false, breaks: false, linkify: false});
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text).replace(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, '<span class="mention">$1</span>');
    result.didProcess = true;
  };
  return cards.map(([name, content]) => {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(config);
    const context = new AdaptiveCards.SerializationContext();
    card.parse(content, context);
    const message = document.createElement("section");
    message.className = "message";
    message.dataset.name = name;
    message.innerHTML = '<p class="by"><b>Parley</b> · App · 08:30</p>';
    const frame = document.createElement("div");
    frame.className = "card";
    const drawn = card.render();
    frame.append(...(drawn ? [drawn] : []));
    message.append(frame);
    document.body.append(message);
    const errors = Array.from({length: context.eventCount}, (_, at) => context.getEventAt(at).message);
    return drawn ? errors : [...errors, "nothing was drawn"];
  });
}
"""


@contextmanager
def page(
    browser: Browser, theme: Theme, width: int, *, scale: float = 1, zone: str = "Europe/London"
) -> Iterator[Page]:
    """An empty page in this theme, as wide as a message, with the renderer in it; its reader lives in ``zone``."""
    context = browser.new_context(
        viewport={"width": width + 24, "height": 900},
        device_scale_factor=scale,
        color_scheme="dark" if theme.name == "dark" else "light",
        timezone_id=zone,
        locale="en-GB",
        reduced_motion="reduce",
        offline=True,
    )
    try:
        opened = context.new_page()
        opened.set_content(_document(theme), wait_until="load")
        opened.evaluate("document.fonts.ready.then(() => document.fonts.size)")
        yield opened
    finally:
        context.close()


def draw(page: Page, cards: dict[str, Json], theme: Theme) -> dict[str, list[str]]:
    """Append each card as a message; answers what the renderer said against it, by name."""
    said: list[list[str]] = page.evaluate(_DRAW, [list(cards.items()), host_config(theme)])
    return {name: errors for name, errors in zip(cards, said, strict=True) if errors}


def _document(theme: Theme) -> str:
    style, *scripts = installed()
    parts = "".join(f"<script>{_closed(script)}</script>" for script in scripts)
    looks = style.read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{_font()}{looks}{css(theme)}</style><body>{parts}'
    )


@cache
def _closed(script: Path) -> str:
    return re.sub(r"</script", r"<\\/script", script.read_text(encoding="utf-8"))


@cache
def _font() -> str:
    """The one font of every picture, from the package that the charts use; its file has every weight."""
    file = resources.files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
    body = base64.b64encode(file.read_bytes()).decode()
    return f"@font-face{{font-family:'Noto Sans';font-weight:100 900;src:url(data:font/ttf;base64,{body})}}"
