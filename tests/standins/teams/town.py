"""The world before and beside the bot: who is there, and what happens to teams, channels and the installation."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.standins.teams.activities import Scribe
from tests.standins.teams.connector import Connector
from tests.standins.teams.faults import Fault, Rates
from tests.standins.teams.graph import Graph
from tests.standins.teams.login import Login
from tests.standins.teams.people import Person, Switches
from tests.standins.teams.postman import Delivery, Postman
from tests.standins.teams.service import Desk
from tests.standins.teams.world import (
    CLIENT_ID,
    HOST_TENANT,
    NAMES,
    RIVAL_TENANT,
    VENDOR_TENANT,
    Channel,
    ChannelKind,
    Payload,
    Team,
    Tenant,
    User,
    World,
)

GENERAL = "19:general0000000000000000000000000@thread.tacv2"
SHARED = "19:shared00000000000000000000000000@thread.tacv2"
RIVAL = "19:rival000000000000000000000000000@thread.tacv2"
INTERNAL = "19:internal000000000000000000000000@thread.tacv2"
GROUP = "f0000000-0000-4000-8000-000000000006"
OFFICE_GROUP = "f0000000-0000-4000-8000-000000000007"


class Town:
    """The host tenant with its neighbours; `StandInTeams` puts it behind a server."""

    def __init__(self, clock: Callable[[], float] = time.time, rates: Rates | None = None) -> None:
        self.client_id = CLIENT_ID
        self.client_secret = "standin-client-secret"
        self.world = World(Tenant(HOST_TENANT, "Northwind", "northwind.example"), self.client_id, "Parley", clock)
        self.login = Login(self.client_id, self.client_secret, [HOST_TENANT])
        self.desk = Desk(self.login)
        self.desk.rates = rates or Rates()
        self.faults = self.desk.faults
        self.connector = Connector(self.world, self.desk)
        self.graph = Graph(self.world, self.desk)
        self.scribe = Scribe(self.world)
        self.postman = Postman(self.login)
        self.switches = Switches()
        self.connector.complaints = self.switches.complaints
        self._people: dict[str, Person] = {}
        self._outage: Fault | None = None

    # Setting the scene

    def add_tenant(self, tenant_id: str, name: str, domain: str) -> Tenant:
        """Another organisation."""
        self.world.tenants[tenant_id] = Tenant(tenant_id, name, domain)
        return self.world.tenants[tenant_id]

    def add_person(
        self, name: str, tenant: str = HOST_TENANT, *, guest: bool = False, anonymous: bool = False, **details: Any
    ) -> Person:
        """A person; details are the fields of `User` (aad_id, email, upn, timezone, installed …).

        `guest`: they work in the host tenant with a guest account; `anonymous`: nobody knows their Entra object.
        """
        key = str(uuid.uuid5(NAMES, f"{tenant} {name}{' guest' if guest else ''}"))
        aad = "" if anonymous else details.pop("aad_id", key)
        domain, host = self.world.tenants[tenant].domain, self.world.host
        mail = details.pop("email", f"{name.lower().replace(' ', '.')}@{domain}")
        upn = f"{str(mail).replace('@', '_')}#EXT#@{host.domain}" if guest else mail
        details = {"upn": upn, "installed": tenant == host.id, "guest_of": host.id if guest else None, **details}
        teams_id = f"29:1{uuid.uuid5(NAMES, f'{self.client_id} {key}').hex}"
        user = User(aad, teams_id, name, tenant, email=mail, **details)
        self.world.users[self.world.key(user)] = user
        return self.person(self.world.key(user))

    def add_team(self, team_id: str = GENERAL, name: str = "Vendors", group: str = GROUP) -> Team:
        """A team of the host tenant."""
        self.world.teams[team_id] = Team(team_id, name, group, self.world.host.id)
        return self.world.teams[team_id]

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: list[str],
        *,
        kind: ChannelKind = "standard",
        with_bot: bool = True,
        team: str = GENERAL,
    ) -> Channel:
        """A channel; members by name, Entra object id or Teams id."""
        people = [self.person(one).id for one in members]
        self.world.channels[channel_id] = Channel(channel_id, name, kind, people, with_bot, team)
        return self.world.channels[channel_id]

    def person(self, reference: str) -> Person:
        """The person with this name, Entra object id or Teams id, ready to act."""
        user = self.world.user(reference)
        user = user or next((one for one in self.world.users.values() if one.name == reference), None)
        if user is None:
            raise LookupError(f"nobody is {reference!r}; there are {[one.name for one in self.world.users.values()]}")
        key = self.world.key(user)
        if key not in self._people:
            self._people[key] = Person(user, self.world, self.scribe, self.postman, self.switches)
        return self._people[key]

    def channel(self, channel_id: str) -> Channel:
        """The conversation with this id."""
        if channel_id not in self.world.channels:
            raise LookupError(f"no conversation {channel_id!r}; there are {', '.join(self.world.channels)}")
        return self.world.channels[channel_id]

    def add_cast(self) -> None:
        """The people and channels of the small world that `StandInTeams` describes."""
        self.add_tenant(VENDOR_TENANT, "Manila Support", "manila.example")
        self.add_tenant(RIVAL_TENANT, "Cebu Contact", "cebu.example")
        for name in ("maya", "dan"):
            self.add_person(name)
        for name in ("liza", "arnel"):
            self.add_person(name, VENDOR_TENANT, timezone="Asia/Manila")
        self.add_person("rey", RIVAL_TENANT, timezone="Asia/Manila")
        self.add_person("gus", VENDOR_TENANT, guest=True, timezone="Asia/Manila")
        self.add_team()
        self.add_channel(GENERAL, "General", ["maya", "dan", "gus"])
        self.add_channel(SHARED, "northwind-manila", ["maya", "dan", "liza", "arnel"], kind="shared")
        self.add_channel(RIVAL, "northwind-cebu", ["maya", "dan", "rey"], kind="shared")
        self.add_team(INTERNAL, "Vendor office", OFFICE_GROUP)
        self.add_channel(INTERNAL, "vendor-office", ["maya", "dan"], team=INTERNAL)

    # What happens to channels and to the installation

    async def joins(self, person: Person | str, channel: Channel | str) -> None:
        """Somebody joins: the whole team with its standard channels, or one shared or private channel."""
        who = self._someone(person)
        for place in self._open_with(channel):
            if who.id not in place.members:
                place.members.append(who.id)
        await self._members_changed(self._place(channel), who, "Added")

    async def leaves(self, person: Person | str, channel: Channel | str) -> None:
        """Somebody leaves or is removed, likewise."""
        who = self._someone(person)
        for place in self._open_with(channel):
            if who.id in place.members:
                place.members.remove(who.id)
        await self._members_changed(self._place(channel), who, "Removed")

    def _open_with(self, channel: Channel | str) -> list[Channel]:
        """The channels whose members are the same people: all standard ones of a team."""
        place = self._place(channel)
        if place.kind != "standard":
            return [place]
        return [one for one in self.world.channels.values() if one.team == place.team and one.kind == "standard"]

    async def _members_changed(self, place: Channel, who: Person, what: str) -> None:
        of_team = place.kind == "standard"
        event = f"{'team' if of_team else 'channel'}Member{what}"
        members: Payload = {f"members{what}": [self.scribe.account(who.user)]}
        await self._update(place, event, of_team=of_team, **members)

    async def adds_bot(self, channel: Channel | str, by: Person | str = "maya") -> None:
        """The bot is added, to a team by way of this standard channel or to a shared one: membersAdded, installationUpdate."""
        place, who = self._place(channel), self._someone(by)
        for one in self._open_with(place):
            one.has_bot = True
        event = "teamMemberAdded" if place.kind == "standard" else "channelMemberAdded"
        activity = self.scribe.update(place, who.user, event, membersAdded=[{"id": self.world.bot_id}])
        if place.kind == "standard":
            del activity["channelData"]["channel"]
            activity["channelData"]["settings"] = {"selectedChannel": {"id": place.id}}
        await self._tell(activity, self.scribe.installation(place, who.user, "add"))

    async def removes_bot(self, channel: Channel | str, by: Person | str = "maya") -> None:
        """The bot is removed, from the whole team with all its channels or from one shared channel; it cannot write there any
        more."""
        place, who = self._place(channel), self._someone(by)
        of_team = place.kind == "standard"
        for one in self.world.channels.values():
            if one is place or (of_team and one.team == place.team):
                one.has_bot = False
        event = "teamMemberRemoved" if of_team else "channelMemberRemoved"
        bot = [{"id": self.world.bot_id}]
        activity = self.scribe.update(place, who.user, event, of_team=of_team, membersRemoved=bot)
        there = self.world.channels.get(place.team, place) if of_team else place
        await self._tell(activity, self.scribe.installation(there, who.user, "remove"))

    async def _tell(self, *activities: Payload) -> None:
        start = len(self.postman.deliveries)
        for activity in activities:
            self.postman.start(activity)
        await self.postman.tried_since(start)

    async def creates_channel(
        self, channel_id: str, name: str, members: list[str], kind: ChannelKind = "standard", team: str = GENERAL
    ) -> Channel:
        """A new channel in the team: channelCreated. The bot of the team is in a standard one at once."""
        place = self.add_channel(channel_id, name, members, kind=kind, team=team, with_bot=kind == "standard")
        await self._update(place, "channelCreated")
        return place

    async def deletes_channel(self, channel: Channel | str) -> None:
        """A channel is deleted: channelDeleted."""
        place = self._place(channel)
        place.deleted = True
        await self._update(place, "channelDeleted")

    async def restores_channel(self, channel: Channel | str) -> None:
        """A deleted channel comes back: channelRestored."""
        place = self._place(channel)
        place.deleted = False
        await self._update(place, "channelRestored")

    async def renames_channel(self, channel: Channel | str, name: str) -> None:
        """A channel gets another name: channelRenamed."""
        place = self._place(channel)
        place.name = name
        await self._update(place, "channelRenamed")

    async def shares(self, channel: Channel | str, tenant: str = VENDOR_TENANT) -> None:
        """A shared channel is shared with a team of another tenant: channelShared."""
        place = self._place(channel)
        place.kind = "shared"
        await self._update(place, "channelShared", shared_with=tenant)

    async def unshares(self, channel: Channel | str, tenant: str = VENDOR_TENANT) -> None:
        """The sharing ends and the tenant's people are out: channelUnshared."""
        place = self._place(channel)
        out = [one for one in place.members if self.person(one).user.tenant == tenant]
        place.members[:] = [one for one in place.members if one not in out]
        await self._update(place, "channelUnshared", shared_with=tenant)

    async def team_event(self, event: str, team: str = GENERAL) -> None:
        """Something happens to a whole team: teamRenamed, teamArchived, teamUnarchived, teamDeleted, teamRestored …"""
        first = self._place(team)
        await self._update(first, event, of_team=True)

    async def _update(
        self, place: Channel, event: str, *, of_team: bool = False, shared_with: str | None = None, **fields: Any
    ) -> None:
        actor = self.person(place.members[0] if place.members else next(iter(self.world.users)))
        activity = self.scribe.update(place, actor.user, event, of_team=of_team, **fields)
        if shared_with is not None:
            field = "sharedWithTeams" if event == "channelShared" else "unsharedFromTeams"
            other = {"tenantId": shared_with, "name": self.world.tenants[shared_with].name}
            other["id"] = f"19:{uuid.uuid5(NAMES, shared_with).hex}@thread.tacv2"
            other["aadGroupId"] = str(uuid.uuid5(NAMES, f"group {shared_with}"))
            activity["channelData"][field] = [other]
        await self._tell(activity)

    async def sends(self, activity: Payload, **forgery: Any) -> Delivery:
        """Send the bot any activity as it is; `forgery` are the fields of `Forgery`. Once, without repetition."""
        return await self.postman.forged(activity, **forgery)

    def goes_down(self) -> None:
        """An outage: every call answers 503, until `comes_back()`."""
        self._outage = self.faults.outage()

    def comes_back(self) -> None:
        """The end of the outage; other ordered faults stay."""
        if self._outage is not None:
            self.faults.orders.remove(self._outage)
            self._outage = None

    def _someone(self, person: Person | str) -> Person:
        return person if isinstance(person, Person) else self.person(person)

    def _place(self, channel: Channel | str) -> Channel:
        return channel if isinstance(channel, Channel) else self.channel(channel)
