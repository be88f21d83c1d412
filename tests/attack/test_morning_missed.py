"""A morning's message that never left must not take with it what others put into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from handlers import saying
from handlers.router import follow
from handlers.routes import table
from handlers.saying import About
from handlers.vocabulary.address import Direct, Side
from handlers.vocabulary.outgoing import DirectPost, InternalCard
from tests.town import Town, town_at


def folded(town: Town) -> None:
    """Something comes by itself for Maya, who wants it in her morning message."""
    with town.units() as uow:
        card = InternalCard(text="A message could not be delivered: issue card", why="You are the accountable owner.")
        about = About(1, "delivery.failed", "a delivery failed")
        saying.say(uow, DirectPost(Direct(town.maya.account, Side.CLIENT), card), about, "delivery.failed:1", town.now)
        follow(table().followers, uow, town.now)
        uow.commit()


def test_what_joins_a_morning_that_never_left_is_not_lost(tmp_path: Path) -> None:
    """A reminder alone is of no use tomorrow; once something else joined it, the message is, and it waits however long."""
    town = town_at(tmp_path)
    town.maya.presses("noise.fold", ":on")
    town.maya.mentions("actions add Send the price list @Maya Brooks due friday")
    town.until(datetime(2026, 3, 3, 22, tzinfo=UTC))
    town.deliver = lambda: None  # type: ignore[method-assign]  # the platform is away from now on
    while not (rows := [row for row in town.rows(kind="reminders.morning") if row.state == "open"]):
        town.later(minutes=15)
        assert town.now < datetime(2026, 3, 4, 12, tzinfo=UTC), "she has a morning on Wednesday"
    assert rows[0].expires_at is not None and rows[0].expires_at - town.now < timedelta(days=1)
    folded(town)
    row = town.row("delivery.failed:1")
    assert row is not None and (row.state, row.thread_card) == ("folded", rows[0].key)
    morning = town.row(rows[0].once)
    assert morning is not None and morning.expires_at is None
