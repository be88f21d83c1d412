"""A week on two platforms, through both doors of one process: figures told in Teams, the digest read on either."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.both.office import Office, opened
from tests.journeys.office import template


@pytest.fixture
async def week(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Manila Support is set up on Slack; its channel on Teams is bound by Maya, who is known by her address there."""
    async with opened(template(tmp_path_factory.mktemp("empty")), tmp_path) as office:
        office.settle()
        await office.waits(office.shared)
        await office.quiet()
        await bind_teams(office)
        yield office


async def bind_teams(office: Office) -> None:
    """Maya speaks in the channel on Teams, and says which provider's it is; it is greeted there once."""
    there = office.there
    await there.says(there.maya, "good morning")
    await office.is_maya_there()
    answer = await there.opens(there.maya, "setup", press="This is Manila Support's channel on Teams")
    assert "channel on Teams from now on" in answer.words, answer.words
    await office.waits(there.shared)
    await office.quiet()
    assert len(there.shared()) == 1


async def test_figures_told_in_teams_stand_in_the_digests_of_both(week: Office) -> None:
    """Asked on both, told in Teams; on Monday one digest stands on each, and what is internal stays on Slack, inside. A restart
    with both doors says nothing twice."""
    office, there = week, week.there
    await office.until(datetime(2026, 3, 3, 2, 1, tzinfo=UTC))
    (request,) = [each for each in there.shared() if "figures for" in there.words(each)]
    said = await there.replies(there.liza, "SL 82% AHT 6:52 QA 91%", request)
    assert there.reacted(said) == ["white_check_mark"]
    before = len(office.shared()), len(there.shared())
    await office.until(datetime(2026, 3, 9, 8, 31, tzinfo=UTC))
    assert (len(office.shared()), len(there.shared())) == (before[0] + 1, before[1] + 1)
    for words in (office.words(office.shared()[-1]), there.words(there.shared()[-1])):
        assert "82" in words
    assert office.inside() and there.inside() == []
    inside = set(office.words(office.inside()[-1]).splitlines()) - set(office.words(office.shared()[-1]).splitlines())
    read = set((office.outsiders_read() + there.outsiders_read()).splitlines())
    assert len(inside) >= 2 and not inside & read
    standing = office.standing(), there.standing()
    await office.restart()
    await office.ticks()
    await office.quiet()
    assert (office.standing(), there.standing()) == standing
