"""A weekly review in Teams from both seats: set up by a form, agenda, words and buttons in its thread, minutes as it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.models.review import Review
from storage.unit_of_work import UnitOfWork
from tests.journeys.teams.office import Office
from tests.standins.teams import Message


def titled(office: Office, words: str) -> Message:
    """The bot's newest message in the channel that says these words."""
    return next(each for each in reversed(office.shared()) if words in office.words(each))


def reviews(office: Office) -> list[Review]:
    """Every review, in order."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        return list(uow.reviews.of_series(1))


async def set_up(office: Office) -> Message:
    """The manager sets up a weekly review by a form; the series' card in the shared channel."""
    before = len(office.shared())
    form = await office.opens(office.maya, "review setup")
    assert "Visible to: both companies" in form.words
    await office.fills(form, {"When": "thursday 25:00"})
    assert "25:00" in (form.error_at("When") or "") and len(office.shared()) == before
    await office.fills(form, {"When": "thursday 10:00", "Meeting link": "https://meet.example.com/weekly"})
    assert "Thursday 5 March 10:00 (London) · 18:00 (Manila)" in form.words
    assert len(office.shared()) == before + 1
    return office.shared()[-1]


async def test_a_review_in_teams_from_set_up_to_minutes_and_the_next_one(settled: Office) -> None:
    """Form and card, which promises no file; agenda, a line by the provider; begun by a button; presence by button and word;
    decision, action and risk by reply and by form; minutes within a minute of the end; the next review."""
    office, maya, dan, liza, arnel = settled, settled.maya, settled.dan, settled.liza, settled.arnel
    series = await set_up(office)
    assert "every Thursday at 10:00 (Europe/London)" in office.words(series)
    assert "pass the date on" in office.words(series), "no file comes from a bot in a channel"

    await office.until(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    card = titled(office, "Agenda: Weekly operations review")
    await office.replies(liza, "agenda: who covers Easter", card)
    assert "who covers Easter (Liza Reyes)" in office.words(card)
    assert "emoji" not in office.words(card), "Teams tells of none on people's words"

    await office.until(datetime(2026, 3, 5, 10, 1, tzinfo=UTC))
    await office.presses(maya, "Begin review", card)
    await office.waits(lambda: "Under way" in office.words(card))
    await office.presses(arnel, "I am here", card)
    await office.replies(dan, "here", card)
    decided = await office.replies(liza, "decision: refund calls go to the second line", card)
    assert office.reacted(decided) == ["white_check_mark"]
    asked = await office.presses(liza, "Decision", card)
    await office.fills(asked, {"What was decided?": "A new script from Monday"})
    asked = await office.presses(maya, "Action", card)
    owner = {"Owner": "Liza Reyes (Manila Support)", "Due": date(2026, 3, 13)}
    await office.fills(asked, {"What is to be done": "Retrain the late shift", **owner})
    await office.replies(arnel, "risk: two trainers leave in April", card)
    assert "2 decisions, 1 action, 1 risk" in office.words(card)
    assert any("Retrain the late shift" in office.words(each) for each in office.answers(card))

    await office.until(datetime(2026, 3, 5, 10, 27, tzinfo=UTC))
    before, ended = len(office.shared()), office.now
    await office.replies(liza, "end review", card)
    await office.waits(lambda: len(office.shared()) > before)
    minutes = titled(office, "Minutes of Weekly operations review: 2 decisions, 1 action and 1 risk.")
    assert timedelta() <= datetime.fromtimestamp(minutes.at, UTC) - ended < timedelta(minutes=1)
    said = office.words(minutes)
    for words in ("second line", "A new script from Monday", "Retrain the late shift", "rainers leave in April"):
        assert words in said, words
    for words in ("Dan Field", "Liza Reyes", "Arnel Cruz", "Thursday 12 March 10:00 (London) · 18:00 (Manila)"):
        assert words in said, words
    assert "Held" in office.words(card) and "Next: Thursday 12 March" in office.words(series)
    assert [each.state for each in reviews(office)] == ["held", "planned"]


async def test_in_teams_the_provider_moves_a_review(settled: Office) -> None:
    """The lead moves the next review by the card's button and form: both companies read why in its thread."""
    office, liza = settled, settled.liza
    series = await set_up(office)
    asked = await office.presses(liza, "Move next", series)
    await office.fills(asked, {"Day": date(2026, 3, 6), "Time": "09:00", "Why": "payday"})
    assert "Friday 6 March 09:00 (London) · 17:00 (Manila)" in asked.words
    lines = [office.words(each) for each in office.answers(series)]
    assert any("moves to Friday 6 March" in each and "payday" in each for each in lines), lines
    assert "Next: Friday 6 March 09:00 (London) · 17:00 (Manila)" in office.words(series)
    assert [row.trouble for row in office.rows() if row.state == "failed"] == []
