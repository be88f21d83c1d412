"""A provider's lead with a Slack guest's limits: no command, no button, no private answer. Plain replies carry it all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browser.seat import Company

pytestmark = pytest.mark.slow


def test_plain_replies_are_enough_for_a_guest(company: Company) -> None:
    """Figures, an acknowledgement and a question back, without pressing anything; a command is refused with the way out."""
    maya, jo = company.seat("Maya Brooks"), company.seat("Jo Santos")
    maya.open("northwind-shared")
    jo.open("northwind-shared").guest_view()
    expect(jo.page.get_by_text("no commands, no buttons, no private answers")).to_be_visible()
    for button in ("Done", "Edit", "We answered", "Add action item"):
        expect(jo.page.get_by_role("main").get_by_role("button", name=button, exact=True)).to_have_count(0)
    maya.next("morning")
    maya.next("morning")
    jo.open_thread(jo.sees("Figures for 23 February", "please send 5 figures"))
    jo.reply("SL 82% AHT 6:52 QA 91 CSAT 82 FCR 74")
    maya.sees("5 of 5 figures received for 23 February")

    maya.write("@Parley report Refund callers wait 40 minutes")
    jo.open("northwind-shared")
    jo.open_thread(jo.sees("Refund callers wait 40 minutes", "Reported, not acknowledged yet")).reply("ack")
    maya.sees("Refund callers wait 40 minutes", "Northwind Manila is working on it")
    jo.reply("blocked: need the refund policy from you")
    maya.sees("Refund callers wait 40 minutes", "Waiting on Harbour Home")

    box = jo.open("northwind-shared").page.get_by_role("textbox", name="Write to #northwind-shared")
    box.fill("/vendor actions")
    box.press("Enter")
    expect(jo.page.get_by_text("Guests of a channel have no").first).to_be_visible()
