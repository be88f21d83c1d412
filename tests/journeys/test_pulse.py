"""The daily pulse: half a minute for whoever steers, only if something changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event

import storage.models as models
from bot.plain import plain
from handlers.pulse import handler as pulse
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from storage.models.delivery import OutboxRow
from tests.journeys.words import told
from tests.town import Town, town_at

MAYA, BEN, EVA, JO, REY = range(1, 6)
REPORT = {"detail": "", "severity": "3", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """Maya's mornings run: something is open somewhere."""
    town = town_at(tmp_path, platform=platform)
    town.maya.mentions("actions add Far away @Jo Santos due 2026-06-20")
    town.now += timedelta(minutes=30)
    return town


def london(day: int, hour: int = 12, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def pulses(town: Town, person: int = MAYA) -> list[OutboxRow]:
    rows = [row for row in town.rows(kind="reminders.morning") if row.subject_id == person]
    return [row for row in rows if "What changed with your providers" in words(row)]


def words(row: OutboxRow) -> str:
    return plain(decode_card(row.content))


def days(town: Town, person: int = MAYA) -> list[str]:
    return [f"{row.created_at:%a %d %H:%M}" for row in pulses(town, person)]


def checked(town: Town, person: int = MAYA) -> str | None:
    with town.units() as uow:
        return uow.settings.get(f"pulse.checked:{person}")


def test_no_change_is_no_message_and_it_was_looked(town: Town) -> None:
    """Ten quiet days: nothing is said, and Home can say that all was checked at nine."""
    town.until(london(13))
    assert days(town) == [] and checked(town) == datetime(2026, 3, 13, 9, tzinfo=UTC).isoformat()
    assert checked(town, JO) is None


def test_a_change_is_told_the_next_morning_once(town: Town) -> None:
    """Jo reports an issue and figures come in: Maya reads both on Tuesday at nine with a button to look, and never again."""
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down", "severity": "4"}, "1")
    with town.units() as uow:
        uow.metrics.add(figure(town.now))
        uow.commit()
    town.until(london(5, 8))
    row = pulses(town)[0]
    said = words(row)
    assert days(town)[0] == "Tue 03 09:00" and "reported" not in "".join(words(each) for each in pulses(town)[1:])
    assert "Northwind Manila: issue 1 reported: Phones down, severity 4" in said and "one figure came in" in said
    assert "[Open]" in said and "No daily pulse" in said and "You steer these providers" in said


def figure(at: datetime) -> models.Figure:
    return models.Figure(
        programme_id=1,
        metric="service_level",
        period_start=date(2026, 2, 23),
        period_days=7,
        value=Decimal("0.82"),
        how="reply",
        reported_by=JO,
        reported_at=at,
    )


def test_what_i_did_myself_is_no_news(town: Town) -> None:
    """Maya reports and accepts an issue herself: Ben, who is her deputy and no manager, and she hear nothing of it."""
    town.maya.submits("issue.report", {**REPORT, "title": "Slow mails"}, "1")
    town.jo.presses("issue.acknowledge", "1")
    town.jo.replies("done", under="issue.card:1")
    town.maya.replies("ok", under="issue.card:1")
    town.until(london(4))
    assert days(town) == [] and days(town, BEN) == []


def test_what_somebody_else_closed_is_told(town: Town) -> None:
    """Ben accepts what Jo called done: Maya reads that it is closed."""
    town.maya.submits("issue.report", {**REPORT, "title": "Slow mails"}, "1")
    town.now += timedelta(minutes=30)
    town.jo.replies("done", under="issue.card:1")
    town.ben.replies("ok", under="issue.card:1")
    town.until(london(3))
    assert "issue 1 closed: Slow mails" in words(pulses(town)[0])


def test_what_went_by_in_silence_is_told(town: Town) -> None:
    """An issue nobody acknowledged until it went up, and an item whose day went by are named on the next morning, each once."""
    town.maya.submits("issue.report", {**REPORT, "title": "Slow mails", "severity": "2"}, "1")
    town.maya.mentions("actions add Send the policy @Jo Santos due tomorrow")
    town.until(london(6))
    said = [words(row) for row in pulses(town)]
    assert sum("issue 1 went up a level: Slow mails" in each for each in said) == 1
    assert sum("action 2 is overdue: Send the policy" in each for each in said) == 1


def test_never_two_messages_a_morning(town: Town) -> None:
    """A reminder and the pulse are one message; a done press leaves the pulse in it as it was."""
    town.maya.mentions("actions add Approve the plan due tomorrow")
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down"}, "1")
    town.until(london(3))
    rows = [row for row in town.rows(kind="reminders.morning") if row.subject_id == MAYA]
    assert len(rows) == 1 and "Approve the plan is due today." in words(rows[0]) and "Phones down" in words(rows[0])
    button = decode_card(rows[0].content).buttons[0]
    town.maya.presses(button.action, button.value)
    assert "✓ 2 Approve the plan" in words(pulses(town)[0]) and "Phones down" in words(pulses(town)[0])


def test_the_weekly_list_stands_in_its_place(town: Town) -> None:
    """On Monday Maya reads her own week; what changed meanwhile is told on Tuesday, nothing of it lost, and it was looked."""
    town.until(london(6, 15))
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down"}, "1")
    town.maya.mentions("actions add Approve the plan due 2026-03-13")
    town.until(london(9))
    (monday,) = [row for row in town.rows(kind="reminders.morning") if row.subject_id == MAYA]
    assert "Approve the plan" in words(monday) and pulses(town) == []
    assert checked(town) == datetime(2026, 3, 9, 9, tzinfo=UTC).isoformat()
    town.until(london(10))
    assert days(town) == ["Tue 10 09:00"] and "Phones down" in words(pulses(town)[0])


def test_it_can_be_turned_off_and_looked_at_any_time(town: Town) -> None:
    """`pulse off` ends it for me alone; `pulse` shows what the next one would say, without using it up."""
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down"}, "1")
    town.now += timedelta(minutes=5)
    for _ in range(2):
        assert "Phones down" in told(town.maya.types("pulse"))
    town.maya.types("pulse off")
    town.until(london(4))
    assert days(town) == [] and checked(town) is None
    assert "is on" in told(town.maya.presses("pulse.switch", "on"))
    town.jo.submits("issue.report", {**REPORT, "title": "Again"}, "1")
    town.until(london(5))
    assert len(days(town)) == 1


def test_an_executive_without_a_post_hears_only_when_asked_for(town: Town) -> None:
    """Eva answers for nothing: silence until she turns it on, then of all providers."""
    town.jo.submits("issue.report", {**REPORT, "title": "Phones down"}, "1")
    town.until(london(4))
    assert days(town, EVA) == []
    town.eva.types("pulse on")
    town.jo.submits("issue.report", {**REPORT, "title": "Again"}, "1")
    town.until(london(5))
    assert "Again" in words(pulses(town, EVA)[0])


def test_only_my_own_providers_and_only_running_ones(town: Town) -> None:
    """Maya answers for one programme: another's issue is none of her morning, nor is one after the contract's end."""
    provider, programme = town.takes_on("Baltic Desk", "Chat", town.channel("BALTIC"))
    with town.units() as uow:
        uow.issues.add(issue(provider, programme, 50, town.now))
        uow.commit()
    town.until(london(4))
    assert days(town) == []
    with town.units() as uow:
        uow.issues.add(issue(1, 1, 51, town.now))
        northwind = uow.providers.programme(1)
        assert northwind is not None
        northwind.state = "ended"
        uow.providers.add(northwind)
        uow.commit()
    town.until(london(6))
    assert days(town) == []


def issue(provider: int, programme: int, number: int, at: datetime) -> models.Issue:
    return models.Issue(
        installation_id=1,
        provider_id=provider,
        programme_id=programme,
        number=number,
        title=f"Trouble {number}",
        severity=3,
        visibility="SH",
        reporter_id=JO,
        owner_id=JO,
        reported_at=at,
        acknowledge_by=at + timedelta(days=30),
        resolve_by=at + timedelta(days=60),
    )


def test_the_end_of_a_contract_comes_up(town: Town) -> None:
    """Thirty days ahead it is named, on one morning."""
    with town.units() as uow:
        provider = uow.providers.provider(1)
        assert provider is not None
        provider.contract_end = date(2026, 4, 4)
        uow.providers.add(provider)
        uow.commit()
    town.until(london(12))
    assert days(town) == ["Thu 05 09:00"] and "the contract ends in 30 days" in words(pulses(town)[0])


def test_too_much_at_once_is_hinted_privately_and_once(town: Town) -> None:
    """Twelve asks in two days: Maya alone reads what could wait for the review; not again for seven days, and a calm week
    brings no hint."""
    for number in range(12):
        town.maya.mentions(f"actions add Step {number} @Jo Santos due 2026-06-20")
    said = town.shared()
    town.until(london(6))
    hinted = [words(row) for row in pulses(town) if "much at once" in words(row)]
    assert len(hinted) == 1 and "Northwind Manila: much at once, 13 asks" in hinted[0]
    assert "Actions 10, 11, 12, 13 could go together into the next review. [Add to the agenda]" in hinted[0]
    assert town.shared() == said and pulses(town, JO) == []
    town.until(london(31))
    assert sum("much at once" in words(row) for row in pulses(town)) == 1


def test_asks_in_their_night_are_told_apart(town: Town) -> None:
    """Five asks at 21:00 in Manila are too many outside their hours, though few in number."""
    town.now = london(2, 13)
    for number in range(5):
        town.maya.mentions(f"actions add Step {number} @Jo Santos due 2026-06-20")
    town.until(london(3))
    assert "5 outside their hours" in words(pulses(town)[0])


def test_a_thousand_providers_are_a_few_questions(town: Town) -> None:
    """With a thousand providers in trouble ten are named, the rest counted, in at most nine statements."""
    with town.units() as uow:
        for number in range(1000):
            provider = models.Provider(installation_id=1, name=f"Desk {number:04d}", created_at=town.now)
            uow.session.add(provider)
            uow.session.flush()
            assert provider.id is not None
            programme = models.Programme(
                installation_id=1,
                provider_id=provider.id,
                name="Chat",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=town.now,
            )
            uow.session.add(programme)
            uow.session.flush()
            assert programme.id is not None
            uow.session.add(issue(provider.id, programme.id, 100 + number, town.now + timedelta(hours=1)))
        uow.commit()
    with town.units() as uow:
        eva = uow.people.get(EVA)
        assert eva is not None
        uow.settings.set(f"pulse:{EVA}", "on")
        with counted(town) as statements:
            card = pulse.morning(eva, uow, town.now + timedelta(hours=2), False)
    assert card is not None and "And 990 changes with 990 more providers." in plain(card)
    assert len(statements) <= 9, statements


@contextmanager
def counted(town: Town) -> Iterator[list[str]]:
    """Every statement asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement.split("\n")[0])

    event.listen(town.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(town.database.engine, "before_cursor_execute", note)
