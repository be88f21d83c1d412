"""Action items between two companies: agreed in the channel, reminded in each owner's own morning, snoozed in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from storage.models.action import ActionItem
from storage.unit_of_work import UnitOfWork
from tests.journeys.slack.office import SHARED, Office
from tests.journeys.slack.test_issue import reacted, reply, sends
from tests.standins.slack import Message


def items(office: Office) -> dict[str, ActionItem]:
    """Every action item by its title."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        return {row.title: row for row in uow.session.exec(select(ActionItem)).all()}


async def agree(office: Office, words: str) -> Message:
    """The manager agrees an item by mention; its card."""
    before = len(office.shared())
    said = await office.maya.mention(SHARED, f"actions add {words}")
    await office.waits(lambda: len(office.shared()) == before + 1)
    await office.quiet()
    assert reacted(office, said) == ["white_check_mark"]
    return office.shared()[-1]


async def test_agreed_by_mention_and_by_form(settled: Office) -> None:
    """One line with a person and a day, from either side; the form has its errors at the field."""
    office, maya = settled, settled.maya
    card = await agree(office, "Send the refund policy <@U0LEAD> due friday")
    assert "Send the refund policy" in card.text and "Liza Reyes" in card.text and "6 March" in card.text
    before = len(office.shared())
    await office.liza.mention(SHARED, "actions add Retrain the late shift due 2026-03-10")
    await office.waits(lambda: len(office.shared()) == before + 1)
    assert items(office)["Retrain the late shift"].due_on == date(2026, 3, 10)
    await maya.command("/vendor", "actions add", SHARED)
    assert maya.open_view is not None
    labels = maya.open_view.labels
    await maya.submits({labels[0]: "Call the carrier", labels[2]: date(2026, 2, 27)})
    assert maya.open_view.error_at(labels[2]) and "Call the carrier" not in items(office)
    await maya.submits({labels[2]: date(2026, 3, 12)})
    await office.waits(lambda: len(office.shared()) == before + 2)
    assert [call for call in office.slack.calls_of("chat.postEphemeral") if call.args["user"] == "U0LEAD"] == []


async def test_the_owners_reminder_comes_in_her_own_morning(settled: Office) -> None:
    """One grouped direct message at nine in Manila; Done edits it, Need help asks in the thread, Snooze tells nobody."""
    office, liza = settled, settled.liza
    first = await agree(office, "Send the refund policy <@U0LEAD> due thursday")
    second = await agree(office, "Retrain the late shift <@U0LEAD> due thursday")
    third = await agree(office, "Mend the IVR <@U0LEAD> due thursday")
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
    office = settled
    card = await agree(office, "Retrain the queue <@U0LEAD> due friday")
    before, told = len(office.slack.channel(SHARED).everything()), len(office.dms(office.liza))
    said = await reply(office, "liza", "+3d", card)
    assert reacted(office, said) == ["hourglass_flowing_sand"]
    assert len(office.slack.channel(SHARED).everything()) == before + 1
    await office.until(datetime(2026, 3, 5, 0, 55, tzinfo=UTC))
    assert len(office.dms(office.liza)) == told
    await office.until(datetime(2026, 3, 5, 1, 5, tzinfo=UTC))
    assert len(office.dms(office.liza)) == told + 1
    assert items(office)["Retrain the queue"].due_on == date(2026, 3, 6)
