"""The zone somebody's own Teams tells is kept with them, whichever process heard it."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.teams.zones import FRESH, REMEMBERED, Zones
from handlers.vocabulary.address import Account, Platform
from storage.models.person import Person
from tests.bot.teams.doors import Entry
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.world import HOST_TENANT


async def here(function: Any, *arguments: Any) -> Any:
    """The database's work, off the loop."""
    return await asyncio.to_thread(function, *arguments)


def person(house: Entry, user: str) -> Person:
    """Somebody as we know them."""
    with house.units() as uow:
        found = uow.people.of_account("teams", HOST_TENANT, user)
    assert found is not None
    return found


async def says_from(teams: StandInTeams, house: Entry, zone: str, words: str) -> None:
    """Maya writes to the bot while her own Teams shows this clock."""
    maya = teams.person("maya")
    maya.user.timezone = zone
    await maya.dms(words)
    await house.settled()


async def test_another_process_knows_the_zone_that_one_heard(teams: StandInTeams, house: Entry) -> None:
    """What one process heard stands in the database, where the one that looks the person up finds it."""
    await says_from(teams, house, "Asia/Tokyo", "help")
    account = Account(Platform.TEAMS, HOST_TENANT, teams.person("maya").aad_id)
    assert await Zones(house.units, here).of(account) == "Asia/Tokyo"
    assert await Zones(house.units, here).of(Account(Platform.TEAMS, HOST_TENANT, "nobody")) == ""


async def test_who_travels_lives_by_the_clock_their_teams_shows(teams: StandInTeams, house: Entry) -> None:
    """An assumed zone, and one that was told before, follow what is told now, there and back; nothing is written twice."""
    user = teams.person("maya").aad_id
    for zone in ("Europe/London", "Asia/Manila", "Europe/London", "Asia/Manila"):
        await says_from(teams, house, zone, "help")
        assert person(house, user).zone == zone
    await says_from(teams, house, "Mars/Olympus", "help")
    assert person(house, user).zone == "Asia/Manila"


async def test_a_zone_somebody_entered_stays(teams: StandInTeams, house: Entry) -> None:
    """Whose zone was set by a person keeps it, wherever their Teams is."""
    user = teams.person("maya").aad_id
    await says_from(teams, house, "Europe/London", "help")
    with house.units() as uow:
        row = uow.people.of_account("teams", HOST_TENANT, user)
        assert row is not None
        row.zone = "Europe/Lisbon"
        uow.people.add(row)
        uow.commit()
    await says_from(teams, house, "Asia/Manila", "help")
    assert person(house, user).zone == "Europe/Lisbon"


async def test_memory_of_zones_has_an_end(house: Entry) -> None:
    """Nothing told changes nothing; beyond so many people the database is asked."""
    zones, maya = Zones(house.units, here), Account(Platform.TEAMS, HOST_TENANT, "maya")
    zones.heard("maya", "Europe/London")
    zones.heard("maya", "")
    assert await zones.of(maya) == "Europe/London"
    for number in range(REMEMBERED):
        zones.heard(f"somebody {number}", "Asia/Manila")
    assert await zones.of(maya) == ""


async def test_two_processes_hear_one_traveller(teams: StandInTeams, house: Entry) -> None:
    """London here, Manila at the other process, London here again: within a minute the zone shown last is kept, though this
    process kept the same one before."""
    await says_from(teams, house, "Europe/London", "help")
    account, seconds = Account(Platform.TEAMS, HOST_TENANT, teams.person("maya").aad_id), [0.0]
    one, other = (Zones(house.units, here, lambda: seconds[0]) for _ in range(2))
    for zones, zone in ((one, "Europe/London"), (other, "Asia/Manila")):
        zones.heard(account.user, zone)
        await zones.keep(account, HOST_TENANT)
    seconds[0] += FRESH
    assert await one.of(account) == "Asia/Manila"
    one.heard(account.user, "Europe/London")
    news = await one.news(account, HOST_TENANT, "an activity")
    assert news is not None and news.zone == "Europe/London"
    await one.keep(account, HOST_TENANT)
    seconds[0] += FRESH
    assert await other.of(account) == "Europe/London"


async def test_a_zone_kept_in_one_company_is_no_news_of_another(teams: StandInTeams, house: Entry) -> None:
    """What was kept of somebody in one tenant says nothing of their account in another one."""
    await says_from(teams, house, "Europe/London", "help")
    account = Account(Platform.TEAMS, HOST_TENANT, teams.person("maya").aad_id)
    zones = Zones(house.units, here)
    zones.heard(account.user, "Asia/Tokyo")
    await zones.keep(account, "another tenant")
    assert await zones.news(account, HOST_TENANT, "an activity") is not None
    await zones.keep(account, HOST_TENANT)
    assert await zones.news(account, HOST_TENANT, "an activity") is None
