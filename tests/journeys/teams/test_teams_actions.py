"""Action items between two companies in Teams: an outsider has no chat with the bot, so her reminders stand in the threads."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.journeys import stories
from tests.journeys.teams.office import Office


async def test_items_agreed_in_teams_by_mention_and_by_form(settled: Office) -> None:
    """One line with a person and a day, from either side; the form, in the manager's own chat, has its errors at the field."""
    await stories.items_agreed_by_both(settled)
    assert settled.dms(settled.liza) == []


async def test_in_teams_an_outsiders_reminder_stands_in_the_items_thread(settled: Office) -> None:
    """At nine in Manila a line under the item calls her, and "done" under it is done; in a chat of her own she is told nothing."""
    office, liza = settled, settled.liza
    card = await stories.an_item_agreed(office, f"Send the refund policy {office.called(liza)} due thursday")
    before = len(office.answers(card))
    await office.until(datetime(2026, 3, 3, 0, 55, tzinfo=UTC))
    assert len(office.answers(card)) == before
    await office.until(datetime(2026, 3, 3, 1, 5, tzinfo=UTC))
    (line,) = office.answers(card)[before:]
    assert office.names(line, liza), office.words(line)
    said = await office.replies(liza, "done, sent by mail", card)
    assert office.reacted(said) == ["white_check_mark"] and "waiting for a yes" in office.words(card)
    assert office.dms(liza) == []


async def test_a_typed_day_in_teams_is_my_own_affair(settled: Office) -> None:
    """`+3d` in the thread: the hourglass, no word, and the reminder on Thursday in her morning."""
    card = await stories.a_typed_day_is_my_own_affair(settled)
    before = len(settled.answers(card))
    await settled.until(datetime(2026, 3, 5, 1, 5, tzinfo=UTC))
    assert len(settled.answers(card)) == before + 1 and settled.names(settled.answers(card)[-1], settled.liza)


async def test_in_teams_a_client_is_reminded_in_a_chat_and_acts_there(settled: Office) -> None:
    """One grouped message at nine in London, in Dan's own chat; Done edits it, Snooze is answered to him alone."""
    office, dan = settled, settled.dan
    first = await stories.an_item_agreed(office, f"Send the refund policy {office.called(dan)} due thursday")
    await stories.an_item_agreed(office, f"Mend the IVR {office.called(dan)} due thursday")
    told = len(office.dms(dan))
    await office.until(datetime(2026, 3, 3, 8, 55, tzinfo=UTC))
    assert len(office.dms(dan)) == told
    await office.until(datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    (morning,) = office.dms(dan)[told:]
    assert "Send the refund policy" in office.words(morning) and "Mend the IVR" in office.words(morning)
    await office.presses(dan, "Done 1", morning)
    await office.waits(lambda: "waiting for a yes" in office.words(first))
    await office.quiet()
    assert "Done 1" not in morning.buttons
    shared = len(office.teams.channel(first.conversation).everything())
    offered = await office.presses(dan, "Snooze", morning)
    day = next(each for each in offered.buttons if each.startswith("Next working day"))
    await office.presses(dan, day, morning)
    await office.waits(lambda: "I remind you" in office.words(morning))
    assert len(office.teams.channel(first.conversation).everything()) == shared
