"""The README's pictures of Teams: the example's own cards, drawn by the official renderer in Teams' two themes."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.teams_pictures.drawing import DESK, draw, page
from tests.teams_pictures.looking import with_browser
from tests.teams_pictures.themes import DARK, LIGHT, Theme
from tests.teams_pictures.town import Example

Json = dict[str, Any]
SHARPNESS = 1.5


def make(folder: Path, moment: str, width: int = DESK) -> list[Path]:
    """Make them all in ``folder``; answers the files. ``moment`` is the example's present (ISO). Raises ``Unavailable``."""
    with tempfile.TemporaryDirectory() as home:
        cards = example_cards(Path(home), moment)
    both = [(f"teams-{name}", card, LIGHT) for name, card in cards.items()]
    both.append(("teams-issue-dark", cards["issue"], DARK))

    def act(browser: Browser) -> list[Path]:
        return [_picture(browser, folder / f"{name}.png", card, theme, width) for name, card, theme in both]

    return with_browser(act)


def example_cards(home: Path, moment: str) -> dict[str, Json]:
    """The cards that are shown, by the picture's name."""
    example = Example(home, datetime.fromisoformat(moment))
    try:
        return {
            "digest": example.said("digest.weekly", "northwind-shared", "16–22 Feb"),
            "issue": example.said("issue.card", "northwind-shared", "Issue 1"),
            "agenda": example.said("review.agenda", "northwind-shared", "Agenda: Weekly"),
            "plan": example.said("plan.card", "northwind-shared", "Plan 1"),
            "home": example.home(),
            "form": example.form({"provider": "Savanna Support", "country": "Ghanna", "zone": ""}),
        }
    finally:
        example.database.dispose()


def _picture(browser: Browser, path: Path, card: Json, theme: Theme, width: int) -> Path:
    with page(browser, theme, width, scale=SHARPNESS) as opened:
        draw(opened, {path.stem: card}, theme)
        opened.set_viewport_size({"width": width + 24, "height": 100})
        opened.screenshot(path=path, full_page=True, animations="disabled")
    return path
