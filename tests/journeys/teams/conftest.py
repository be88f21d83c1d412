"""The office, open for a story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.office import template
from tests.journeys.teams.office import Office, opened


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("empty"))


@pytest.fixture
async def office(empty: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """Nothing set up yet."""
    async with opened(empty, tmp_path) as office:
        yield office


@pytest.fixture
async def settled(office: Office) -> Office:
    """Manila Support is set up, and everybody was greeted."""
    office.settle()
    await office.waits(office.shared)
    await office.quiet()
    return office
