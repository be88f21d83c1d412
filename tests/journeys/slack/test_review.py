"""A weekly review in Slack from both seats: agenda, words and emoji in its thread, minutes as it ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.reviews import planning
from handlers.router import follow
from storage.models.provider import Programme
from storage.models.review import Review, ReviewSeries
from tests.journeys.slack.office import SHARED, Office
from tests.standins.slack import Message

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
