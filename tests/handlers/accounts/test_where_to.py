"""Where a person with accounts on two platforms is written to: where they chose, else where they last did something."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.places import CHOSEN, direct_to, shared_channel
from handlers.vocabulary.address import Platform
from tests.two_platforms import TENANT, VENDOR, TwoTown, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    return two_towns_at(tmp_path)


def direct(town: TwoTown, name: str) -> Platform:
    """The platform on which somebody is written to."""
    with town.units() as uow:
        person = next(each for each in uow.people.of_client(1) if each.name == name)
        to = direct_to(uow, person)
    assert to is not None
    return to.account.platform


def connect(town: TwoTown, person_id: int, tenant: str, user: str) -> None:
    with town.units() as uow:
        person = uow.people.get(person_id)
        assert person is not None
        uow.people.connect(person, TEAMS, tenant, user)
        uow.commit()


def test_where_somebody_is_written_to(town: TwoTown) -> None:
    """The only account; else the platform used last, until they choose one; a platform they have no account on is nowhere."""
    assert (direct(town, "Maya Brooks"), direct(town, "Ben Carter")) == (SLACK, TEAMS)
    maya = town.on_teams("Maya Brooks", TENANT, "MAYA")
    connect(town, 1, TENANT, maya.user)
    assert direct(town, "Maya Brooks") == SLACK  # the installation's own, while she used none since
    maya.mentions("help")
    assert direct(town, "Maya Brooks") == TEAMS
    town.maya.types("help")
    assert direct(town, "Maya Brooks") == SLACK
    with town.units() as uow:
        uow.settings.set(f"{CHOSEN}:1", TEAMS)
        uow.commit()
    assert direct(town, "Maya Brooks") == TEAMS


def test_a_reachable_account_is_preferred(town: TwoTown) -> None:
    """A provider's person on both is written to on Slack, whatever they used last: Teams carries nothing to their tenant."""
    with town.units() as uow:
        rey = next(each for each in uow.people.of_provider(1) if each.name == "Rey Cruz")
    assert rey.id is not None
    here = town.on_teams("Rey Cruz", VENDOR, "REY")
    connect(town, rey.id, VENDOR, here.user)
    here.mentions("help")
    with town.units() as uow:
        to = direct_to(uow, rey)
        assert to is not None and to.account.platform is SLACK
        on_teams = shared_channel(uow, 1, on=TEAMS)
        assert on_teams is not None and on_teams.place.platform is TEAMS
