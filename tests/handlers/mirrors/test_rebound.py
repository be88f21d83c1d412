"""A channel that another provider got since is none of the first one's any more: nothing new of its records goes there."""

from __future__ import annotations

from pathlib import Path

import storage.models as models
from bot.standing import standing_card
from handlers.vocabulary.address import Platform
from tests.handlers.mirrors.test_twins import CARD, reported
from tests.two_platforms import TEAMS_CHANNEL, TwoTown, family, two_towns_at

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
                provider_id=rival.id or 0,
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


def test_an_old_card_shows_the_channels_new_people_nothing(tmp_path: Path) -> None:
    """Whoever finds another provider's card in what is their channel now is not shown what it says today."""
    town = two_towns_at(tmp_path)
    reported(town)
    (twin,) = [row for row in family(town, CARD) if row.platform == TEAMS]
    newcomer = town.on_teams("Rey Lim", "another-tenant", "REY")
    with town.units() as uow:
        assert standing_card(uow, twin.key, TEAMS_CHANNEL, newcomer.account) is None
        assert standing_card(uow, twin.key, TEAMS_CHANNEL, town.jo.account) is not None
        assert standing_card(uow, twin.key, TEAMS_CHANNEL, town.ben.account) is not None
