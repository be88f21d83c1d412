"""One message a morning, whatever it tells: the week, the deputy's reminders, what happened while somebody was away."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.plain import plain
from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import ProviderSetUp
from handlers.vocabulary.outgoing import Answer, Item
from storage.models.delivery import OutboxRow
from storage.models.reminder import Ping
from tests.journeys.words import labels, told
from tests.review_rows import review, weekly_series
from tests.town import Town, town_at

MANILA, LONDON = ZoneInfo("Asia/Manila"), ZoneInfo("Europe/London")
MAYA, BEN, EVA, JO, REY = range(1, 6)
REPORT = {"detail": "", "severity": "2", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def reached(town: Town, person: int) -> list[OutboxRow]:
    return [row for row in town.rows(kind="reminders.morning") if row.subject_id == person]


def words(row: OutboxRow) -> str:
    return plain(decode_card(row.content))


def days(town: Town, person: int, zone: ZoneInfo = MANILA) -> list[str]:
    return [f"{row.created_at.astimezone(zone):%a %d %H:%M}" for row in reached(town, person)]


def refusal(answer: Answer) -> str:
    """Why something was not done, wherever it is said."""
    return " ".join([*answer.problems.values(), "" if answer.card is None else plain(answer.card)])


def london(day: int, hour: int = 12, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_monday_tells_my_week_with_that_days_reminders_inside(town: Town) -> None:
    """On Jo's Monday one message holds the reminder with its buttons, the rest of her week, and thanks for the last."""
    town.maya.mentions("actions add Fix the export @Jo Santos due tomorrow")
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-11")
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-13")
    town.maya.mentions("actions add Far away @Jo Santos due 2026-04-20")
    town.jo.replies("done", under="action.card:1")
    town.until(london(9))
    row = reached(town, JO)[-1]
    card, said = decode_card(row.content), words(row)
    assert card.title == "Your week" and days(town, JO)[-1] == "Mon 09 09:00"
    assert "Retrain the queue is due Wednesday 11 March." in card.text and labels(card)[:2] == ["Done", "Snooze"]
    assert "Action 3 Send the rota: due Friday 13 March" in said and "Far away" not in said
    assert "Fix the export. Thank you." in said and "No weekly list" in labels(card)
    with town.units() as uow:
        pinged = [ping.action_item_id for ping in uow.reminders.pings_at(JO, row.created_at)]
    assert pinged == [2], "the reminder counts, a line of the week does not"


def test_a_week_without_anything_is_silent(town: Town) -> None:
    """Nothing due, nothing waited for, nothing finished: no message on Monday."""
    town.maya.mentions("actions add Far away @Jo Santos due 2026-06-20")
    town.later(days=30)
    assert reached(town, JO) == [] and reached(town, REY) == []


def test_what_the_other_side_waits_for_is_in_my_week(town: Town) -> None:
    """What Jo called done waits for Maya's yes in Maya's week, to be given there; Rey hears nothing of it."""
    town.until(london(6, 15))
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-12")
    town.jo.replies("done", under="action.card:1")
    town.until(london(9, 10))
    row = reached(town, MAYA)[-1]
    assert "The other side waits for\nAction 1 Fix the export: is it done?" in words(row)
    assert reached(town, REY) == []
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
        assert item is not None
    town.maya.presses("action.accept", f"{item.id}:{item.version}")
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
        assert item is not None and item.state == "accepted"


def test_the_week_begins_after_the_weekend_of_the_country(town: Town) -> None:
    """In Israel the week begins on Sunday, and after a Monday off it is Tuesday in London."""
    with town.units() as uow:
        jo, maya = uow.people.get(JO), uow.people.get(MAYA)
        assert jo is not None and maya is not None
        jo.zone, jo.country = "Asia/Jerusalem", "IL"
        uow.people.add(jo)
        uow.commit()
    town.until(datetime(2026, 4, 30, tzinfo=UTC))
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-05-07")
    town.maya.mentions("actions add Approve the plan due 2026-05-08")
    town.until(datetime(2026, 5, 5, 12, tzinfo=UTC))
    assert days(town, JO, ZoneInfo("Asia/Jerusalem")) == ["Sun 03 09:00", "Tue 05 09:00"]
    assert [decode_card(row.content).title for row in reached(town, JO)] == ["Your week", "Good morning"]
    weeks = [row for row in reached(town, MAYA) if decode_card(row.content).title == "Your week"]
    assert [f"{row.created_at:%a %d}" for row in weeks] == ["Tue 05"], "4 May is a bank holiday"


def test_the_weekly_list_can_be_left_out(town: Town) -> None:
    """One press turns it off for me alone; single reminders go on, and one press brings it back."""
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-13")
    town.maya.mentions("actions add Approve the plan due 2026-03-13")
    said = len(town.rows())
    assert "No weekly list any more" in told(town.jo.presses("reminder.weekly", "off"))
    assert len(town.rows()) == said, "nobody else is told"
    town.until(london(12))
    assert days(town, JO) == ["Wed 11 09:00"] and "Mon 09 09:00" in days(town, MAYA, LONDON)
    assert "is on" in told(town.jo.presses("reminder.weekly", "on"))


def test_three_reminders_are_enough_for_a_week_too(town: Town) -> None:
    """An item of which the owner had all three is no reason for a message of its own, however long it stays overdue."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-04")
    town.later(days=16)
    assert days(town, JO) == ["Tue 03 09:00", "Wed 04 09:00", "Thu 05 09:00"]


def test_the_deputy_is_reminded_in_her_own_morning_while_the_owner_is_away(town: Town) -> None:
    """Rey hears "for Jo Santos, away until", Jo nothing; the three stay three; on return Jo is told what happened."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-06")
    with town.units() as uow:
        rey = uow.people.get(REY)
        assert rey is not None
        rey.zone, rey.country, rey.morning = "Asia/Dubai", "AE", "08:00"
        uow.people.add(rey)
        uow.commit()
    town.until(london(5, 3))
    assert days(town, JO) == ["Wed 04 09:00"]
    town.jo.says("away until monday", direct=True)
    town.until(london(10, 12))
    assert days(town, JO)[1:] == ["Tue 10 09:00"]
    rows = reached(town, REY)
    assert days(town, REY, ZoneInfo("Asia/Dubai")) == ["Fri 06 08:00", "Mon 09 08:00"]
    assert "for Jo Santos, away until Monday 9 March" in words(rows[0]) and "You stand in" in words(rows[0])
    assert "last reminder" in words(rows[-1])
    back = words(reached(town, JO)[-1])
    assert "While you were away" in back and "Rey Cruz was reminded of 1 action item of yours." in back
    town.until(london(20))
    with town.units() as uow:
        steps = Counter(ping.person_id for ping in uow.session.exec(select(Ping)).all() if ping.step != "managers")
    assert steps == {JO: 1, REY: 2}


def test_the_deputy_finishes_it_from_the_reminder(town: Town) -> None:
    """The buttons work for whoever stands in, and the message shows that it is done."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-04")
    town.jo.says("away until friday", direct=True)
    town.until(london(3))
    (row,) = reached(town, REY)
    button = decode_card(row.content).buttons[0]
    town.rey.presses(button.action, button.value)
    assert "✓ 1 Retrain the queue" in words(reached(town, REY)[0])
    town.until(london(6))
    assert len(reached(town, REY)) == 1


def test_nobody_stands_in_and_the_absent_are_left_in_peace(town: Town) -> None:
    """Where both are away nobody is reminded; the first one back takes it up."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-06")
    town.jo.says("away until thursday", direct=True)
    town.rey.says("away until friday", direct=True)
    town.until(london(6))
    assert days(town, JO) == ["Fri 06 09:00"] and reached(town, REY) == []


def test_what_is_overdue_reaches_the_clients_deputy_while_the_owner_is_away(town: Town) -> None:
    """The managers' own summary goes to Ben while Maya is away."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-04")
    town.until(london(6))
    town.maya.says("away until 2026-03-13", direct=True)
    town.until(london(12))
    assert any("Three business days overdue" in words(row) for row in reached(town, BEN))
    assert not any("Three business days overdue" in words(row) for row in reached(town, MAYA))


def test_my_own_time_and_days(town: Town) -> None:
    """Typed, or by the form from a reminder's button: from the next morning on, and nobody else is told."""
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-06")
    said = len(town.rows())
    assert "come at 08:15 from now on, Monday to Friday" in told(town.jo.types("mornings 08:15"))
    town.until(london(5))
    assert days(town, JO) == ["Wed 04 08:15"] and "Change the time" in labels(decode_card(reached(town, JO)[0].content))
    form = town.jo.presses("reminder.times").form
    assert form is not None and {each.name: each.initial for each in form.fields} == {
        "time": "08:15",
        "days": "mon,tue,wed,thu,fri",
    }
    assert "mornings 08:15" in refusal(town.jo.types("mornings soon"))
    town.jo.submits("reminder.timed", {"time": "10:30", "days": "mon,thu"})
    town.until(london(10))
    assert days(town, JO)[1:] == ["Mon 09 10:30"], "no Friday any more; Monday makes it good"
    assert len(town.rows()) - said == len(reached(town, JO)) + len(reached(town, MAYA))


def test_a_later_time_on_the_same_day_makes_no_second_message(town: Town) -> None:
    """Who had this morning's message and chooses a later time hears tomorrow again, not twice today."""
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-06")
    town.until(datetime(2026, 3, 4, 2, tzinfo=UTC))
    town.jo.types("mornings 11:00")
    town.until(london(6))
    assert days(town, JO) == ["Wed 04 09:00", "Fri 06 11:00"]


def test_a_rest_until_monday_is_mine_alone(town: Town) -> None:
    """ "pause until monday": nothing before, then what applies on that day; a rest of months is an absence."""
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-06")
    said = town.shared()
    town.jo.says("pause until monday", direct=True)
    assert "rest until Monday 9 March" in decode_card(town.rows()[-1].content).text and town.shared() == said
    town.until(london(9))
    assert days(town, JO) == ["Mon 09 09:00"]
    assert "a deputy is reminded" in refusal(town.jo.types("pause until 2026-09-01"))
    town.jo.types("pause until 2026-03-20")
    assert "go on" in told(town.jo.types("resume"))


def test_everybody_may_set_their_own_and_only_managers_have_a_pulse(town: Town) -> None:
    """The card offers what this person can set; the pulse is refused to a provider."""
    assert "Daily pulse" not in plain_of(town, "jo") and "Daily pulse" in plain_of(town, "maya")
    assert "managers" in refusal(town.jo.types("pulse"))


def plain_of(town: Town, who: str) -> str:
    card = getattr(town, who).types("mornings").card
    assert card is not None
    return plain(card)


def test_an_unheld_review_and_an_asked_plan_are_listed_and_never_nagged(town: Town) -> None:
    """They come up in the weekly list only: between two Mondays no message is made for them."""
    with town.units() as uow:
        _review_nobody_held(uow)
        uow.commit()
    town.maya.mentions("actions add Far away @Jo Santos due 2026-06-20")
    town.maya.types("pulse off")
    town.until(london(14))
    assert days(town, MAYA, LONDON) == ["Mon 09 09:00"]
    said = words(reached(town, MAYA)[0])
    assert "Weekly review, Northwind Manila: was it held?" in said and "[It was held] [Skip it]" in said
    card = decode_card(reached(town, MAYA)[0].content)
    offered = {button.label: button for each in card.elements if isinstance(each, Item) for button in each.buttons}
    for label in ("It was held", "Skip it"):
        assert town.maya.presses(offered[label].action, offered[label].value).form is not None, label


def _review_nobody_held(uow) -> None:  # type: ignore[no-untyped-def]  # a unit of work
    from_day = london(3)
    series = uow.series.add(weekly_series(from_day))
    uow.reviews.add(review(series, from_day, "not held", asked_at=from_day))


def test_an_issue_of_mine_stands_in_my_week(town: Town) -> None:
    """Jo's open issue is named with what is to be done until when, in her zone."""
    town.maya.mentions("actions add Far away @Jo Santos due 2026-06-20")
    town.until(london(6, 15))
    town.maya.submits("issue.report", {**REPORT, "severity": "4", "title": "Slow mails"}, "1")
    town.until(london(9))
    assert "Issue 1 Slow mails: severity 4, to acknowledge, " in words(reached(town, JO)[-1])


def test_done_while_the_week_stands_edits_the_reminder_and_keeps_the_rest(town: Town) -> None:
    """After the press the item is struck off above, and the parts below stand as they were."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-11")
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-13")
    town.until(london(9))
    button = decode_card(reached(town, JO)[-1].content).buttons[0]
    town.jo.presses(button.action, button.value)
    card = decode_card(reached(town, JO)[-1].content)
    said = plain(card)
    assert "✓ 1 Retrain the queue" in said and "Action 2 Send the rota" in said and card.title == "Your week"


def test_how_reminders_work_names_everything_that_comes(town: Town) -> None:
    """The answer to "why did I get this?" tells of the week, the deputy, the rest, and for managers of the pulse."""
    maya, jo = (who.presses("reminder.why").card for who in (town.maya, town.jo))
    assert maya is not None and jo is not None
    for part in ("Weekly", "Away", "pause until monday"):
        assert part in plain(maya) and part in plain(jo)
    assert "Daily pulse" in plain(maya) and "Daily pulse" not in plain(jo)


def test_a_numbered_reply_is_about_what_the_week_lists(town: Town) -> None:
    """ "done 2" under the weekly message finishes action 2, which it lists, and not action 1, of which it reminds."""
    town.maya.mentions("actions add Retrain the queue @Jo Santos due 2026-03-11")
    town.maya.mentions("actions add Send the rota @Jo Santos due 2026-03-13")
    town.until(london(9))
    town.jo.replies("done 2", under=reached(town, JO)[-1].once)
    with town.units() as uow:
        states = [item.state for number in (1, 2) if (item := uow.actions.numbered(1, number)) is not None]
    assert states == ["open", "done"]


def test_whoever_is_away_three_stay_three(town: Town) -> None:
    """Four weeks in which owner and deputy come and go: no item is reminded of more than three times, nobody hears twice a
    day, and nobody hears while they are away."""
    away: dict[int, list[tuple[date, date]]] = {JO: [], REY: []}
    for day in range(24):
        if day % 7 < 5 and day % 2:
            town.maya.mentions(f"actions add Step {day} {('@Jo', '@Rey')[day % 4 == 1]} due +{2 + day % 4}d")
        for who, number, begins, ends in ((town.jo, JO, day % 6 == 2, 2), (town.rey, REY, day % 9 == 4, 1)):
            if begins:
                who.types(f"away for {ends} days")
                first = town.now.astimezone(MANILA).date()
                away[number].append((first, first + timedelta(days=ends - 1)))
        town.later(days=1)
    with town.units() as uow:
        pings = [each for each in uow.session.exec(select(Ping)).all() if each.step != "managers"]
    assert max(Counter(each.action_item_id for each in pings).values()) <= 3 and len(pings) > 12
    assert any(":for:" in each.step for each in pings)
    for person in (JO, REY):
        heard = [row.created_at.astimezone(MANILA).date() for row in reached(town, person)]
        assert len(heard) == len(set(heard))
        assert not [day for day in heard for first, last in away[person] if first < day <= last]


def test_whoever_answers_has_mornings_from_the_set_up_on(town: Town) -> None:
    """Nothing was agreed yet: after the set-up, owners, deputies and managers have their mornings, at their own time."""
    with town.units() as uow:
        uow.happened(ProviderSetUp(1))
        follow(table().followers, uow, town.now)
        uow.commit()
    with town.units() as uow:
        running = [uow.schedules.of("reminders", person) for person in (MAYA, BEN, EVA, JO, REY)]
    assert [None if each is None else (each.pattern, each.zone) for each in running] == [
        ("mon-fri 09:00", "Europe/London"),
        ("mon-fri 09:00", "Europe/London"),
        ("mon-fri 09:00", "Europe/London"),
        ("mon-fri 09:00", "Asia/Manila"),
        ("mon-fri 09:00", "Asia/Manila"),
    ]
