"""Presses at one moment about one's own calendar address: one address, or none."""

from __future__ import annotations

from sqlmodel import col, select

from bot.plain import plain
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.outgoing import Answer
from storage.database import Database
from storage.models.calendar import CalendarFeed
from tests.attack.test_at_once import pressing
from tests.town import Town


def _town(database: Database) -> Town:
    town = Town(database)
    town.router = Router(table("https://parley.example.com"), town.units)
    return town


def _live(town: Town) -> int:
    with town.units() as uow:
        return len(uow.session.exec(select(CalendarFeed).where(col(CalendarFeed.revoked_at).is_(None))).all())


def _said(answers: list[Answer]) -> list[str]:
    return sorted("a moment ago" if "a moment ago" in plain(each.card) else "told" for each in answers if each.card)


def test_three_presses_at_one_moment_make_one_address(database: Database) -> None:
    """Whichever process takes a press: one address is told, and the others say that it stands above."""
    town = _town(database)
    press = (town.maya, "review.calendar.new", "")
    assert _said(pressing(town, press, press, press)) == ["a moment ago", "a moment ago", "told"]
    assert _live(town) == 1


def test_a_new_address_and_stop_at_one_moment(database: Database) -> None:
    """Replaced and stopped at once, at most the new address answers, and never the one that was there."""
    town = _town(database)
    town.maya.presses("review.calendar.new")
    town.later(minutes=1)
    pressing(town, (town.maya, "review.calendar.new", ""), (town.maya, "review.calendar.stop", ""))
    with town.units() as uow:
        first = uow.calendars.get(1)
    assert first is not None and first.revoked_at is not None and _live(town) <= 1
