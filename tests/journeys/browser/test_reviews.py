"""A review from its agenda to its minutes, in two browsers: what one side says, the other side's window shows."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, expect

from tests.journeys.browser.seat import Company, Seat

pytestmark = pytest.mark.slow

SERIES = "Weekly operations review"
THURSDAY = "Thursday 5 March 09:00 (London) · 17:00 (Manila)"


def test_a_review_from_its_agenda_to_its_minutes(company: Company) -> None:
    """Lines before it, decision, action and risk during it, minutes at its end: each is seen from the other seat."""
    maya, jo = company.seat("Maya Brooks"), company.seat("Jo Santos")
    for seat in (maya, jo):
        seat.open("northwind-shared")
    _lines_before_it(maya, jo)
    for _ in range(4):  # Monday, Tuesday, Wednesday, and the day itself
        maya.next("morning")
    _it_begins(maya, jo)
    _what_is_noted(maya, jo)
    _it_ends(maya, jo)
    _the_next_digest_tells_of_it(maya, jo)


def test_the_calendar_file_of_a_series_is_downloaded(company: Company, tmp_path: Path) -> None:
    """The provider sets nothing up, and still gets the file: the rule in the client's zone, the link, nobody's address."""
    maya, jo = company.seat("Maya Brooks").open("northwind-shared"), company.seat("Jo Santos")
    maya.write("/vendor review new")
    form = maya.form("Set up a review")
    form.get_by_label("When").fill("every two weeks on tuesday 10:30")
    form.get_by_role("textbox", name=re.compile("link", re.I)).fill("https://meet.example.com/quality")
    form.get_by_role("button", name="Set up review").click()
    maya.no_form()
    card = jo.open("northwind-shared").sees("every two weeks on Tuesday at 10:30 (Europe/London)")
    with jo.page.expect_download() as waiting:
        card.get_by_role("link", name="Put it into your calendar").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == ".ics"
    calendar: Any = Calendar.from_ical(path.read_bytes())
    event, *moved = calendar.walk("VEVENT")
    start = event["dtstart"].dt
    assert calendar["method"] == "PUBLISH" and event["sequence"] == 0
    assert start == datetime(2026, 3, 3, 10, 30, tzinfo=ZoneInfo("Europe/London"))
    assert event["rrule"].to_ical().startswith(b"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    assert event["url"] == "https://meet.example.com/quality"
    assert "Harbour Home and Northwind Manila" in event["summary"] and "attendee" not in event
    assert {each["uid"] for each in moved} <= {event["uid"]} and all("recurrence-id" in each for each in moved)


def _lines_before_it(maya: Seat, jo: Seat) -> None:
    agenda = jo.sees(f"Agenda: {SERIES}", THURSDAY)
    jo.open_thread(agenda).reply("agenda: How we staff the Easter week")
    maya.sees(f"Agenda: {SERIES}", "How we staff the Easter week (Jo Santos)")
    maya.press(maya.message(f"Agenda: {SERIES}"), "Add agenda line")
    form = maya.form("Add an agenda line")
    expect(form.get_by_text("both companies")).to_be_visible()
    form.get_by_label("What should we talk about?").fill("New headsets for the late shift")
    form.get_by_role("button", name="Add line").click()
    maya.no_form()
    jo.sees(f"Agenda: {SERIES}", "New headsets for the late shift (Maya Brooks)")


def _it_begins(maya: Seat, jo: Seat) -> None:
    jo.sees(f"{SERIES} begins now, 17:00 Manila time")
    maya.open_thread(maya.message(f"Agenda: {SERIES}"))
    maya.press(_in_thread(maya, "begins now, 09:00"), "Begin review")
    maya.sees("is under way", "Only visible to you")
    jo.sees(f"Under way: {SERIES}")
    expect(_in_thread(jo, "begins now").get_by_role("button", name="Begin review")).to_have_count(0)
    for sign in ("decision", "action", "risk", "I am here"):
        expect(_card(jo).get_by_text(sign).first).to_be_visible()
    jo.reply("here")
    maya.sees(f"Under way: {SERIES}", "2 people there")


def _what_is_noted(maya: Seat, jo: Seat) -> None:
    maya.press(_card(maya), "Decision")
    form = maya.form("A decision")
    form.get_by_label("What was decided?").fill("Two more people in the Easter week")
    form.get_by_role("button", name="Keep decision").click()
    maya.no_form()
    jo.sees(f"Under way: {SERIES}", "1 decision, 2 people there")
    jo.press(_card(jo), "Action")
    form = jo.form("Add an action item")
    form.get_by_label("What is to be done").fill("Send the Easter roster")
    form.get_by_label("Owner").select_option(label="Rey Cruz (Northwind Manila)")
    form.get_by_label("Due").fill("2026-03-10")
    form.get_by_role("button", name="Add action item").click()
    jo.no_form()
    maya.sees("Send the Easter roster", "@Rey Cruz (Northwind Manila)", "Tuesday 10 March")
    jo.reply("Two trainers leave in April and nobody is hired yet")
    said = maya.sees("Two trainers leave in April")
    said.hover()
    said.get_by_label(re.compile("^More for the message")).click()
    said.get_by_role("button", name="React: risk").click()
    jo.sees(f"Under way: {SERIES}", "1 decision, 1 action, 1 risk, 2 people there")
    expect(jo.message("Two trainers leave").get_by_role("button", name=re.compile("risk: Maya Brooks"))).to_be_visible()


def _it_ends(maya: Seat, jo: Seat) -> None:
    maya.press(_card(maya), "End review")
    maya.sees("1 decision, 1 action and 1 risk. The minutes are posted.", "Only visible to you")
    for seat in (maya, jo):
        minutes = seat.sees(f"Minutes: {SERIES}, Thursday 5 March")
        for part in ("Decisions", "Actions", "Risks"):
            expect(minutes.get_by_role("heading", name=part)).to_be_visible()
        for words in ("Two more people in the Easter week", "Send the Easter roster · Rey Cruz · due Tuesday 10 March",
                      "Two trainers leave in April and nobody is hired yet",
                      "Thursday 12 March 09:00 (London) · 17:00 (Manila)"):  # fmt: skip
            expect(minutes).to_contain_text(words)
        expect(minutes).not_to_contain_text("All good")
    expect(jo.message(f"Held: {SERIES}").get_by_role("button", name="End review")).to_have_count(0)
    jo.sees_nothing_of("The minutes are posted")


def _the_next_digest_tells_of_it(maya: Seat, jo: Seat) -> None:
    maya.next("Monday")
    for seat in (maya, jo):
        seat.sees(
            "Northwind Manila, 23 February – 1 March 2026", f"{SERIES} held Thursday: 1 decision, 1 action, 1 risk"
        )


def _card(seat: Seat) -> Locator:
    """The review's own card, at the head of the open thread."""
    return seat.page.get_by_role("complementary", name="Thread").get_by_role("article").first


def _in_thread(seat: Seat, words: str) -> Locator:
    return seat.page.get_by_role("complementary", name="Thread").get_by_role("article").filter(has_text=words).last
