"""An improvement plan in Slack from both seats: drafted alone, agreed by both, closed by its figure and open again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.models.plan import ImprovementPlan
from tests.journeys.slack.again import everything_again
from tests.journeys.slack.office import SHARED, Office
from tests.journeys.slack.test_issue import reacted
from tests.standins.slack import Message, Person

PROBLEM = "Refund calls ring out every evening"
BLAME = "Their trainers are hopeless"
INSIDE = (PROBLEM, BLAME, "Two trainers left", "take the mornings", "79 %")
"""What the client writes while the plan is a draft. The blame is rewritten before anybody else reads the plan."""


async def filled(office: Office, person: Person, title: str, values: dict[str, str]) -> str:
    """Wait for a form by its title, fill it in, send it, and close what is shown instead; its words, "" when it just closed."""
    view = await office.waits(
        lambda: person.open_view if person.open_view and person.open_view.title == title else None
    )
    await person.submits(values, view)
    assert person.last_error is None, person.last_error
    await office.quiet()
    if person.open_view is None:
        return ""
    told = person.open_view.words
    await person.clicks(person.open_view.close_label)
    return told


async def drafted(office: Office) -> Message:
    """The manager drafts a plan by command and form, and completes it with replies and a form; the draft's card."""
    maya = office.maya
    await maya.command("/vendor", f"plan new {PROBLEM}", SHARED)
    assert maya.open_view is not None and "the client only, until you propose it" in maya.open_view.words
    await maya.submits(
        {"Which figure shows it?": "Service level (agreed: at least 80 %)", "What should it hold at?": "eighty"}
    )
    assert "'eighty'" in (maya.open_view.error_at("What should it hold at?") or "")
    goal = {"What should it hold at?": "80 %", "For how many periods in a row?": "2", "Why does it happen?": BLAME}
    assert "Plan 1 is drafted" in await filled(office, maya, "Draft improvement plan", goal)
    draft = office.dms(maya)[-1]
    for words in ("cause: Two trainers left", "for now: four experienced people take the mornings"):
        said = await maya.says(draft.channel_id, words, draft)
        await office.quiet()
        assert reacted(office, said) == ["white_check_mark"]
    await maya.clicks("Milestones", draft)
    await filled(office, maya, "Milestones", {"Milestones": "79 % by 20 March"})
    assert "Two trainers left" in draft.words and BLAME not in draft.words and "79 %" in draft.words
    return draft


async def proposed(office: Office, draft: Message) -> Message:
    """The manager looks at what both will see, and proposes it; the tracker in the shared channel."""
    before = len(office.shared())
    await office.maya.clicks("Preview and propose", draft)
    preview = await office.waits(lambda: [m for m in office.maya.ephemerals if "Nothing is posted yet" in m.words])
    assert len(office.shared()) == before
    await office.maya.clicks("Propose to both companies", preview[-1])
    await office.waits(lambda: len(office.shared()) > before)
    await office.quiet()
    assert len(office.shared()) == before + 1
    return office.shared()[-1]


async def reported(office: Office, day: int, service_level: str) -> None:
    """The lead answers the request for figures, a quarter of an hour after it came: at ten in Manila on a Tuesday in March."""
    await office.until(datetime(2026, 3, day, 2, 15, tzinfo=UTC))
    request = next(each for each in reversed(office.shared()) if "figures for" in each.text)
    said = await office.liza.says(SHARED, f"SL {service_level} AHT 6:40 QA 92%", request)
    await office.quiet()
    assert reacted(office, said) == ["white_check_mark"]


def plan(office: Office) -> ImprovementPlan:
    """The one plan there is."""
    found: ImprovementPlan = office.one(ImprovementPlan)
    return found


@pytest.mark.slow
async def test_a_plan_from_draft_to_closed_and_open_again_on_slack(settled: Office) -> None:
    """A draft that no outsider reads a word of; both sides' words by button, form and reply; the figure closes the plan, and
    opens it again when it falls. Every payload twice changes nothing."""
    office, maya, liza = settled, settled.maya, settled.liza
    draft = await drafted(office)
    read = office.outsiders_read()
    assert [words for words in INSIDE if words in read] == [] and "Plan 1" not in read
    assert len(office.shared()) == 1 and liza.direct_messages == []

    card = await proposed(office, draft)
    assert "Proposed, waiting for" in card.text and "Manila Support" in card.text and "<@U0LEAD>" in card.words
    assert [words for words in INSIDE if words not in card.text + card.words] == [BLAME] and draft.buttons == []

    await liza.clicks("Not yet", card)
    told = await filled(office, liza, "Not yet", {"What is missing?": "the new ones are not trained"})
    assert "what is missing for plan 1" in told and "the new ones are not trained" in card.words
    await maya.says(SHARED, "target: 81 %", card)
    await office.quiet()
    assert "at least 81 %" in card.words and "again: reply agree" in office.answers(card)[-1].text
    await liza.clicks("Agree", card)
    await office.quiet()
    assert plan(office).state == "agreed" and "Agreed by both sides, holds 0 of 2 weeks" in card.text
    start = await everything_again(office)

    await reported(office, 10, "82%")
    assert "holds 1 of 2 weeks" in card.text
    start = await everything_again(office, start)
    await reported(office, 17, "83%")
    assert "holds 2 of 2 weeks" in card.text and plan(office).state == "agreed", "its milestone's day is ahead"
    await office.until(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    assert plan(office).state == "closed" and "Closed: the figure held" in card.text and card.buttons == []
    assert office.answers(card)[-1].text.startswith(
        "Plan 1 is closed: Service level has been at least 81 % for 2 weeks"
    )
    start = await everything_again(office, start)

    await reported(office, 24, "70%")
    assert plan(office).state == "closed", "one miss is an event"
    await reported(office, 31, "71%")
    assert plan(office).state == "agreed" and "holds 0 of 2 weeks" in card.text and "Opened again  once" in card.words
    assert "plan 1 is open again" not in office.answers(card)[-1].text, "it is a quarter past three in London"
    await office.until(datetime(2026, 3, 31, 9, 0, tzinfo=UTC))
    again = office.answers(card)[-1]
    assert "plan 1 is open again" in again.text and "<@U0MANAGER>" in again.words and "<@U0LEAD>" in again.words
    await everything_again(office, start)
    assert [each.text for each in office.shared()].count(card.text) == 1
    assert BLAME not in office.outsiders_read() and [row for row in office.rows() if row.state != "sent"] == []
