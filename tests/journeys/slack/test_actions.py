"""Action items between two companies: agreed in the channel, reminded in each owner's own morning, snoozed in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.journeys import stories
from tests.journeys.slack.office import SHARED, Office
from tests.journeys.slack.test_issue import sends


async def test_agreed_by_mention_and_by_form(settled: Office) -> None:
    """One line with a person and a day, from either side; the form has its errors at the field."""
    await stories.items_agreed_by_both(settled)
    assert [call for call in settled.slack.calls_of("chat.postEphemeral") if call.args["user"] == "U0LEAD"] == []


async def test_the_owners_reminder_comes_in_her_own_morning(settled: Office) -> None:
    """One grouped direct message at nine in Manila; Done edits it, Need help asks in the thread, Snooze tells nobody."""
    office, liza = settled, settled.liza
    first = await stories.an_item_agreed(office, "Send the refund policy <@U0LEAD> due thursday")
    second = await stories.an_item_agreed(office, "Retrain the late shift <@U0LEAD> due thursday")
    third = await stories.an_item_agreed(office, "Mend the IVR <@U0LEAD> due thursday")
    told = len(office.dms(liza))
    await office.until(datetime(2026, 3, 3, 0, 55, tzinfo=UTC))
    assert len(office.dms(liza)) == told
    await office.until(datetime(2026, 3, 3, 1, 5, tzinfo=UTC))
    assert len(office.dms(liza)) == told + 1
    morning = office.dms(liza)[-1]
    assert all(title in morning.words for title in ("Send the refund policy", "Retrain the late shift", "Mend the IVR"))
    assert [label for label in morning.buttons if label.startswith("Snooze")] == ["Snooze 1", "Snooze 2", "Snooze 3"]

    await liza.clicks("Done 1", morning)
    await office.waits(lambda: "waiting for a yes" in first.text)
    await office.waits(lambda: "Done 1" not in morning.buttons)
    await office.quiet()
    shared, rows = len(office.slack.channel(SHARED).everything()), office.rows("action.line")
    await liza.clicks("Snooze 2", morning)
    tomorrow = "Next working day (Wednesday 4 March)"
    offered = await office.waits(lambda: [each for each in office.dms(liza) if tomorrow in each.buttons])
    await liza.clicks(tomorrow, offered[0])
    await office.waits(lambda: "I remind you" in morning.words)
    assert len(office.slack.channel(SHARED).everything()) == shared and len(office.rows("action.line")) == len(rows)
    assert "Open" in second.text
    assert "Need help" in morning.buttons, "one item is left"
    await liza.clicks("Need help", morning)
    await office.waits(lambda: liza.open_view)
    assert liza.open_view is not None
    await sends(office, liza, liza.open_view.title, "somebody who knows the tree")
    await office.waits(lambda: any("somebody who knows the tree" in each.words for each in office.answers(third)))


@pytest.mark.parametrize("mode", ["socket"])
async def test_plus_three_days_is_my_own_affair(settled: Office) -> None:
    """`+3d` in the thread puts the reminder off; the day everybody agreed stays, and nothing is said."""
    told = len(settled.dms(settled.liza))
    await stories.a_typed_day_is_my_own_affair(settled)
    assert len(settled.dms(settled.liza)) == told
    await settled.until(datetime(2026, 3, 5, 1, 5, tzinfo=UTC))
    assert len(settled.dms(settled.liza)) == told + 1
    assert stories.items(settled)["Retrain the queue"].due_on == date(2026, 3, 6)
