"""An issue between two companies in Teams: the manager mentions the bot and gets forms, the provider's lead has replies."""

from __future__ import annotations

from storage.models.issue import Issue
from tests.journeys import stories
from tests.journeys.teams.office import Office


async def test_an_issue_in_teams_from_report_to_acceptance(settled: Office) -> None:
    """Form with an error at its field, then ack, blocked, answered, done, ok: one card, edited in place all the way."""
    card = await stories.an_issue_from_report_to_acceptance(settled)
    assert card.edits >= 5


async def test_in_teams_buttons_do_what_words_do(settled: Office) -> None:
    """An outsider's presses and forms are theirs, in a card that only she sees; the manager accepts with a button."""
    card = await stories.an_issue_reported(settled)
    await stories.buttons_do_what_words_do(settled, card)
    assert settled.one(Issue).state == "acknowledged"


async def test_talk_in_teams_is_left_alone(settled: Office) -> None:
    """Even where the bot is told everything, conversation makes no reaction, no reply and no row."""
    card = await stories.an_issue_reported(settled)
    calls = len(settled.teams.calls)
    await stories.talk_is_left_alone(settled, card)
    asked = {call.method for call in settled.teams.calls[calls:]}
    assert asked <= {"member"}, "who speaks may be asked; nothing is said"
