"""The stand-in, a recording dispatch, and the door between them in both modes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.slack.doors import FakeDispatch, Mode, opened
from tests.standins.slack.server import StandInSlack


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Both ways in."""
    chosen: Mode = request.param
    return chosen


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A stand-in with our shortcut, whose retries come at once."""
    async with StandInSlack() as standin:
        standin.add_shortcut("Report an issue", "report_issue")
        standin.retry_delays = (0.0, 0.05, 0.1)
        yield standin
        assert standin.complaints == []


@pytest.fixture
def dispatch() -> FakeDispatch:
    return FakeDispatch()


@pytest.fixture
async def door(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> AsyncIterator[None]:
    """The door, open for the test."""
    async with opened(slack, mode, dispatch):
        yield
