"""A week of figures in Teams: asked for on Tuesday morning in Manila, read from plain replies, and posted once on Monday."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys import stories
from tests.journeys.teams.office import Office, opened
from tests.standins.teams import INTERNAL, Rates
from tests.standins.teams.cards import parts_of

ECHO_WITHIN = 2.0


@pytest.fixture
async def settled(empty: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """Set up, at the pace of production, and Teams counts what is said."""
    async with opened(empty, tmp_path, pace=1.0) as office:
        office.settle()
        await office.waits(office.shared)
        await office.quiet()
        office.teams.rates = Rates()
        yield office


async def test_in_teams_a_plain_reply_is_read_back_within_two_seconds(settled: Office) -> None:
    """Two figures kept, one asked about, a correction; each answer stands in the thread within two seconds."""
    took = await stories.figures_read_back(settled)
    assert sorted(took)[1] < ECHO_WITHIN, took  # the median: other work on a test machine may delay one


async def test_in_teams_the_digest_stands_once_and_what_is_internal_stays_inside(settled: Office) -> None:
    """Monday half past eight in London: its chart in the card with the numbers in words, the internal one inside; a restart says
    nothing again."""
    office, before = settled, len(settled.shared()) + 1
    digest = await stories.a_digest_stands_once(office)
    charts = [part for part in parts_of(digest.card or {}) if str(part["type"]).startswith("Chart.")]
    assert charts and all("fallback" in part for part in charts)
    with office.house.units() as uow:
        secrets = [row for row in uow.outbox.everything() if row.visibility == "INT"]
    inside = {office.maya.aad_id, office.dan.aad_id}
    assert secrets and all(row.channel == INTERNAL or row.account_user in inside for row in secrets)
    await office.restart()
    await office.ticks()
    await office.quiet()
    assert len(office.shared()) == before + 1
