"""A channel that another provider got since is none of the first one's any more: nothing new of its records goes there."""

from __future__ import annotations

from pathlib import Path

import storage.models as models
from handlers.vocabulary.address import Platform
from tests.handlers.mirrors.test_twins import CARD, reported
from tests.two_platforms import TwoTown, two_towns_at

TEAMS = Platform.TEAMS


def given_to_the_rival(town: TwoTown) -> None:
    """Northwind's channel on Teams is unbound and bound to the rival's programme."""
    with town.units() as uow:
        programme = next(each for each in uow.providers.programmes(1) if each.id != 1)
        (bound,) = [each for each in uow.providers.channels(1, "shared") if each.platform == TEAMS]
        bound.programme_id = programme.id or 0
        uow.session.add(bound)
        uow.commit()


def test_words_do_not_follow_a_channel_to_another_provider(tmp_path: Path) -> None:
    """What is said in a record's thread is not told in a channel that is another provider's by now."""
    town = two_towns_at(tmp_path)
    with town.units() as uow:
        rival = uow.providers.add(
            models.Provider(installation_id=1, name="Willowbank", zone="UTC", country="US", created_at=town.now)
        )
        uow.providers.add(
            models.Programme(
                installation_id=1,
                provider_id=rival.id,
                name="Voice",
                anchor_zone="UTC",
                digest_wall="mon 08:30",
                figures_wall="mon 08:30",
                state="active",
                created_at=town.now,
            )
        )
        uow.commit()
    reported(town)
    given_to_the_rival(town)
    town.maya.replies("The refund queue is ours to lose", under=CARD)
    assert town.texts(TEAMS, "relay") == []
