"""The manager's Home in a real browser: what needs her first, a press that answers it, a phone, a keyboard, no script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser.seat import DESK, PHONE, Company, Seat, tab_to

pytestmark = pytest.mark.slow

POLICY = "Send the new refund policy (Northwind Manila)"


def test_home_begins_with_what_needs_the_manager(company: Company) -> None:
    """Overdue things stand first; a press there is an answer there, told in the channel too, and Home follows the clock."""
    maya, jo = _at_home(company.seat("Maya Brooks")), company.seat("Jo Santos").open("northwind-shared")
    headings = maya.page.get_by_role("main").get_by_role("heading", level=4)
    expect(headings).to_have_text(["Needs you", "Providers", "Next reviews", "Settings"])
    home = _home(maya.page)
    expect(home).to_contain_text(re.compile(r"^\s*\d things need you\."))
    late = home.get_by_role("group").filter(has_text=POLICY)
    late.get_by_role("button", name="Done").click()
    expect(late).to_have_count(0)
    _told(maya, "Undo")
    done = jo.sees("Send the new refund policy", "waiting for a yes from Northwind Manila")
    expect(done.get_by_role("button", name="Accept")).to_be_visible()
    for words in (
        "Northwind Manila: off target",
        "last heard from",
        "next digest Mon 2 Mar, 08:30",
        "Thu 5 Mar, 09:00",
    ):
        expect(home).to_contain_text(words)
    maya.next("morning")
    expect(home).to_contain_text(re.compile(r"Checked (Mon 2 Mar, )?09:00"))
    home.get_by_role("group").filter(has_text="Northwind Manila: ").get_by_role("button", name="Open").last.click()
    _told(maya, "Northwind Manila")


def test_home_fits_a_phone(company: Company) -> None:
    """At 390 pixels nothing is cut, and a button is large enough for a thumb."""
    maya = _at_home(company.seat("Maya Brooks", PHONE))
    maya.fits()
    button = _home(maya.page).get_by_role("group").filter(has_text=POLICY).get_by_role("button", name="Done")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 40
    button.click()
    expect(_home(maya.page)).not_to_contain_text(POLICY)
    maya.fits()
    _told(maya, "Undo")
    maya.fits()


def test_home_by_keyboard(company: Company) -> None:
    """Tab reaches the first thing that needs her past one skip link, Enter answers it, and after Escape the focus stands where it stood."""
    maya = _at_home(company.seat("Maya Brooks"))
    maya.page.reload()
    maya.ready()
    maya.page.keyboard.press("Tab")
    expect(maya.page.get_by_role("link", name="Skip to what needs you")).to_be_focused()
    maya.page.keyboard.press("Enter")
    first = _home(maya.page).get_by_role("group").filter(has_text=POLICY).get_by_role("button", name="Done")
    tab_to(maya.page, first, most=12)
    maya.page.keyboard.press("Enter")
    expect(_home(maya.page)).not_to_contain_text(POLICY)
    _told(maya, "Undo")
    expect(_home(maya.page).get_by_role("button", name="Done").first).to_be_focused()


def test_home_without_script(browser: Browser, company: Company) -> None:
    """Where no script runs, the page is read and its buttons work all the same."""
    address = re.sub(r"/as/.*", "", company.seat("Maya Brooks").page.url)
    context = browser.new_context(java_script_enabled=False, viewport={"width": DESK[0], "height": DESK[1]})
    page = context.new_page()
    page.goto(f"{address}/as/maya/home")
    _home(page).get_by_role("group").filter(has_text=POLICY).get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    expect(page.get_by_text("Needs you", exact=True)).to_be_visible()
    expect(_home(page)).not_to_contain_text(POLICY)
    context.close()


def _at_home(seat: Seat) -> Seat:
    """Open Home from the list of channels."""
    if seat.phone:
        seat.page.goto(re.sub(r"/c/.*", "/c", seat.page.url))
    seat.page.get_by_role("navigation", name="Channels").get_by_role("link", name="Home").click()
    expect(seat.page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    seat.ready()
    return seat


def _told(seat: Seat, words: str) -> None:
    """What a press in Home is answered with, over the page; Escape puts it away."""
    expect(seat.form("Only visible to you")).to_contain_text(words)
    seat.page.keyboard.press("Escape")
    seat.no_form()


def _home(page: Page) -> Locator:
    return page.get_by_role("region", name="What needs you")
