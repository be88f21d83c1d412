"""The stand-in as one object: a local server, its state, its switches and its people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.standins.slack.calls import Call
from tests.standins.slack.events import Attempt, Delivery, Postman
from tests.standins.slack.faults import Fault, Faults, Rates
from tests.standins.slack.people import Person
from tests.standins.slack.scene import Scene
from tests.standins.slack.socket import SocketHub
from tests.standins.slack.surfaces import Message
from tests.standins.slack.web_api import WebApi
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, ChannelKind, Team, User, World

HOST_TEAM, VENDOR_TEAM, RIVAL_TEAM = "T0HOST", "T0VENDOR", "T0RIVAL"


class StandInSlack:
    """A Slack of one's own: `async with StandInSlack() as slack:`.

    `port` 0 takes a free one; `clock` (epoch seconds) dates messages; `rates` default to Slack's own.
    With `cast` there is a small world: U0MANAGER (administrator) and U0DEPUTY of the host T0HOST in London,
    U0LEAD and U0AGENT of T0VENDOR in Manila, U0RIVAL of T0RIVAL; C0SHARED (host and vendor), C0RIVAL (host and
    rival), C0INTERNAL (private, host only). The bot is in all three.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        rates: Rates | None = None,
        cast: bool = True,
    ) -> None:
        self.port = port
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
        self._runner: web.AppRunner | None = None
        self._outage: Fault | None = None
        if cast:
            self._add_cast()

    def _add_cast(self) -> None:
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

    # Life

    def routes(self) -> list[web.RouteDef]:
        """What the server answers."""
        return [*self.api.routes(), web.get("/link/", self.hub.handle)]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.scene.url = self.url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.postman.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # Addresses and switches

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What goes into a client's `base_url`."""
        return f"{self.url}/api/"

    @property
    def bot_user_id(self) -> str:
        """The bot's user id, as in a mention."""
        return self.world.bot.id

    @property
    def request_url(self) -> str | None:
        """Where the app takes signed requests; None means Socket Mode."""
        return self.postman.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.postman.request_url = url

    @property
    def ack_seconds(self) -> float:
        """How long Slack waits for an acknowledgement; 3 in real life."""
        return self.postman.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self.postman.ack_seconds = seconds

    @property
    def retry_delays(self) -> tuple[float, ...]:
        """Seconds before each retry of an event; (0, 60, 300) in real life."""
        return self.postman.retry_delays

    @retry_delays.setter
    def retry_delays(self, delays: tuple[float, ...]) -> None:
        self.postman.retry_delays = delays

    @property
    def rates(self) -> Rates:
        """The rates in force; `Rates.unlimited()` lifts them."""
        return self.api.rates

    @rates.setter
    def rates(self, rates: Rates) -> None:
        self.api.rates = rates

    # Records

    @property
    def calls(self) -> list[Call]:
        """Every Web API call, upload and response-url post, in order."""
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the app, with its attempts."""
        return self.postman.deliveries

    def events(self, event_type: str) -> list[Delivery]:
        """The deliveries of one type of event."""
        return [delivery for delivery in self.deliveries if delivery.event_type == event_type]

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
        """Take commands, shortcuts, scopes and event subscriptions from an app manifest; the rest is then refused."""
        features = manifest.get("features", {})
        self.commands = {one["command"] for one in features.get("slash_commands", [])}
        for one in features.get("shortcuts", []):
            self.add_shortcut(one["name"], one["callback_id"])
        self.api.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        settings = manifest.get("settings", {})
        self.postman.subscriptions = set(settings.get("event_subscriptions", {}).get("bot_events", []))
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
        start = len(self.deliveries)
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

    # Sending again, forging

    async def redeliver(self, delivery: Delivery, *, secret: str | None = None, age: float = 0.0) -> Attempt:
        """Send the same payload once more, with the headers of a retry if it is an event.

        Over HTTP it can be signed with another `secret`, or `age` seconds in the past.
        """
        retry = len(delivery.attempts) if delivery.kind == "events_api" else 0
        return await self.postman.attempt(delivery, retry, "http_timeout" if retry else "", secret=secret, age=age)

    async def replay(self, attempt: Attempt) -> Attempt:
        """Send the very bytes and headers of an earlier HTTP attempt, as an eavesdropper would."""
        return await self.postman.replay(attempt)

    # Waiting

    async def until(self, condition: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until the condition holds and return what it gave; AssertionError with the last calls if it does not."""
        ends = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > ends:
                recent = ", ".join(f"{call.method}:{call.status}" for call in self.calls[-8:]) or "none"
                raise AssertionError(f"not so within {seconds} s; the last calls: {recent}")
            await asyncio.sleep(0.01)

    async def connected(self, seconds: float = 5.0) -> None:
        """Wait until the app has a websocket open."""
        await self.until(lambda: self.hub.connections, seconds)

    async def settled(self, seconds: float = 5.0) -> None:
        """Wait until everything announced was tried once."""
        await self.until(lambda: not self.postman.busy, seconds)

    def messages(self) -> list[Message]:
        """Every message in every channel, in order of time."""
        found = [message for channel in self.world.channels.values() for message in channel.everything()]
        return sorted(found, key=lambda message: message.ts)
