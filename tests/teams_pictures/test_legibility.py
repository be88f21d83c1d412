"""Every card as Teams draws it: nothing sticks out, nothing is cut off, everything can be read in both themes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.teams.forms import adaptive_form
from bot.teams.home import home
from bot.teams.render import adaptive
from bot.teams.views import Spot, answered, not_saved, older
from handlers.home import samples
from handlers.home.cards import home_card
from handlers.vocabulary.outgoing import Answer
from tests.contracts import sample_cards
from tests.contracts.teams_forms import FORM, every_kind
from tests.contracts.test_cards import _name, cards, modules
from tests.journeys.browser.seat import CHROMIUM
from tests.teams_pictures.drawing import DESK, PHONE, draw, page
from tests.teams_pictures.looking import look, steering
from tests.teams_pictures.packages import Unavailable, installed
from tests.teams_pictures.themes import DARK, LIGHT, Theme

Json = dict[str, Any]
Steer = Callable[[Callable[[Browser], Any]], Any]
pytestmark = pytest.mark.browser
UNKNOWN = re.compile(r'Unknown element type "Chart\.Line"')


@pytest.fixture(scope="module")
def steer() -> Iterator[Steer]:
    """The browser and the official renderer; skipped where they are missing, except on CI."""
    missing = "" if CHROMIUM.exists() else f"{CHROMIUM} is not installed: apt-get install chromium"
    try:
        installed()
    except Unavailable as reason:
        missing = missing or str(reason)
    if missing:
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with steering() as steered:
        yield steered


def rooms(kind: str) -> dict[str, Json]:
    """Every room's cards of a kind, as Teams gets them."""
    found = {f"{_name(module)}-{name}": card for module in modules() for name, card in cards(module).items()}
    return {name: adaptive(card, key=name) for name, card in found.items() if f"-{kind}-" in name}


def views() -> dict[str, Json]:
    """What answers a press: forms, problems, answers, confirmations, refusals, Home."""
    spot, digest = Spot("digest:1", "19:channel@thread.tacv2", in_channel=True), sample_cards.digest()
    form, values = every_kind()
    shown = home_card(samples.page(samples.standings(), samples.needs()))
    return {
        "form": adaptive_form(FORM, key="k"),
        "kinds": adaptive_form(form, values=values, problems=dict.fromkeys(values, "Read “31.2.”: try 28 Feb.")),
        "answer": answered(Answer(card=sample_cards.desk(), done="Noted."), digest, spot),
        "done": answered(Answer(done="Acknowledged."), digest, spot),
        "not saved": not_saved(spot, form=FORM, values={"title": "Refund calls"}),
        "older": older(digest, spot),
        "gone": older(None, spot),
        "home": home(shown, ["29:maya"]),
    }


def troubles(steer: Steer, drawn: dict[str, Json], theme: Theme, width: int) -> dict[str, list[str]]:
    """What the renderer said against the cards, and what was found by looking at them."""

    def act(browser: Browser) -> dict[str, list[str]]:
        with page(browser, theme, width) as opened:
            said = draw(opened, drawn, theme)
            against = {name: [each for each in errors if not UNKNOWN.match(each)] for name, errors in said.items()}
            return {**look(opened), **{name: errors for name, errors in against.items() if errors}}

    found: dict[str, list[str]] = steer(act)
    return found


@pytest.mark.parametrize(("theme", "width"), [(LIGHT, DESK), (DARK, PHONE)], ids=["light-desk", "dark-phone"])
def test_every_card_is_legible_in_teams(steer: Steer, theme: Theme, width: int) -> None:
    """The examples of every room and every view: no overflow, nothing clipped, contrast, buttons large enough."""
    assert troubles(steer, {**rooms("examples"), **views()}, theme, width) == {}


def test_the_worst_cards_are_legible_in_teams(steer: Steer) -> None:
    """Endless words, markup and right-to-left in every place stay inside the narrowest card and readable."""
    assert troubles(steer, rooms("worst_cases"), LIGHT, PHONE) == {}


def test_a_button_out_of_sight_would_be_noticed(steer: Steer) -> None:
    """The measure itself: a card that is too wide, one in an unreadable colour and one with cut words are all found."""

    def act(browser: Browser) -> dict[str, list[str]]:
        with page(browser, LIGHT, PHONE) as opened:
            draw(opened, {name: adaptive(sample_cards.desk(), key="k") for name in ("wide", "pale", "cut")}, LIGHT)
            _spoil(opened, "wide", "display: block !important; width: 900px")
            _spoil(opened, "pale", "color: #cccccc !important")
            _spoil(opened, "cut", "display: block !important; width: 30px; overflow: hidden; white-space: nowrap")
            return look(opened)

    found = steer(act)
    assert [found[name][0].partition(":")[0].split()[0] for name in ("wide", "pale", "cut")] == [
        "sticks",
        "contrast",
        "cut",
    ]


def _spoil(page: Page, name: str, style: str) -> None:
    page.add_style_tag(
        content=f'[data-name="{name}"] .ac-richTextBlock, [data-name="{name}"] .ac-richTextBlock span {{ {style} }}'
    )


def test_nothing_people_wrote_becomes_a_link_or_a_mention_in_teams(steer: Steer) -> None:
    """Of all the hostile words only our own links and our own mentions come to life, and no moment is worked out."""
    drawn = {"markup": adaptive(sample_cards._hostile(sample_cards.MARKUP), key="k")}

    def act(browser: Browser) -> tuple[list[str], list[str], str]:
        with page(browser, LIGHT, DESK) as opened:
            draw(opened, drawn, LIGHT)
            links = opened.eval_on_selector_all(".card a", "(all) => all.map((each) => each.href)")
            mentions = opened.eval_on_selector_all(".card .mention", "(all) => all.map((each) => each.textContent)")
            return links, mentions, opened.inner_text(".card")

    links, mentions, words = steer(act)
    assert links == []
    assert set(mentions) == {"Paolo Reyes"}
    assert words.replace("\u2060", "").count("{{DATE(2026-01-01T00:00:00Z)}}") > 10


def test_a_moment_is_shown_in_the_readers_own_zone(steer: Steer) -> None:
    """One card, two readers: ten in the morning in Manila is two at night in London."""
    drawn = {"digest": adaptive(sample_cards.digest(), key="k")}

    def act(browser: Browser) -> list[str]:
        seen = []
        for zone in ("Asia/Manila", "Europe/London"):
            with page(browser, LIGHT, DESK, zone=zone) as opened:
                draw(opened, drawn, LIGHT)
                seen.append(opened.inner_text(".ac-factset"))
        return seen

    manila, london = steer(act)
    assert "23 Nov 2026 10:00" in manila and "23 Nov 2026 2:00" in london
