"""A weekly review in Slack from both seats: agenda, words and emoji in its thread, minutes as it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from handlers.reviews import planning
from handlers.router import follow
from storage.models.provider import Programme
from storage.models.review import Review, ReviewSeries
from storage.unit_of_work import UnitOfWork
from tests.journeys.slack.again import everything_again
from tests.journeys.slack.office import SHARED, Office
from tests.journeys.slack.test_home_and_files import files_under
from tests.journeys.slack.test_issue import reacted
from tests.standins.slack import Message, Person, View

THURSDAY = datetime(2026, 3, 5, 10, 0)


def arrange(office: Office) -> None:
    """A weekly review, Thursdays at ten in London."""
    programme = office.one(Programme)
    with office.house.units() as uow:
        series = ReviewSeries(
            installation_id=programme.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            name="Weekly review",
            rule="FREQ=WEEKLY;BYDAY=TH",
            first_wall=THURSDAY,
            anchor_zone="Europe/London",
            template="weekly",
            uid="weekly@example.com",
            created_at=office.now,
        )
        uow.series.add(series)
        planning.ensure_next(series, uow, office.now)
        follow(office.house.table.followers, uow, office.now)
        uow.commit()


def titled(office: Office, words: str) -> Message:
    """The bot's newest message in the channel that says these words."""
    return next(each for each in reversed(office.shared()) if words in each.text)


@pytest.mark.parametrize("mode", ["socket"])
async def test_a_review_from_agenda_to_minutes(settled: Office) -> None:
    """The agenda comes by itself; the manager begins with a button, the provider's people use words and emoji alone; the
    minutes stand as the review ends, and the words under an emoji are read from Slack only then."""
    office, maya, liza, arnel = settled, settled.maya, settled.liza, settled.arnel
    arrange(office)
    await office.until(datetime(2026, 3, 5, 9, 55, tzinfo=UTC))
    card = titled(office, "Agenda: Weekly review")
    await liza.says(SHARED, "agenda: who covers Easter", card)
    await office.quiet()
    assert "who covers Easter" in card.words and "Liza Reyes" in card.words

    await maya.clicks("Begin review", card)
    await office.waits(lambda: "Under way" in card.text)
    await liza.says(SHARED, "decision: refund calls go to the second line", card)
    await maya.says(SHARED, "action: Send the refund policy @Liza Reyes due friday", card)
    pinned = await arnel.says(SHARED, "Two trainers leave in April, that worries me", card)
    talk = await arnel.says(SHARED, "Shall we have lunch after this?")
    await office.quiet()
    await liza.reacts(pinned, "warning")
    await liza.reacts(talk, "pushpin")
    await office.quiet()
    assert "1 decision, 1 action, 1 risk" in card.words
    assert office.slack.bot_user_id in pinned.reactions.get("white_check_mark", [])
    assert "white_check_mark" not in talk.reactions

    await liza.says(SHARED, "end review", card)
    await office.quiet()
    minutes = titled(office, "Minutes of Weekly review: 1 decision, 1 action and 1 risk.")
    for words in (
        "second line",
        "Send the refund policy",
        "Two trainers leave in April",
        "Liza Reyes",
        "Thursday 12 March",
    ):
        assert words in minutes.words, words
    assert "lunch" not in minutes.words and "Held" in card.text
    with office.house.units() as uow:
        held = uow.session.get(Review, 1)
    assert held is not None and held.state == "held"


# --- the whole of it, in both modes


def dates(text: str) -> list[datetime]:
    """When a calendar shows the reviews of March and April, as an independent parser reads the file."""
    calendar = IcsCalendarStream.calendar_from_ics(text)
    moved = {event.recurrence_id for event in calendar.events if event.recurrence_id and event.rrule is None}
    window = calendar.timeline.included(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 17, tzinfo=UTC))
    shown = [event for event in window if event.rrule is None or event.recurrence_id not in moved]
    return sorted(event.dtstart.astimezone(UTC) for event in shown if isinstance(event.dtstart, datetime))


def invitations(text: str) -> set[tuple[str, str]]:
    """Which appointment each event of a file is of, and in which version, as another library reads them."""
    return {(str(event["UID"]), str(event["SEQUENCE"])) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}


async def form(office: Office, person: Person, label: str, card: Message) -> View:
    """The form that a button on a card opens for somebody."""
    await person.clicks(label, card)
    view: View = await office.waits(lambda: person.open_view)
    return view


async def sent(office: Office, person: Person, view: View, values: Mapping[str, object]) -> str:
    """Send a form in; what it is answered with, closed again, "" when it just closed."""
    await person.submits(dict(values), view)
    assert person.last_error is None, person.last_error
    await office.quiet()
    told = "" if person.open_view is None else person.open_view.words
    if person.open_view is not None:
        await person.clicks(person.open_view.close_label)
    return told


async def set_up(office: Office) -> Message:
    """The manager sets up a weekly review by command and form; the series' card in the shared channel."""
    maya, before = office.maya, len(office.shared())
    await maya.command("/vendor", "review setup", SHARED)
    assert maya.open_view is not None and "Visible to: both companies" in maya.open_view.words
    await maya.submits({"When": "thursday 25:00"})
    assert "25:00" in (maya.open_view.error_at("When") or "") and len(office.shared()) == before
    values = {"When": "thursday 10:00", "Meeting link": "https://meet.example.com/weekly"}
    told = await sent(office, maya, maya.open_view, values)
    assert "Thursday 5 March 10:00 (London) · 18:00 (Manila)" in told and "Maundy Thursday" in told
    assert len(office.shared()) == before + 1
    return office.shared()[-1]


def reviews(office: Office) -> list[Review]:
    """Every review, in order."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        return list(uow.reviews.of_series(1))


@pytest.mark.slow
async def test_a_review_from_set_up_to_minutes_and_the_next_one(settled: Office) -> None:
    """Form, card and calendar file; agenda, a line by the provider; begun by a button; presence by button, emoji and word;
    decision, action and risk; minutes within a minute of the end; the next review. Every payload twice changes nothing."""
    office, maya, dan, liza, arnel = settled, settled.maya, settled.dan, settled.liza, settled.arnel
    series = await set_up(office)
    assert "every Thursday at 10:00 (Europe/London)" in series.text and "18:00 (Manila)" in series.text
    [file] = files_under(office, series)
    assert dates(file)[:4] == [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (5, 12, 19, 26)]
    assert len(invitations(file)) == 1
    assert "https://meet.example.com/weekly" in file

    await office.until(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    card = titled(office, "Agenda: Weekly operations review")
    await liza.says(SHARED, "agenda: who covers Easter", card)
    await office.quiet()
    assert "who covers Easter (Liza Reyes)" in card.words

    await office.until(datetime(2026, 3, 5, 10, 1, tzinfo=UTC))
    await maya.clicks("Begin review", card)
    await office.waits(lambda: "Under way" in card.text)
    assert all("Begin review" not in each.buttons for each in office.answers(card))
    await arnel.clicks("I am here", card)
    await liza.reacts(card, "raised_hand")
    await dan.says(SHARED, "here", card)
    await office.quiet()
    assert "4 people there" in card.words

    decided = await liza.says(SHARED, "decision: refund calls go to the second line", card)
    asked = await form(office, liza, "Decision", card)
    assert "Visible to: both companies" in asked.words
    await sent(office, liza, asked, {"What was decided?": "A new script from Monday"})
    asked = await form(office, maya, "Action", card)
    owner = {"Owner": "Liza Reyes (Manila Support)", "Due": date(2026, 3, 13)}
    await sent(office, maya, asked, {"What is to be done": "Retrain the late shift", **owner})
    worry = await arnel.says(SHARED, "Two trainers leave in April, that worries me", card)
    read = len(office.slack.calls_of("conversations.replies"))
    await liza.reacts(worry, "warning")
    await office.quiet()
    assert "2 decisions, 1 action, 1 risk, 4 people there" in card.words
    assert reacted(office, decided) == reacted(office, worry) == ["white_check_mark"]
    assert len(office.slack.calls_of("conversations.replies")) == read + 1, (
        "words are read only for an emoji that means something"
    )
    assert any("Retrain the late shift" in each.text for each in office.answers(card)), (
        "the action stands in this thread"
    )

    await office.until(datetime(2026, 3, 5, 10, 27, tzinfo=UTC))
    before, ended = len(office.shared()), office.now
    await maya.clicks("End review", card)
    await office.waits(lambda: len(office.shared()) > before)
    minutes = titled(office, "Minutes of Weekly operations review: 2 decisions, 1 action and 1 risk.")
    posted = datetime.fromtimestamp(float(minutes.ts), UTC)
    assert timedelta() <= posted - ended < timedelta(minutes=1), posted - ended
    await office.quiet()
    for words in (
        "refund calls go to the second line",
        "A new script from Monday",
        "Retrain the late shift",
        "Two trainers",
    ):
        assert words in minutes.words, words
    for words in (
        "Maya Brooks",
        "Dan Field",
        "Liza Reyes",
        "Arnel Cruz",
        "Thursday 12 March 10:00 (London) · 18:00 (Manila)",
    ):
        assert words in minutes.words, words
    assert "Held" in card.text and card.buttons == ["Why this? Change it"] and "Next: Thursday 12 March" in series.text
    held, following = reviews(office)
    assert (held.state, following.state, following.starts_at) == (
        "held",
        "planned",
        datetime(2026, 3, 12, 10, tzinfo=UTC),
    )
    await everything_again(office)


@pytest.mark.slow
async def test_a_review_the_provider_moves_is_moved_in_every_calendar(settled: Office) -> None:
    """The lead moves the next review by the card's button and form, then leaves the one after out: both companies read why
    in its thread, each with a file that changes the same appointment. Every payload twice changes nothing."""
    office, liza = settled, settled.liza
    series = await set_up(office)
    asked = await form(office, liza, "Move next", series)
    told = await sent(office, liza, asked, {"Day": date(2026, 3, 6), "Time": time(9, 0), "Why": "payday"})
    assert "Friday 6 March 09:00 (London) · 17:00 (Manila)" in told, told
    await liza.mention(SHARED, "review skip")
    [offer] = await office.waits(lambda: office.dms(liza))
    await office.quiet()
    asked = await form(office, liza, "Open: Skip a review", offer)
    assert "Visible to: both companies" in asked.words
    why = {"Which one": "Thursday 12 March 10:00 (London) · 18:00 (Manila)", "Why": "half of us are at the training"}
    assert "Thursday 12 March" in await sent(office, liza, asked, why)

    lines = [each.text for each in office.answers(series) if each.text]
    assert "moves to Friday 6 March 09:00 (London) · 17:00 (Manila). Liza Reyes: payday" in lines[0]
    assert "No “Weekly operations review” on Thursday 12 March" in lines[1] and "at the training" in lines[1]
    assert len(lines) == 2 and "Next: Friday 6 March 09:00 (London) · 17:00 (Manila)" in series.text
    first, moved, skipped = files_under(office, series)
    assert [dates(each)[:2] for each in (first, moved, skipped)] == [
        [datetime(2026, 3, 5, 10, tzinfo=UTC), datetime(2026, 3, 12, 10, tzinfo=UTC)],
        [datetime(2026, 3, 6, 9, tzinfo=UTC), datetime(2026, 3, 12, 10, tzinfo=UTC)],
        [datetime(2026, 3, 6, 9, tzinfo=UTC), datetime(2026, 3, 19, 10, tzinfo=UTC)],
    ]
    uid = invitations(first).pop()[0]
    assert [invitations(each) for each in (first, moved, skipped)] == [{(uid, version)} for version in "012"]
    await everything_again(office)
