"""Reminders over real mornings, in each person's own zone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.plain import plain
from handlers.router import follow
from handlers.routes import FIRINGS, table
from handlers.saying import decode_card
from handlers.schedules import tick
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import PrivateCard
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.provider import Owner
from storage.models.reminder import Ping
from storage.models.schedule import Schedule
from tests.journeys.words import card_of
from tests.town import Town, town_at

MANILA, LONDON = ZoneInfo("Asia/Manila"), ZoneInfo("Europe/London")
JO, REY, MAYA, BEN = 4, 5, 1, 2


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def mornings(town: Town, person: int) -> list[OutboxRow]:
    """The messages that reminded somebody of something, without those that only told their week or what changed."""
    with town.units() as uow:
        return [row for row in reached(town, person) if uow.reminders.pings_at(person, row.created_at)]


def reached(town: Town, person: int) -> list[OutboxRow]:
    """All morning messages to somebody."""
    return [row for row in town.rows(kind="reminders.morning") if row.subject_id == person]


def days(town: Town, person: int, zone: ZoneInfo = MANILA) -> list[str]:
    return [f"{row.created_at.astimezone(zone):%a %d %H:%M}" for row in mornings(town, person)]


def shown(row: OutboxRow) -> PrivateCard:
    card = decode_card(row.content)
    assert isinstance(card, PrivateCard)
    return card


def labels(row: OutboxRow) -> list[str]:
    return [button.label for button in shown(row).buttons]


def change(town: Town, person_id: int, **changed: object) -> None:
    with town.units() as uow:
        person = uow.people.get(person_id)
        assert person is not None
        for name, value in changed.items():
            setattr(person, name, value)
        uow.people.add(person)
        uow.commit()


def test_the_ladder_in_my_own_morning(town: Town) -> None:
    """Due on Friday: Wednesday, Friday and Monday at nine in Manila, then nothing more; the managers hear on Wednesday."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.later(days=40)
    assert days(town, JO) == ["Wed 04 09:00", "Fri 06 09:00", "Mon 09 09:00"]
    assert days(town, MAYA, LONDON) == ["Wed 11 09:00"]
    assert "Retrain the queue" in str(shown(mornings(town, MAYA)[0])) and "Jo Santos" in str(
        shown(mornings(town, MAYA)[0])
    )
    assert [row.visibility for row in mornings(town, JO)] == ["PRV"] * 3


def test_a_card_says_that_it_is_overdue_although_nobody_touched_it(town: Town) -> None:
    """Its owner is told the morning after the due day, and from then on both sides read it on the card."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    card_then = card_of(town, "action.card:1")
    town.until(datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert card_of(town, "action.card:1") == card_then and "overdue" not in plain(card_then)
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert "Open, overdue" in plain(card_of(town, "action.card:1"))


def test_one_of_two_is_told_as_one_more(town: Town) -> None:
    """The first line is a sentence with one item beside the first, too."""
    for title in ("Approve the plan", "Send the policy"):
        town.maya.mentions(f"actions add {title} due wednesday")
    town.later(days=1)
    assert shown(mornings(town, MAYA)[0]).text == "Approve the plan is due tomorrow; one more waits for you."


def test_one_message_a_morning_grouped_by_provider(town: Town) -> None:
    """Several items are one message, by provider and due day, with buttons that name their item, and it says why."""
    _, number = town.takes_on("Baltic Desk", "Chat", town.channel("BALTIC"))
    town.maya.mentions("actions add Approve the plan due thursday")
    town.maya.mentions("actions add Send the policy due wednesday")
    town.maya.submits(
        "action.add", {"title": "Sign it", "owner": "1", "due": "2026-03-05", "visibility": "SH"}, str(number)
    )
    town.later(days=1)
    (row,) = mornings(town, MAYA)
    card = shown(row)
    assert card.text == "Send the policy is due tomorrow; 2 more wait for you."
    assert [heading.text for heading in card.elements if heading.kind == "heading"] == [
        "Baltic Desk",
        "Northwind Manila",
    ]
    assert labels(row)[:3] == ["Done 2", "Snooze 2", "Need help 2"] and labels(row)[-1] == "Change the time"
    assert "You own these" in card.why and "09:00 in London" in card.why
    assert "three times an item" in str(town.maya.presses("reminder.why").card)


def test_done_from_the_reminder_edits_it_in_place(town: Town) -> None:
    """After the press the same message, or the line in its place, shows the item as done, without buttons for it; no second
    message is said."""
    town.maya.mentions("actions add Send the policy @Jo Santos due tomorrow")
    town.later(days=1)
    (row,) = mornings(town, JO)
    card = decode_card(town.found(row.once)[0].content)
    assert [button.label for button in card.buttons[:3]] == ["Done", "Snooze", "Need help"]
    town.jo.presses(card.buttons[0].action, card.buttons[0].value)
    read, _ = town.found(row.once)
    card = decode_card(read.content)
    said = "✓ 1 Send the policy · done, waiting for a yes" if town.jo.has_a_chat else "Action 1 is called done"
    assert read.revision == 2 and said in plain(card)
    assert not {"Done", "Snooze", "Need help"} & {button.label for button in card.buttons}
    town.later(days=10)
    assert len(mornings(town, JO)) == 1 and len(town.beside(row.once)) == (not town.jo.has_a_chat)


def test_a_plain_reply_under_the_reminder(town: Town) -> None:
    """The reply is the interface: "done" under a reminder of one item is about that item."""
    town.maya.mentions("actions add Send the policy @Jo Santos due tomorrow")
    town.maya.mentions("actions add Another one @Jo Santos due 2026-03-30")
    town.later(days=1)
    town.jo.replies("done, sent by mail", under=mornings(town, JO)[0].once)
    with town.units() as uow:
        first, second = uow.actions.numbered(1, 1), uow.actions.numbered(1, 2)
        assert first is not None and second is not None
        assert (first.state, second.state) == ("done", "open")


def test_snooze_is_mine_alone(town: Town) -> None:
    """Put off until next week: silence until then, one reminder more on that day, and the others are told nothing."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.until(datetime(2026, 3, 4, 3, tzinfo=UTC))
    asked = town.jo.presses("reminder.snooze", "1").card
    assert asked is not None
    assert [button.label for button in asked.buttons] == [
        "Next working day (Thursday 5 March)",
        "In 3 working days (Monday 9 March)",
        "Next week (Monday 9 March)",
    ]
    said = len(town.shared())
    town.jo.presses("reminder.snooze", asked.buttons[0].value)
    assert "I remind you Thursday 5 March" in str(shown(mornings(town, JO)[0]))
    assert len(town.shared()) == said
    town.later(days=30)
    assert days(town, JO) == ["Wed 04 09:00", "Thu 05 09:00", "Fri 06 09:00"], "three, the one asked for included"
    assert "Snooze" not in labels(mornings(town, JO)[-1]) and "last reminder" in str(shown(mornings(town, JO)[-1]))
    refused = town.jo.presses("reminder.snooze", "1:tomorrow").card
    assert refused is not None and "the last reminder" in refused.text


def test_a_typed_day_puts_the_reminder_off_and_the_commitment_stays(town: Town) -> None:
    """`+3d` in the thread is a snooze of one's own, never a new due day."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    said = len(town.shared())
    town.jo.replies("+3d", under="action.card:1")
    town.later(days=3)
    assert days(town, JO) == ["Thu 05 09:00"] and len(town.shared()) == said
    assert town.reactions()[-1] == "hourglass_flowing_sand"
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
        assert item is not None and f"{item.due_on}" == "2026-03-06"


def test_ack_pauses_until_the_due_day(town: Town) -> None:
    """In hand: no word on Wednesday, one on Friday."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.jo.replies("ack", under="action.card:1")
    town.until(datetime(2026, 3, 6, 3, tzinfo=UTC))
    assert days(town, JO) == ["Fri 06 09:00"]


def test_no_reminder_on_the_owners_holiday(town: Town) -> None:
    """Maundy Thursday and Good Friday in Manila: due on the Monday after, the first word comes on Tuesday before."""
    town.now = datetime(2026, 3, 23, 9, tzinfo=UTC)
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-04-06")
    town.until(datetime(2026, 4, 20, tzinfo=UTC))
    assert days(town, JO) == ["Tue 31 09:00", "Mon 06 09:00", "Tue 07 09:00"]


def test_summer_time_keeps_the_morning(town: Town) -> None:
    """London's clocks go forward on 29 March 2026: nine stays nine."""
    town.now = datetime(2026, 3, 26, 12, tzinfo=UTC)
    town.maya.mentions("actions add Approve the plan due 2026-03-31")
    town.until(datetime(2026, 4, 3, tzinfo=UTC))
    assert days(town, MAYA, LONDON) == ["Fri 27 09:00", "Tue 31 09:00", "Wed 01 09:00"]


def test_my_own_time_and_zone_hold_from_the_next_morning(town: Town) -> None:
    """Who moves house or rises earlier hears at the new time."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.until(datetime(2026, 3, 4, 2, tzinfo=UTC))
    change(town, JO, morning="07:30", zone="Asia/Tokyo", country="JP")
    town.later(days=5)
    assert days(town, JO, ZoneInfo("Asia/Tokyo"))[1:] == ["Fri 06 07:30", "Mon 09 07:30"]


def test_after_an_outage_one_message_and_never_at_night(town: Town) -> None:
    """Down over the due day: nothing is caught up at night; the next morning says what applies then, once."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.until(datetime(2026, 3, 4, 3, tzinfo=UTC))
    town.now = datetime(2026, 3, 6, 18, tzinfo=UTC)  # two in the morning in Manila
    for _ in range(2):
        with town.units() as uow:
            tick(uow, town.now, FIRINGS)
            follow(table().followers, uow, town.now)
            uow.commit()
    town.until(datetime(2026, 3, 12, tzinfo=UTC))
    assert days(town, JO) == ["Wed 04 09:00", "Mon 09 09:00"]


def test_the_schedule_lives_as_long_as_anything_can_concern_somebody(town: Town) -> None:
    """Whoever holds a post or steers keeps their mornings; somebody else has them while an item of theirs is open."""

    def running() -> set[int]:
        with town.units() as uow:
            found = uow.session.exec(select(Schedule).where(Schedule.subject == "reminders")).all()
            return {each.subject_id for each in found if each.state == "active"}

    with town.units() as uow:
        for owner in uow.providers.owners(1):
            if owner.person_id == REY:
                uow.providers.end_owner(owner, town.now)
        uow.commit()
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    assert running() == {JO, MAYA}
    town.jo.replies("owner @Rey Cruz", under="action.card:1")
    assert running() == {REY, JO, MAYA}
    town.jo.replies("done", under="action.card:1")
    assert running() == {JO, MAYA}
    town.maya.replies("reopen: not yet", under="action.card:1")
    assert running() == {REY, JO, MAYA}


def test_the_deputy_is_reminded_when_the_owner_has_left(town: Town) -> None:
    """Nothing falls between two chairs: whoever stands in hears instead."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-11")
    change(town, JO, left_at=town.now)
    town.until(datetime(2026, 3, 11, 12, tzinfo=UTC))
    assert days(town, JO) == [] and days(town, REY) == ["Mon 09 09:00", "Wed 11 09:00"]


def test_the_clients_own_lateness_reaches_their_deputy_and_no_provider(town: Town) -> None:
    """Overdue with the accountable person herself: her deputy is told, and the provider sees nothing extra."""
    town.maya.mentions("actions add Approve the plan due tomorrow")
    town.later(days=20)
    assert days(town, BEN, LONDON) == ["Fri 06 09:00"]
    assert days(town, JO) == [] and len(mornings(town, MAYA)) == 2


def test_what_is_internal_reminds_only_the_client(town: Town) -> None:
    """An internal item reaches its owner and manager, and nobody at the provider."""
    values = {"title": "Compare the offers", "owner": str(BEN), "due": "2026-03-03", "visibility": "INT"}
    town.maya.submits("action.add", values, "1")
    town.later(days=20)
    assert {row.subject_id for row in town.rows(kind="reminders.morning")} == {BEN, MAYA}


def test_after_the_end_everything_is_silent(town: Town) -> None:
    """A programme that is paused or over reminds nobody."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "ended"
        uow.providers.add(programme)
        uow.commit()
    town.later(days=20)
    assert town.rows(kind="reminders.morning") == []


def test_a_moved_day_moves_the_ladder_but_three_stay_three(town: Town) -> None:
    """Moved after two reminders, one is left for the new day."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.until(datetime(2026, 3, 6, 3, tzinfo=UTC))
    town.jo.replies("due 2026-03-18", under="action.card:1")
    town.later(days=30)
    assert days(town, JO) == ["Wed 04 09:00", "Fri 06 09:00", "Mon 16 09:00"]
    with town.units() as uow:
        assert len(uow.session.exec(select(Ping).where(Ping.person_id == JO)).all()) == 3


def test_a_new_person_of_a_side_gets_mornings_with_the_items(town: Town) -> None:
    """Handed over to somebody without a schedule: theirs begins, at their own time."""
    with town.units() as uow:
        lea = uow.people.add(
            Person(
                installation_id=1,
                provider_id=1,
                name="Lea Reyes",
                side="provider",
                zone="Asia/Manila",
                country="PH",
                morning="08:00",
                created_at=town.now,
            )
        )
        uow.people.connect(lea, town.platform, town.workspace("NORTHWIND"), town.user("LEA"))
        assert lea.id is not None
        number = lea.id
        uow.providers.add(Owner(programme_id=1, side="provider", role="deputy", person_id=lea.id, since=town.now))
        uow.commit()
    town.maya.mentions("actions add Retrain the queue @Jo Santos due friday")
    town.jo.replies("owner @Lea Reyes", under="action.card:1")
    town.later(days=7)
    assert days(town, number) == ["Wed 04 08:00", "Fri 06 08:00", "Mon 09 08:00"] and days(town, JO) == []
