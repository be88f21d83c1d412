"""The stand-in, a recording dispatch, and the door between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.slack.doors import FakeDispatch
from tests.bot.teams.doors import Entry, opened, routed
from tests.standins.teams.server import StandInTeams


@pytest.fixture
async def teams() -> AsyncIterator[StandInTeams]:
    """A stand-in whose repetitions come at once."""
    async with StandInTeams() as standin:
        standin.retry_delays = (0.0, 0.05)
        yield standin
        assert standin.complaints == []


@pytest.fixture
def dispatch() -> FakeDispatch:
    return FakeDispatch()


@pytest.fixture
async def entry(teams: StandInTeams, dispatch: FakeDispatch, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Entry]:
    """The door, open for the test, before a dispatch that records."""
    async with opened(teams, sqlite_url, tmp_path, lambda _: dispatch) as door:
        yield door


@pytest.fixture
async def house(teams: StandInTeams, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Entry]:
    """The door, open for the test, before the house's own router."""
    async with opened(teams, sqlite_url, tmp_path, routed) as door:
        yield door
