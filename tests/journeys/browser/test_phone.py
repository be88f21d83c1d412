"""The essential steps on a telephone: 390 pixels wide, one thing at a time, nothing cut off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser.seat import PHONE, Company

pytestmark = pytest.mark.slow


def test_the_week_on_two_phones(company: Company) -> None:
    """Digest, figures, an issue and a reminder are read and answered on phones, and every screen fits."""
    maya, jo = company.seat("Maya Brooks", PHONE), company.seat("Jo Santos", PHONE)
    maya.open("northwind-shared").next("morning")
    digest = jo.open("northwind-shared").sees("Northwind Manila, 16–22 February 2026", "Next digest")
    expect(digest).to_contain_text(re.compile(r"3 of 4 targets met; service level 77.9\s% is below 80\s%"))
    jo.fits()
    maya.next("morning")
    jo.open_thread(jo.sees("Figures for 23 February", "please send 5 figures")).reply("SL 82% AHT 6:52 QA good")
    jo.sees("I could not read “QA good”")
    jo.fits()
    maya.sees("Figures for 23 February", "2 of 5 received")

    maya.write("/vendor report Refund callers wait 40 minutes")
    form = maya.form("Report an issue")
    maya.fits()
    form.get_by_role("button", name="Report issue").click()
    maya.no_form()
    jo.page.get_by_role("link", name="Back to northwind-shared").click()
    jo.open_thread(jo.sees("Refund callers wait 40 minutes", "Reported, not acknowledged yet")).reply("ack")
    maya.sees("Refund callers wait 40 minutes", "Northwind Manila is working on it")
    maya.fits()
    maya.write("@Parley actions add Share the recordings @Jo Santos due tomorrow")
    maya.sees("Share the recordings", "@Jo Santos (Northwind Manila)")
    maya.next("morning")
    morning = jo.open("Parley").sees("Good morning", "Share the recordings", "due today")
    jo.fits()
    jo.press(morning, "Done 8")
    maya.sees("Share the recordings", "waiting for a yes from Harbour Home")
