"""People of a company that uses two platforms: each workspace's own are the client's, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

import storage.models as models
from handlers.asking import find_asker
from handlers.vocabulary.address import Account, Place, Platform, Side
from handlers.vocabulary.incoming import Asked
from tests.town import Town, town_at

TENANT, VENDOR = "5c1f3f0e-0d57-4c4e-9d2c-0f6f7a5a1b01", "8b0a4d1c-75b6-4f36-8f83-0fcb7ed0cd11"
CHANNEL = Place(Platform.TEAMS, TENANT, "19:shared@thread.tacv2")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town whose company has a Teams tenant too, with a channel bound to the programme."""
    town = town_at(tmp_path)
    with town.units() as uow:
        uow.providers.add(models.Installation(platform="teams", workspace=TENANT, installed_at=town.now, joined_to=1))
        uow.providers.add(
            models.Channel(
                installation_id=1,
                programme_id=1,
                platform="teams",
                workspace=TENANT,
                channel=CHANNEL.channel,
                kind="shared",
            )
        )
        uow.commit()
    return town


@pytest.mark.parametrize(
    ("workspace", "side"),
    [(TENANT, Side.CLIENT), (VENDOR, Side.PROVIDER), (f"guest:{TENANT}", Side.PROVIDER), ("T-CLIENT", Side.PROVIDER)],
)
def test_whose_people_a_joined_tenants_are(town: Town, workspace: str, side: Side) -> None:
    """A person of the joined tenant is the client's; a guest in it, a vendor, and an id of another platform's are not."""
    with town.units() as uow:
        actor = Account(Platform.TEAMS, workspace, "aad-1")
        asker = find_asker(Asked("e1", actor, CHANNEL, actor_name="Ana", words="help"), uow, town.now)
    assert asker is not None and asker.side is side and asker.installation_id == 1
    assert asker.programme_ids == (1,)
