"""Channels on Teams whose readers change: what could reach the wrong people freezes at once, and managers hear of it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import ChannelChanged
from tests.town import Town, town_at

REPORT = {"title": "Calls drop", "detail": "", "severity": "2", "kind": "service"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A company on Teams with a shared and an internal channel."""
    return town_at(tmp_path, platform=Platform.TEAMS)


def happens(town: Town, change: str, name: str) -> None:
    """Teams tells of a change to the channel "SHARED" or "INTERNAL"."""
    bot = Account(Platform.TEAMS, town.client, "28:bot")
    town.handle(ChannelChanged(town.event(), bot, town.place(name), change=change))


def frozen(town: Town, kind: str) -> bool:
    """Whether nothing is posted in the channel of this kind."""
    with town.units() as uow:
        channel = uow.providers.channel(1, kind)
        assert channel is not None
        return channel.frozen


def said_in(town: Town, name: str) -> list[str]:
    """What stands in a channel, threads included."""
    rows = [*town.rows(), *town.beside()]
    return [decode_card(row.content).text for row in rows if row.channel == town.channel(name)]


@pytest.mark.parametrize(
    ("change", "name", "kind", "freezes"),
    [
        ("shared", "INTERNAL", "internal", True),
        ("left", "INTERNAL", "internal", True),
        ("joined", "INTERNAL", "internal", False),
        ("unshared", "INTERNAL", "internal", False),
        ("shared", "SHARED", "shared", False),
        ("unshared", "SHARED", "shared", True),
        ("left", "SHARED", "shared", True),
    ],
)
def test_what_changes_who_reads_a_teams_channel(town: Town, change: str, name: str, kind: str, freezes: bool) -> None:
    """Outsiders in the internal channel, no outsiders in the shared one, or the bot taken out: it freezes, and managers are
    told in their own chat; anything else goes on."""
    happens(town, change, name)
    assert frozen(town, kind) is freezes
    told = town.rows(kind="channel.frozen")
    assert ({row.account_user for row in told} == {town.user("MAYA")}) is freezes
    assert all(row.state == "sent" and row.account_workspace == town.client for row in told)


def test_nothing_internal_is_said_where_outsiders_read(town: Town) -> None:
    """Once a guest is in the internal channel, internal records reach the owner alone."""
    happens(town, "shared", "INTERNAL")
    town.maya.submits("issue.report", {**REPORT, "visibility": "INT"}, hidden="1")
    town.later(days=8)
    assert said_in(town, "INTERNAL") == []
    card = town.row("issue.card:1")
    assert card is not None and card.account_user == town.user("MAYA")


def test_nothing_is_said_to_outsiders_where_they_read_no_more(town: Town) -> None:
    """While the shared channel is not shared, no line to somebody of the provider is posted there, or anywhere else."""
    town.maya.types("actions add Prune the macros @Jo Santos due 2026-03-05")
    happens(town, "unshared", "SHARED")
    before = said_in(town, "SHARED")
    town.later(days=3)
    assert said_in(town, "SHARED") == before
    assert town.beside() == []
    happens(town, "shared", "SHARED")
    town.later(days=1)
    assert [decode_card(row.content).text for row in town.beside()] == [
        "@Jo Santos, action 1 is 1 day overdue: Prune the macros."
    ]


def test_a_renamed_teams_channel_is_spoken_in_under_its_new_id(town: Town) -> None:
    """A channel with another id keeps its cards, and lines to outsiders go there."""
    town.maya.types("actions add Prune the macros @Jo Santos due 2026-03-05")
    bot, new = Account(Platform.TEAMS, town.client, "28:bot"), town.channel("RENAMED")
    town.handle(ChannelChanged(town.event(), bot, town.shared_place, change="renamed", new_channel=new))
    town.until(town.now.replace(day=4, hour=1, minute=1))
    assert {row.channel for row in town.beside()} == {new}
