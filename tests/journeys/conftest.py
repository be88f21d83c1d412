"""What every journey of the town may ask for: the platform it is told on."""

from __future__ import annotations

import os

import pytest

from handlers.vocabulary.address import Platform

TOLD_ON = tuple(Platform(each) for each in os.environ.get("PARLEY_JOURNEYS", "room teams").split())
"""The room and Teams; ``PARLEY_JOURNEYS=slack`` tells every story on Slack, which has the whole application in its own."""


@pytest.fixture(params=TOLD_ON, ids=str)
def platform(request: pytest.FixtureRequest) -> Platform:
    """The story is told once on each platform."""
    chosen: Platform = request.param
    return chosen
