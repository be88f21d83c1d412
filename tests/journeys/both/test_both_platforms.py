"""One process speaks to Slack and Teams: an issue reported on the one is answered on the other, and both cards are edited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.models.issue import Issue
from tests.journeys import stories
from tests.journeys.both.office import Office, opened
from tests.journeys.office import template
from tests.standins.teams import SHARED as TEAMS_CHANNEL


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Office]:
    """Manila Support is set up on Slack; the app was added to the channels on Teams."""
    (tmp_path / "home").mkdir()
    async with opened(template(tmp_path), tmp_path / "home") as office:
        office.settle()
        await office.waits(office.shared)
        await office.quiet()
        yield office


async def test_one_issue_on_slack_and_teams(both: Office) -> None:
    """The manager is one person on both, by her directories' address; she binds the Teams channel, reports on Slack, and the
    provider's lead answers on Teams: both cards show it, and each side reads what the other said."""
    there = both.there
    await both.is_maya_there()
    assert "one person now" in both.words(both.dms(both.maya)[-1]) and "one person now" in str(
        [there.words(each) for each in there.dms(there.maya)]
    )
    await there.mentions(there.maya, "setup here Manila Support")
    await both.waits(there.shared)
    assert [each.kind for each in both.rows() if each.channel == TEAMS_CHANNEL][:1] == ["programme.welcome"]
    card = await stories.an_issue_reported(both)
    await both.waits(lambda: len(there.shared()) > 1)
    twin = there.shared()[-1]
    assert stories.TITLE in there.words(twin)
    await there.replies(there.liza, "ack", twin)
    await both.quiet()
    assert "Manila Support is working on it" in both.words(card)
    assert "Manila Support is working on it" in there.words(twin)
    assert any("on Teams" in both.words(each) for each in both.answers(card))
    await both.replies(both.maya, "thank you, <b>Liza</b>", card)
    await both.quiet()
    relayed = [there.words(each) for each in there.answers(twin)]
    assert any("on Slack" in each and "thank you, <b>Liza</b>" in each for each in relayed)
    wrote = await there.replies(there.liza, "the queue is short again", twin)
    await there.liza.edits(wrote, "the queue is half as long")
    await both.waits(lambda: [each for each in both.answers(card) if "(edited): the queue is half" in both.words(each)])
    thanks = await both.replies(both.maya, "call me on 0123", card)
    await both.quiet()
    await both.maya.deletes(thanks)
    await both.waits(lambda: [each for each in there.answers(twin) if "deleted what they had" in there.words(each)])
    assert not any("0123" in there.words(each) for each in there.answers(twin))
    assert both.one(Issue).state == "acknowledged"
    assert len(both.shared()) == len(there.shared()) == 2
