"""What every journey of the town may ask for: the platform it is told on."""

from __future__ import annotations

import pytest

from handlers.vocabulary.address import Platform


@pytest.fixture(params=[Platform.ROOM, Platform.TEAMS], ids=str)
def platform(request: pytest.FixtureRequest) -> Platform:
    """The story is told in the room, and once more on Teams; Slack has the whole application in stories of its own."""
    chosen: Platform = request.param
    return chosen
