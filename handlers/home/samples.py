"""Homes made up for looking at them: as they usually are, and as bad as they can get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from handlers.catching_up.rules import Missed
from handlers.home.needs import ACCEPT, CRITICAL, LATER, OVERDUE
from handlers.home.page import Coming, Need, Page, Settings
from handlers.home.rules import Standing, in_order
from handlers.home.week import Week
from handlers.lateness import Gap
from handlers.metrics.score import Score
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Strong, Text, Tone, When
from storage.overview_rows import ProgrammeRow

NOW = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
ZONE = "Europe/London"


def row(number: int, name: str, state: str = "active", paused: str | None = None) -> ProgrammeRow:
    """A programme with owners on both sides and a shared channel, heard from yesterday."""
    return ProgrammeRow(
        programme_id=number,
        provider_id=number,
        provider=name,
        programme="Voice support",
        country="PH",
        zone="Asia/Manila",
        contract_end=None,
        state=state,
        anchor_zone=ZONE,
        digest_wall="mon 08:30",
        figures_wall="tue 10:00",
        created_at=NOW - timedelta(days=200),
        digest_at=datetime(2026, 3, 16, 8, 30, tzinfo=UTC),
        paused=paused,
        my_role="owner",
        owner_away=False,
        client_owner=True,
        provider_owner=True,
        shared=1,
        frozen=0,
        heard_at=NOW - timedelta(days=1),
    )


def standings(name: str = "Northwind Manila") -> list[Standing]:
    """One in trouble, one with figures missing, one that is fine, one that is paused."""
    late = {Side.CLIENT: 1, Side.PROVIDER: 2}
    none = dict.fromkeys(Side, 0)
    quiet = row(1, name)._replace(heard_at=NOW - timedelta(days=13))
    return in_order(
        [
            Standing(quiet, name, Week(MONDAY, Score(5, 4, 5, 3, 1)), {2: 1, 3: 2}, late, 9, Tone.BAD, "off target", 500),
            Standing(
                row(2, "Kraków Care"), "Kraków Care", Week(MONDAY, Score(5, 0, 5, 0)), {}, none, 1, Tone.MISSING,
                "figures missing", 15,
            ),
            Standing(
                row(3, "Bogotá Uno"), "Bogotá Uno", Week(MONDAY, Score(4, 4, 4, 4)), {4: 1}, none, 0, Tone.GOOD, "on track", 1
            ),
            Standing(
                row(4, "Savanna Desk", "paused"), "Savanna Desk", Week(MONDAY, Score(5, 0, 5, 0)), {}, none, 0, Tone.PLAIN,
                "paused", 15,
            ),
        ]
    )  # fmt: skip


def needs(title: str = "Refund calls wait 20 minutes", count: int = 3) -> list[Need]:
    """Things that need somebody."""
    at = NOW - timedelta(hours=3)
    issue: Text = (
        Strong("Issue 12"),
        f" {title} (severity 1, Northwind Manila)",
        ": an answer was due ",
        When(at, ZONE),
        ".",
    )
    kinds = [
        Need(CRITICAL, at, issue, (Button("issue.answered", "We answered", "12:3", "primary"), _open("issue.show", 12)), Tone.BAD),
        Need(OVERDUE, at, (Strong("Action 7"), f" {title}, 2 days overdue."), (_open("action.show", 7),), Tone.BAD),
        Need(ACCEPT, at, (Strong("Action 9"), f" {title}: is it done?"), (_open("action.show", 9),)),
    ]  # fmt: skip
    return [kinds[number % len(kinds)] for number in range(count)]


def page(shown: list[Standing], waiting: list[Need], *, checked: bool = True) -> Page:
    """A manager's Home."""
    return Page(
        side=Side.CLIENT,
        manages=True,
        zone=ZONE,
        now=NOW,
        needs=tuple(waiting),
        standings=tuple(shown),
        reviews=(
            Coming(4, shown[0].name if shown else "", "Weekly review", NOW + timedelta(days=1), False),
            Coming(3, "Bogotá Uno", "Monthly review", NOW, True),
        ),
        settings=Settings("09:00", ZONE, True, (MONDAY, date(2026, 3, 13)), (("Mon 08:30 (Europe/London)", 3),), 1),
        checked=datetime(2026, 3, 11, 9, 0, tzinfo=UTC) if checked else None,
        ticked=NOW - timedelta(seconds=4) if checked else NOW - timedelta(hours=2),
    )


def after_a_gap(shown: list[Standing], waiting: list[Need], name: str = "Northwind Manila", times: int = 1) -> Page:
    """A manager's Home in the day after the bot was away."""
    due = NOW - timedelta(days=2)
    missed = (
        Missed("weekly digest", name, due, 1, "The next digest says that there was none."),
        Missed("agenda of a review", name, due + timedelta(hours=3), 2, "The review had begun or was over."),
    )
    gap = Gap(NOW - timedelta(days=6), NOW - timedelta(hours=3))
    return replace(page(shown, waiting), gap=gap, missed=missed * times)


def own_page(title: str = "Send the refund policy", count: int = 2) -> Page:
    """The Home of a provider's lead."""
    late = Need(OVERDUE, NOW, (Strong("Action 7"), f" {title}, 2 days overdue."), (_open("action.show", 7),), Tone.BAD)
    due = Need(LATER, NOW, (Strong("Action 8"), f" {title}, due tomorrow."), (_open("action.show", 8),), Tone.PLAIN)
    return Page(
        side=Side.PROVIDER,
        manages=False,
        zone="Asia/Manila",
        now=NOW,
        needs=(late,),
        mine=(due,) * count,
        reviews=(Coming(4, "", "Weekly review", NOW + timedelta(days=1), False),),
        settings=Settings("08:30", "Asia/Manila", True, None, (), 0),
    )


def _open(action: str, number: int) -> Button:
    return Button(action, "Open", str(number))
