"""An improvement plan in Teams from both seats: drafted alone, agreed by both, closed by its figure."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.models.plan import ImprovementPlan
from tests.journeys.teams.office import Office
from tests.standins.teams import Message

PROBLEM = "Refund calls ring out every evening"
BLAME = "Their trainers are hopeless"
INSIDE = (PROBLEM, BLAME, "Two trainers left", "take the mornings", "79 %")
"""What the client writes while the plan is a draft. The blame is rewritten before anybody else reads the plan."""


async def drafted(office: Office) -> Message:
    """The manager drafts a plan by word and form, and completes it with words and a form, all in her own chat; its card."""
    maya = office.maya
    form = await office.opens_alone(maya, f"plan new {PROBLEM}")
    assert "the client only, until you propose it" in form.words
    goal = {"Which figure shows it?": "Service level (agreed: at least 80 %)", "What should it hold at?": "eighty"}
    await office.fills(form, goal)
    assert "'eighty'" in (form.error_at("What should it hold at?") or "")
    held = {"What should it hold at?": "80 %", "For how many periods in a row?": "2", "Why does it happen?": BLAME}
    await office.fills(form, {**goal, **held})
    assert "Plan 1 is drafted" in form.words
    draft = next(each for each in reversed(office.dms(maya)) if "Milestones" in each.buttons)
    form = await office.presses(maya, "Milestones", draft)
    await office.fills(form, {"Milestones": "79 % by 20 March"})
    for words in ("cause: Two trainers left", "for now: four experienced people take the mornings"):
        said = await office.replies(maya, words, draft)
        assert office.reacted(said) == ["white_check_mark"], office.words(office.dms(maya)[-1])
    kept = office.words(draft)
    assert "79 %" in kept and "Two trainers left" in kept and BLAME not in kept
    return draft


async def reported(office: Office, day: int, service_level: str) -> None:
    """The lead answers the request for figures, a quarter of an hour after it came: at ten in Manila on a Tuesday in March."""
    await office.until(datetime(2026, 3, day, 2, 15, tzinfo=UTC))
    request = next(each for each in reversed(office.shared()) if "figures for" in office.words(each))
    said = await office.replies(office.liza, f"SL {service_level} AHT 6:40 QA 92%", request)
    await office.waits(lambda: office.reacted(said))  # a roster that answers late makes Teams send the words again
    assert office.reacted(said) == ["white_check_mark"]


async def test_a_plan_in_teams_from_draft_to_closed(settled: Office) -> None:
    """A draft that no outsider reads a word of; both sides' words by button, form and reply; the figure closes the plan."""
    office, maya, liza = settled, settled.maya, settled.liza
    draft = await drafted(office)
    read = office.outsiders_read()
    assert [words for words in INSIDE if words in read] == [] and "Plan 1" not in read
    assert len(office.shared()) == 1

    preview = await office.presses(maya, "Preview and propose", draft)
    assert "Nothing is posted yet" in preview.words and len(office.shared()) == 1
    await office.presses(maya, "Propose to both companies", draft)
    await office.waits(lambda: len(office.shared()) == 2)
    card = office.shared()[-1]
    assert "Proposed, waiting for" in office.words(card) and office.names(card, liza)

    asked = await office.presses(liza, "Not yet", card)
    await office.fills(asked, {"What is missing?": "the new ones are not trained"})
    assert "the new ones are not trained" in office.words(card)
    await office.replies(maya, "target: 81 %", card)
    assert "at least 81 %" in office.words(card)
    await office.presses(liza, "Agree", card)
    assert office.one(ImprovementPlan).state == "agreed" and "holds 0 of 2 weeks" in office.words(card)

    await reported(office, 10, "82%")
    assert "holds 1 of 2 weeks" in office.words(card)
    await reported(office, 17, "83%")
    await office.until(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    assert office.one(ImprovementPlan).state == "closed" and "Closed: the figure held" in office.words(card)
    assert BLAME not in office.outsiders_read()
    assert [row.once for row in office.rows() if row.state not in ("sent", "folded", "dropped")] == []
