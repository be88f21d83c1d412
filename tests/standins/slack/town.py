"""The workspace before and beside the app: who is there, and what happens to channels and the installation."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.standins.slack.events import Delivery, Postman
from tests.standins.slack.faults import Fault, Faults, Rates
from tests.standins.slack.people import Person
from tests.standins.slack.scene import Scene
from tests.standins.slack.socket import SocketHub
from tests.standins.slack.web_api import WebApi
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, ChannelKind, Team, User, World

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}
"""What a bot's token must be allowed so that Slack sends it the event; the others need nothing of their own."""
HOST_TEAM, VENDOR_TEAM, RIVAL_TEAM = "T0HOST", "T0VENDOR", "T0RIVAL"


class Town:
    """The host workspace with its neighbours; `StandInSlack` puts it behind a server."""

    def __init__(self, clock: Callable[[], float] = time.time, rates: Rates | None = None) -> None:
        self.bot_token = "xoxb-standin-bot"
        self.app_token = "xapp-standin-app"
        self.signing_secret = "standin-signing-secret"
        self.complaints: list[str] = []
        self.shortcuts: dict[str, Payload] = {}
        self.commands: set[str] | None = None
        host = Team(HOST_TEAM, "Northwind", "northwind")
        bot = User("U0BOT", "parley", host.id, "Parley", is_bot=True)
        self.world = World(host, bot, "A0APP", "B0BOT", clock)
        self.hub = SocketHub(self.world.app_id)
        self.postman = Postman(self.world, self.hub, self.signing_secret)
        self.scene = Scene(self.world, self.postman.announce)
        self.faults = Faults()
        self.api = WebApi(self.scene, self.hub, self.faults, rates or Rates(), self.bot_token, self.app_token)
        self._people: dict[str, Person] = {}
        self._outage: Fault | None = None

    # Setting the scene

    def add_team(self, team_id: str, name: str) -> Team:
        """Another organisation."""
        team = Team(team_id, name, name.lower().replace(" ", "-"))
        self.world.teams[team_id] = team
        return team

    def add_person(self, user_id: str, name: str, team: str = HOST_TEAM, **details: Any) -> Person:
        """A person; details are the fields of `User` (email, timezone, is_admin, is_stranger, post_only …)."""
        self.world.users[user_id] = User(user_id, name, team, **details)
        return self.person(user_id)

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: list[str],
        *,
        kind: ChannelKind = "channel",
        pending: list[str] | None = None,
        with_bot: bool = True,
    ) -> Channel:
        """A channel; it is shared with every organisation that has a member in it."""
        everyone = [*members, *([self.world.bot.id] if with_bot else [])]
        outside = sorted({self.world.users[one].team_id for one in members if self.world.is_outsider(one)})
        channel = Channel(channel_id, name, kind, self.world.host.id, everyone, outside, list(pending or []))
        self.world.channels[channel_id] = channel
        return channel

    def add_shortcut(self, name: str, callback_id: str) -> None:
        """A message or global shortcut, by the name people see."""
        self.shortcuts[name] = {"callback_id": callback_id}

    def install_manifest(self, manifest: Payload) -> None:
        """Take commands, shortcuts, scopes, Home tab and event subscriptions from an app manifest; the rest is then refused.

        An event whose scope is missing is not sent, as Slack sends none.
        """
        features = manifest.get("features", {})
        self.commands = {one["command"] for one in features.get("slash_commands", [])}
        for one in features.get("shortcuts", []):
            self.add_shortcut(one["name"], one["callback_id"])
        self.api.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        settings = manifest.get("settings", {})
        wanted = set(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.postman.subscriptions = {one for one in wanted if EVENT_SCOPES.get(one, "") in {"", *self.api.scopes}}
        self.scene.home_enabled = bool(features.get("app_home", {}).get("home_tab_enabled"))
        for person in self._people.values():
            person.commands = self.commands

    def person(self, user_id: str) -> Person:
        """The person with this id, ready to act."""
        if user_id not in self.world.users:
            raise LookupError(f"nobody is {user_id!r}; there are {', '.join(self.world.users)}")
        if user_id not in self._people:
            user = self.world.users[user_id]
            self._people[user_id] = Person(user, self.scene, self.postman, self.shortcuts, self.complaints)
            self._people[user_id].commands = self.commands
        return self._people[user_id]

    def channel(self, channel_id: str) -> Channel:
        """The channel with this id."""
        if channel_id not in self.world.channels:
            raise LookupError(f"no channel {channel_id!r}; there are {', '.join(self.world.channels)}")
        return self.world.channels[channel_id]

    def add_cast(self) -> None:
        """The people and channels of the small world that `StandInSlack` describes."""
        self.add_team(VENDOR_TEAM, "Manila Support")
        self.add_team(RIVAL_TEAM, "Cebu Contact")
        self.add_person("U0MANAGER", "maya", email="maya@northwind.example", is_admin=True)
        self.add_person("U0DEPUTY", "dan", email="dan@northwind.example")
        self.add_person("U0LEAD", "liza", team=VENDOR_TEAM, timezone="Asia/Manila")
        self.add_person("U0AGENT", "arnel", team=VENDOR_TEAM, timezone="Asia/Manila")
        self.add_person("U0RIVAL", "rey", team=RIVAL_TEAM, timezone="Asia/Manila")
        hosts = ["U0MANAGER", "U0DEPUTY"]
        self.add_channel("C0SHARED", "northwind-manila", [*hosts, "U0LEAD", "U0AGENT"])
        self.add_channel("C0RIVAL", "northwind-cebu", [*hosts, "U0RIVAL"])
        self.add_channel("C0INTERNAL", "vendor-office", hosts, kind="group")

    # What happens to channels and to the installation

    async def joins(self, user_id: str, channel: Channel | str) -> None:
        """Somebody (or the bot) joins: `member_joined_channel`; an outsider's organisation shares it from then on."""
        place = self._place(channel)
        if user_id not in place.members:
            place.members.append(user_id)
        team_id = self.world.users[user_id].team_id
        if team_id not in {self.world.host.id, *place.shared_with}:
            await self.shares(place, team_id)
        await self._told("member_joined_channel", place, user_id, user=user_id, channel=place.id, team=team_id)

    async def leaves(self, user_id: str, channel: Channel | str) -> None:
        """Somebody leaves or is removed: `member_left_channel`, or `channel_left` for the bot itself."""
        place = self._place(channel)
        place.members.remove(user_id)
        if user_id == self.world.bot.id:
            await self._told("channel_left", place, None, channel=place.id, actor_id="U0MANAGER")
        else:
            await self._told("member_left_channel", place, user_id, user=user_id, channel=place.id)

    async def invites_team(self, channel: Channel | str, team_id: str) -> None:
        """An organisation is invited and has not accepted: `is_pending_ext_shared`. No event, as at Slack."""
        self._place(channel).pending.append(team_id)

    async def shares(self, channel: Channel | str, team_id: str) -> None:
        """An organisation is in: `channel_shared`."""
        place = self._place(channel)
        if team_id not in place.shared_with:
            place.shared_with.append(team_id)
        place.pending[:] = [one for one in place.pending if one != team_id]
        await self._told("channel_shared", place, None, connected_team_id=team_id, channel=place.id)

    async def unshares(self, channel: Channel | str, team_id: str) -> None:
        """An organisation and its members are out: `channel_unshared`."""
        place = self._place(channel)
        place.shared_with.remove(team_id)
        place.members[:] = [one for one in place.members if self.world.users[one].team_id != team_id]
        still = bool(place.shared_with)
        await self._told(
            "channel_unshared", place, None, previously_connected_team_id=team_id, channel=place.id, is_ext_shared=still
        )

    async def changes_id(self, channel: Channel | str, new_id: str) -> None:
        """The channel gets another id: `channel_id_changed`."""
        place = self._place(channel)
        old_id, place.id = place.id, new_id
        self.world.channels[new_id] = self.world.channels.pop(old_id)
        for message in place.stored:
            message.channel_id = new_id
        await self._told("channel_id_changed", place, None, old_channel_id=old_id, new_channel_id=new_id)

    async def archives(self, channel: Channel | str, archived: bool = True) -> None:
        """The channel is archived (or not any longer)."""
        place = self._place(channel)
        place.is_archived = archived
        kind = "channel_archive" if archived else "channel_unarchive"
        await self._told(kind, place, None, channel=place.id, user="U0MANAGER")

    async def uninstalls(self) -> None:
        """The app is removed: its tokens are dead, then `tokens_revoked` and `app_uninstalled` arrive."""
        self.postman.installed = False
        self.api.revoked |= {self.bot_token}
        await self._told("tokens_revoked", None, None, tokens={"oauth": [], "bot": [self.world.bot.id]})
        await self._told("app_uninstalled", None, None)

    async def tells(self, event: Payload, channel: Channel | str | None = None, actor: str | None = None) -> Delivery:
        """Send the app any event as it is, and wait for the first attempt."""
        place = self._place(channel) if channel is not None else None
        delivery = Delivery("events_api", self.postman.envelope(event, place, actor))
        self.postman.start(delivery)
        await delivery.tried.wait()
        return delivery

    async def _told(self, event_type: str, channel: Channel | None, actor: str | None, /, **fields: Any) -> None:
        start = len(self.postman.deliveries)
        self.scene.tell_app(event_type, channel, actor, **fields)
        await self.postman.tried_since(start)

    def _place(self, channel: Channel | str) -> Channel:
        return channel if isinstance(channel, Channel) else self.channel(channel)

    async def goes_down(self) -> None:
        """An outage: every call answers 503 and every websocket breaks, until `comes_back()`."""
        self._outage = self.faults.outage()
        self.hub.accepting = False
        await self.hub.cut()

    def comes_back(self) -> None:
        """The end of the outage; other ordered faults stay."""
        self.hub.accepting = True
        if self._outage is not None:
            self.faults.orders.remove(self._outage)
            self._outage = None
