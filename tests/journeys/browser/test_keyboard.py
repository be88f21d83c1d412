"""The same house without a mouse: Tab, Enter, Escape and typing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browser.seat import Company, tab_to

pytestmark = pytest.mark.slow


def test_a_provider_is_set_up_and_an_issue_reported_by_keyboard(company: Company) -> None:
    """Four forms, a wrong value mended where it stands, and a report: the keyboard alone is enough."""
    maya = company.seat("Maya Brooks").open("savanna-shared")
    page, keys = maya.page, maya.page.keyboard
    page.reload()
    maya.ready()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to writing")).to_be_focused()
    keys.press("Enter")
    keys.type("/vendor")
    keys.press("Enter")
    maya.sees("This channel is not set up yet")
    tab_to(page, page.get_by_role("button", name="Set up this channel"))
    keys.press("Enter")
    form = maya.form("Set up: 1 of 4")
    expect(form.get_by_label("Provider")).to_be_focused()
    keys.type("Savanna Support")
    keys.press("Tab")
    keys.type("Ghanna")
    keys.press("Enter")
    expect(form.get_by_text("did you mean Ghana (GH)")).to_be_visible()
    expect(form.get_by_label("Country of their site")).to_be_focused()
    keys.press("Control+A")
    keys.type("Ghana")
    keys.press("Enter")
    form = maya.form("Set up: 2 of 4")
    tab_to(page, form.get_by_role("button", name="Next: people"))
    keys.press("Enter")
    form = maya.form("Set up: 3 of 4")
    keys.type("Maya")
    tab_to(page, form.get_by_label("Who answers for it at Savanna Support"))
    keys.type("Sam")
    tab_to(page, form.get_by_role("button", name="Next: times"))
    keys.press("Enter")
    form = maya.form("Set up: 4 of 4")
    tab_to(page, form.get_by_role("button", name="Finish"))
    keys.press("Enter")
    maya.no_form()
    maya.sees("Hello, I am Parley", "@Maya Brooks and @Sam Osei")

    tab_to(page, page.get_by_role("textbox", name="Write to #savanna-shared"))
    keys.type("/vendor report Callers hear the old greeting")
    keys.press("Enter")
    form = maya.form("Report an issue")
    tab_to(page, form.get_by_role("button", name="Report issue"))
    keys.press("Enter")
    maya.no_form()
    maya.sees("Callers hear the old greeting", "Reported, not acknowledged yet")
    tab_to(page, page.get_by_role("textbox", name="Write to #savanna-shared"))
    keys.type("/vendor report")
    keys.press("Enter")
    maya.form("Report an issue")
    keys.press("Escape")
    maya.no_form()
    expect(page.get_by_role("textbox", name="Write to #savanna-shared")).to_be_focused()
