"""The company speaks on Slack, somebody of the provider is on Teams: what is for them stands where they are, and only there."""

from __future__ import annotations

from pathlib import Path

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from tests.two_platforms import TEAMS_CHANNEL, two_towns_at


def test_a_reminder_stands_on_the_platform_of_its_reader(tmp_path: Path) -> None:
    """The item's card stands on both; the line that calls its owner under the one on Teams, and Slack's hears nothing."""
    town = two_towns_at(tmp_path)
    town.later(hours=17)
    town.maya.types("actions add Prune the macros @Jo Santos due 2026-03-05")
    town.until(town.now.replace(day=4, hour=1, minute=1))
    (line,) = town.beside()
    twin = next(row for row in town.on(Platform.TEAMS, "action.card"))
    assert (line.platform, line.channel, line.thread_card) == ("teams", TEAMS_CHANNEL.channel, twin.key)
    assert decode_card(line.content).text == "@Jo Santos, action 1 is due tomorrow: Prune the macros."
    why = town.jo.presses("noise.why", line.key).card
    assert why is not None and "reminder.pause" in str(why.buttons)


def test_an_answer_stands_where_it_was_asked(tmp_path: Path) -> None:
    """Asked on Teams, the line is on Teams alone."""
    town = two_towns_at(tmp_path)
    town.jo.mentions("actions")
    assert [(row.platform, row.mirror_of) for row in town.beside()] == [("teams", None)]


def test_no_line_where_its_reader_is_not(tmp_path: Path) -> None:
    """With the channel on Teams frozen nothing for them is posted on Slack, and the reminder is not counted as said."""
    town = two_towns_at(tmp_path)
    town.later(hours=17)
    town.maya.types("actions add Prune the macros @Jo Santos due 2026-03-05")
    with town.units() as uow:
        for channel in uow.providers.channels(1, "shared"):
            channel.frozen = channel.platform == Platform.TEAMS
            uow.providers.add(channel)
        uow.commit()
    town.until(town.now.replace(day=4, hour=1, minute=1))
    assert town.beside() == [] and [row for row in town.rows(kind="reminders.morning") if row.subject_id == 4] == []
    with town.units() as uow:
        assert uow.reminders.pings_of(1) == []
