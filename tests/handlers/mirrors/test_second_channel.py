"""A programme's channel on a second platform: bound in words or by a button, greeted, and unbound again."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.places import internal_channel
from handlers.saying import decode_card
from handlers.vocabulary.address import Place, Platform
from tests.journeys.words import labels
from tests.two_platforms import TEAMS as SHAPES
from tests.two_platforms import TEAMS_CHANNEL, TENANT, OnTeams, TwoTown, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    """The second channel is not bound yet."""
    town = two_towns_at(tmp_path)
    with town.units() as uow:
        uow.providers.unbind(uow.providers.channels(1, "shared")[1])
        uow.commit()
    return town


@pytest.fixture
def maya(town: TwoTown) -> OnTeams:
    """The manager, with an account on Teams too."""
    maya = town.on_teams("Maya Brooks", TENANT, "MAYA")
    with town.units() as uow:
        person = uow.people.get(1)
        assert person is not None
        uow.people.connect(person, TEAMS, TENANT, maya.user)
        uow.commit()
    return maya


def test_setup_here_binds_and_greets(town: TwoTown, maya: OnTeams) -> None:
    """In the Teams channel "setup here Northwind" binds it; the greeting stands there alone, and cards on both from then on."""
    card = maya.types("setup here Northwind").card
    assert card is not None and card.text.startswith("This is Northwind Manila's channel on Teams from now on.")
    assert "stands on Slack too" in card.text
    assert [row.kind for row in town.on(TEAMS)] == ["programme.welcome"] and town.on(SLACK) == []
    town.maya.submits(
        "issue.report", {"title": "x", "detail": "", "severity": "2", "kind": "service", "visibility": "SH"}, "1"
    )
    assert len(town.on(TEAMS, "issue.card")) == len(town.on(SLACK, "issue.card")) == 1
    again = maya.types("setup here Northwind").card
    assert again is not None and "already" in again.text
    assert len(town.on(TEAMS, "programme.welcome")) == 1


def test_the_wizard_offers_what_runs_elsewhere(town: TwoTown, maya: OnTeams) -> None:
    """Setup in an unbound Teams channel asks whether it is a known provider's; the button binds it, "new" opens the form."""
    card = maya.types("setup").card
    assert card is not None
    assert labels(card) == ["This is Northwind Manila's channel on Teams", "Set up a new provider"]
    assert maya.presses("providers.setup", "new").form is not None
    bound = maya.presses("providers.here", "1").card
    assert bound is not None and "from now on" in bound.text
    undone = maya.presses(bound.buttons[0].action, bound.buttons[0].value).card
    assert undone is not None and "any more" in undone.text
    with town.units() as uow:
        assert [each.platform for each in uow.providers.channels(1, "shared")] == [SLACK]


def test_the_only_channel_stays(town: TwoTown, maya: OnTeams) -> None:
    """The last channel both companies read cannot be unbound; one of two can, in words, and a stranger's is none of ours."""
    only = town.maya.types("setup unbind").card
    assert only is not None and only.text.startswith("This is the only channel")
    maya.types("setup here Northwind")
    gone = town.maya.types("setup unbind").card
    assert gone is not None and labels(gone) == ["Undo"]
    with town.units() as uow:
        assert [each.platform for each in uow.providers.channels(1, "shared")] == [TEAMS]
    town.maya.types("setup here Northwind")
    from_afar = town.maya.types("setup unbind Teams").card
    assert from_afar is not None and "in its channel on Teams any more" in from_afar.text and labels(from_afar) == []
    with town.units() as uow:
        assert [each.platform for each in uow.providers.channels(1, "shared")] == [SLACK]
    maya.types("setup here Northwind")
    town.maya.types("setup unbind")
    none = town.maya.types("setup unbind").card
    assert none is not None and "bound to no provider" in none.text


def test_members_and_the_provider_bind_nothing(town: TwoTown) -> None:
    """Only managers bind a channel: a member is told whom to ask, and somebody of the provider that it is not theirs."""
    for person in (town.ben, town.jo):
        person.types("setup here Northwind")
        person.presses("providers.here", "1")
    with town.units() as uow:
        assert len(uow.providers.channels(1, "shared")) == 1


def test_internal_things_go_to_one_place(town: TwoTown, maya: OnTeams) -> None:
    """The internal place chosen last is where internal things go, whichever platform it is on; the other stays internal."""
    inside = Place(TEAMS, TENANT, SHAPES.channel("INTERNAL"))
    maya.types("setup here Northwind")
    refused = maya.types("setup internal").card
    assert refused is not None and "cannot be the internal place" in refused.text
    maya.types("setup internal Northwind", at=inside)
    with town.units() as uow:
        to = internal_channel(uow, 1)
        assert to is not None and to.place == inside
        assert len(uow.providers.channels(1, "internal")) == 2
    assert decode_card(town.rows(kind="channel.internal")[-1].content).text.startswith("What only your company")
    town.maya.types("setup internal", at=town.internal_place)
    with town.units() as uow:
        to = internal_channel(uow, 1)
        assert to is not None and to.place == town.internal_place
    assert TEAMS_CHANNEL.channel != inside.channel
