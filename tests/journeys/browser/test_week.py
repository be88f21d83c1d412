"""A week from Monday to Monday, in two browsers: whatever one side does, the other side's window shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.browser.seat import Company, Seat

pytestmark = pytest.mark.slow


def test_a_week_from_monday_to_monday(company: Company) -> None:
    """Set-up, figures, an issue, action items, reminders and the digest: each step is seen from the other seat."""
    maya, jo = company.seat("Maya Brooks"), company.seat("Jo Santos")
    _monday_a_provider_is_set_up(maya, company.seat("Sam Osei"))
    maya.next("morning")
    maya.open("northwind-shared")
    maya.next("morning")
    _tuesday_figures(maya, jo)
    maya.next("morning")
    _wednesday_an_issue(maya, jo)
    maya.next("morning")
    _thursday_action_items(maya, jo)
    maya.next("morning")
    _friday_a_reminder(maya, jo)
    maya.next("Monday")
    _monday_the_digest(maya, jo)


def _monday_a_provider_is_set_up(maya: Seat, sam: Seat) -> None:
    maya.open("savanna-shared")
    sam.open("savanna-shared")
    maya.write("/vendor")
    maya.press(maya.sees("This channel is not set up yet"), "Set up this channel")
    form = maya.form("Set up: 1 of 4")
    form.get_by_label("Provider").fill("Savanna Support")
    form.get_by_label("Country of their site").fill("Ghanna")
    form.get_by_role("button", name="Next: metrics").click()
    expect(form.get_by_text("did you mean Ghana (GH)")).to_be_visible()
    expect(form.get_by_label("Country of their site")).to_be_focused()
    expect(form.get_by_label("Provider")).to_have_value("Savanna Support")
    form.get_by_label("Country of their site").fill("Ghana")
    form.get_by_role("button", name="Next: metrics").click()
    form = maya.form("Set up: 2 of 4")
    form.get_by_label("Targets of your contract").fill("patience at most 3")
    form.get_by_role("button", name="Next: people").click()
    _stands_above(form.get_by_text("begins with no metric that I know"), form.get_by_role("contentinfo"))
    form.get_by_label("Targets of your contract").fill("SL 85 %")
    form.get_by_role("button", name="Next: people").click()
    form = maya.form("Set up: 3 of 4")
    form.get_by_label("Who answers for it at your company").select_option(label="Maya Brooks, Vendor manager")
    form.get_by_label("Who answers for it at Savanna Support").select_option(label="Sam Osei, Account lead")
    form.get_by_role("button", name="Next: times").click()
    form = maya.form("Set up: 4 of 4")
    form.get_by_label("Weekly digest on").select_option(label="Wednesday")
    form.get_by_role("button", name="Finish").click()
    maya.no_form()
    maya.sees("Savanna Support is set up", "Only visible to you")
    welcome = sam.sees("Hello, I am Parley", "@Maya Brooks and @Sam Osei")
    expect(welcome).to_contain_text("a plain reply in the thread is enough")
    sam.sees_nothing_of("Savanna Support is set up")
    maya.write("/vendor reprot")
    maya.press(maya.sees("I do not know", "reprot"), "Did you mean report?")
    maya.form("Report an issue").get_by_role("link", name="Cancel").click()
    maya.no_form()


def _stands_above(words: Locator, foot: Locator) -> None:
    """What is wrong can be read at once: a form's foot, which stays in sight, does not hide it."""
    expect(words).to_be_in_viewport()
    read, covered = words.bounding_box(), foot.bounding_box()
    assert read is not None and covered is not None and read["y"] + read["height"] <= covered["y"]


def _tuesday_figures(maya: Seat, jo: Seat) -> None:
    jo.open("northwind-shared")
    asked = jo.sees("Figures for 23 February", "please send 5 figures")
    jo.open_thread(asked).reply("SL 82% AHT 6:52 QA good")
    jo.sees("Read for 23 February", "Service level 82.0 %, Average handle time 6:52")
    expect(jo.message("I could not read “QA good”")).to_be_visible()
    maya.sees("Figures for 23 February", "2 of 5 received")
    jo.reply("oops AHT 6:25")
    jo.sees("Average handle time 6:25 (was 6:52, both are kept)")
    jo.reply("QA 91 CSAT 82 FCR 74")
    maya.sees("5 of 5 figures received for 23 February")
    maya.write("/vendor metrics")
    maya.sees("Only visible to you", "Average handle time", "6:25")


def _wednesday_an_issue(maya: Seat, jo: Seat) -> None:
    maya.write("A customer waited 40 minutes for a refund and hung up")
    complaint = maya.sees("A customer waited 40 minutes")
    maya.menu(complaint, "Report an issue")
    form = maya.form("Report an issue")
    expect(form.get_by_label("What happened")).to_have_value("A customer waited 40 minutes for a refund and hung up")
    form.get_by_label("Title").fill("")
    form.get_by_role("button", name="Report issue").click()
    expect(form.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Title").fill("Refund callers wait 40 minutes")
    form.get_by_role("button", name="Report issue").click()
    maya.no_form()
    maya.sees("is reported to both companies", "Undo")

    card = jo.open("northwind-shared").sees("Refund callers wait 40 minutes", "Reported, not acknowledged yet")
    jo.open_thread(card).reply("ack")
    maya.sees("Refund callers wait 40 minutes", "Northwind Manila is working on it")
    jo.reply("blocked: need the refund policy from you")
    waiting = maya.sees("Refund callers wait 40 minutes", "Waiting on Harbour Home")
    expect(waiting).to_contain_text("need the refund policy from you")
    maya.open_thread(waiting)
    maya.sees("Jo Santos needs something from Harbour Home to go on")
    maya.reply("Refunds above 50 go to tier two, the rest you may grant")
    maya.press(maya.message("Refund callers wait 40 minutes", "Waiting on Harbour Home"), "We answered")
    jo.sees("back with you, thanks for the patience")
    jo.sees("Refund callers wait 40 minutes", "Northwind Manila is working on it")

    maya.open("northwind-shared").write("/vendor report Two calls were dropped at noon")
    form = maya.form("Report an issue")
    expect(form.get_by_label("Title")).to_have_value("Two calls were dropped at noon")
    form.get_by_label("Who sees it").select_option(label="Our company only: in our internal channel")
    form.get_by_role("button", name="Report issue").click()
    maya.no_form()
    maya.open("vendor-team").sees("Two calls were dropped at noon", "Visible to: Harbour Home only")
    jo.open("northwind-shared").sees_nothing_of("Two calls were dropped")


def _thursday_action_items(maya: Seat, jo: Seat) -> None:
    maya.open("northwind-shared")
    maya.write("@Parley actions add Share the call recordings @Jo Santos due tomorrow")
    jo.sees("Action 8: Share the call recordings", "@Jo Santos (Northwind Manila)", "Friday 6 March")
    jo.write("/vendor actions")
    jo.press(jo.sees("Only visible to you", "Share the call recordings"), "Add an action item")
    form = jo.form("Add an action item")
    form.get_by_label("What is to be done").fill("Grant us access to the refund tool")
    form.get_by_label("Owner").select_option(label="Maya Brooks (Harbour Home)")
    form.get_by_label("Due").fill("2026-03-10")
    form.get_by_role("button", name="Add action item").click()
    jo.no_form()
    maya.sees("Grant us access to the refund tool", "@Maya Brooks (Harbour Home)", "Tuesday 10 March")


def _friday_a_reminder(maya: Seat, jo: Seat) -> None:
    morning = jo.open("Parley").sees("Good morning", "Share the call recordings", "due today")
    for button in ("Done", "Snooze", "Need help"):
        expect(morning.get_by_role("button", name=button, exact=True)).to_be_visible()
    morning.get_by_role("group").get_by_text("Why did I get this?").click()
    expect(morning.get_by_text("You own")).to_be_visible()
    maya.open("Parley").sees_nothing_of("Share the call recordings is due today")
    jo.press(morning, "Done")
    jo.sees("Good morning", "All done for this morning", "Share the call recordings · done, waiting for a yes")
    maya.open("northwind-shared")
    done = maya.sees("Action 8: Share the call recordings", "waiting for a yes from Harbour Home")
    maya.press(done, "Accept")
    maya.sees("Action 8 is accepted", "Only visible to you")
    jo.open("northwind-shared").sees("Action 8: Share the call recordings", "Done and accepted")


def _monday_the_digest(maya: Seat, jo: Seat) -> None:
    title = "Northwind Manila, 23 February – 1 March 2026"
    digests = [seat.open("northwind-shared").sees(title, "Next digest") for seat in (maya, jo)]
    for digest in digests:
        expect(digest.get_by_role("img", name=re.compile("Twelve weeks of each metric"))).to_be_visible()
        for part in ("Wins", "Needs work", "Overdue"):
            expect(digest.get_by_role("heading", name=part)).to_be_visible()
        expect(digest).to_contain_text("Share the call recordings")
        expect(digest).to_contain_text(re.compile(r"Northwind Manila: .*overdue"))
        expect(digest).to_contain_text(re.compile(r"Harbour Home: .*overdue"))
    portfolio = maya.open("vendor-team").sees("All providers, 23 February – 1 March 2026", "Next portfolio")
    inner = maya.open_thread(portfolio).sees(f"{title} (internal)", "Only your company reads this")
    expect(inner).to_contain_text("Average handle time")
    for channel in ("northwind-shared", "Parley"):
        jo.open(channel)
        for secret in (
            "(internal)",
            "Only your company reads this",
            "vendor-team",
            "declining",
            "Two calls were dropped",
        ):
            jo.sees_nothing_of(secret)
