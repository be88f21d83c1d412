"""The real application beside the stand-in Slack, in both modes."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sqlmodel import select

from bot.settings import Settings
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork
from tests.journeys.office import CODE, AnyOffice, AnySheet, template
from tests.journeys.slack.sheet import Sheet
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM, Message, Rates, StandInSlack
from tests.standins.slack import Person as Someone

__all__ = ["CODE", "INTERNAL", "SHARED", "Mode", "Office", "opened", "person_named", "template"]

Mode = Literal["socket", "http"]
SHARED, INTERNAL = "C0SHARED", "C0INTERNAL"


class Office(AnyOffice):
    """One client's Parley. ``slack`` is the workspace; everybody is driven through it and reads from it."""

    def __init__(self, slack: StandInSlack, home: Path, mode: Mode, pace: float) -> None:
        self.slack = slack
        self.mode = mode
        tokens = SlackSettings(
            slack.bot_token,
            slack.app_token if mode == "socket" else None,
            slack.signing_secret if mode == "http" else None,
            slack.api_url,
        )
        url = f"sqlite:///{home / 'parley.sqlite'}"
        super().__init__(Settings(home, url, "127.0.0.1", 0, "/vendor", slack=tokens, pace=pace, settle=0.2))
        self.maya, self.dan = slack.person("U0MANAGER"), slack.person("U0DEPUTY")
        self.liza, self.arnel = slack.person("U0LEAD"), slack.person("U0AGENT")

    async def found(self, port: int) -> None:
        """By its address, or by the connection it opens."""
        if self.mode == "http":
            self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            await self.slack.connected()

    def told_nothing_yet(self) -> bool:
        """Something is on its way to the application."""
        return self.slack.postman.busy

    def last_calls(self) -> str:
        """The newest calls of Slack's methods."""
        return "the last calls: " + (
            ", ".join(f"{call.method}:{call.status}" for call in self.slack.calls[-8:]) or "none"
        )

    # --- what is seen

    def shared(self) -> list[Message]:
        """The bot's top-level messages in the shared channel."""
        return self.said(SHARED)

    def said(self, channel: str) -> list[Message]:
        """The bot's top-level messages in a channel."""
        return [each for each in self.slack.channel(channel).messages() if each.user == self.slack.bot_user_id]

    def inside(self) -> list[Message]:
        """The bot's top-level messages in the internal channel."""
        return self.said(INTERNAL)

    def answers(self, root: Message) -> list[Message]:
        """The bot's replies in the thread of a message."""
        thread = self.slack.channel(root.channel_id).thread(root)
        return [each for each in thread if each.is_reply and each.user == self.slack.bot_user_id]

    def dms(self, person: Someone) -> list[Message]:
        """What the bot wrote to somebody directly."""
        return [each for each in person.direct_messages if each.user == self.slack.bot_user_id]

    def words(self, message: Message) -> str:
        """Everything a message says, its notification first."""
        return f"{message.text}\n{message.words}"

    def names(self, message: Message, person: Someone) -> bool:
        """Whether a message calls somebody."""
        return person.id in str(message.blocks)

    def reacted(self, message: Message) -> list[str]:
        """The bot's emoji on a message."""
        return [name for name, users in message.reactions.items() if self.slack.bot_user_id in users]

    def standing(self) -> int:
        """How many messages stand anywhere, whoever wrote them."""
        return len(self.slack.messages())

    def outsiders_read(self) -> str:
        """Every word an outsider can read anywhere: in their channels, threads and direct messages, and privately."""
        world = self.slack.world
        outsiders = {user.id for user in world.users.values() if user.team_id != HOST_TEAM}
        open_to_them = [each for each in world.channels.values() if each.shared_with or outsiders & set(each.members)]
        messages = [message for channel in open_to_them for message in channel.everything()]
        messages += [message for one in outsiders for message in world.users[one].ephemerals]
        every = [f"{message.text}\n{message.words}\n{message.payload.get('files')}" for message in messages]
        views = [view.words for one in outsiders for view in world.users[one].views]
        return "\n".join([*every, *views])

    # --- what people do

    def called(self, person: Someone) -> str:
        """How somebody is mentioned."""
        return f"<@{person.id}>"

    async def says(self, person: Someone, words: str) -> Message:
        """Write into the shared channel."""
        return await self._said(await person.says(SHARED, words))

    async def mentions(self, person: Someone, words: str) -> Message:
        """Write to the bot in the shared channel."""
        return await self._said(await person.mention(SHARED, words))

    async def replies(self, person: Someone, words: str, root: Message) -> Message:
        """Reply in a message's thread."""
        return await self._said(await person.says(root.channel_id, words, root))

    async def _said(self, message: Message) -> Message:
        await self.quiet()
        return message

    async def opens(self, person: Someone, words: str, *, press: str = "", inside: bool = False) -> Sheet:
        """A command opens its form."""
        await person.command("/vendor", words, INTERNAL if inside else SHARED)
        await self.waits(lambda: person.open_view)
        return Sheet(person)

    async def presses(self, person: Someone, label: str, message: Message) -> Sheet:
        """Press a button; the form it opened, if it did."""
        await person.clicks(label, message)
        await self.quiet()
        return Sheet(person)

    async def fills(self, sheet: AnySheet, values: Mapping[str, Any]) -> Sheet:
        """Fill a form in and send it; what is shown instead is closed."""
        assert isinstance(sheet, Sheet)
        await sheet.person.submits(dict(values), sheet.view)
        wrong = sheet.person.last_error
        assert wrong is None or any(map(sheet.error_at, sheet.labels)), wrong
        await self.quiet()
        await sheet.closes_what_was_told()
        return sheet

    # --- a beginning

    def settle(self, *, internal: bool = True) -> None:
        """Set the provider up without the wizard: Maya and Dan here, Liza and Arnel in Manila."""
        self._set_up(replace(SPEC, internal_channel=INTERNAL if internal else ""))


SPEC = ProviderSpec(
    provider="Manila Support",
    country="PH",
    zone="Asia/Manila",
    client=Owners(
        PersonSpec("Maya Brooks", "U0MANAGER", HOST_TEAM, zone="Europe/London", country="GB"),
        PersonSpec("Dan Field", "U0DEPUTY", HOST_TEAM, zone="Europe/London", country="GB"),
    ),
    theirs=Owners(PersonSpec("Liza Reyes", "U0LEAD", VENDOR_TEAM), PersonSpec("Arnel Cruz", "U0AGENT", VENDOR_TEAM)),
    anchor_zone="Europe/London",
    channel=SHARED,
    channel_name="northwind-manila",
    metrics=(
        MetricSpec("service_level", Decimal(80)),
        MetricSpec("handle_time", Decimal(400)),
        MetricSpec("quality", Decimal(90)),
    ),
)


@asynccontextmanager
async def opened(empty: Path, home: Path, mode: Mode, *, pace: float = 0.02) -> AsyncIterator[Office]:
    """The application, started beside a stand-in that knows our manifest; stopped whole at the end."""
    shutil.copy(empty, home / "parley.sqlite")
    async with StandInSlack(rates=Rates.unlimited()) as slack:
        slack.install_manifest(manifest())
        slack.retry_delays = (0.0, 0.5, 1.0)
        office = Office(slack, home, mode, pace)
        slack.world.clock = lambda: office.now.timestamp()  # noqa: PLW0108  the clock moves
        await office.start()
        try:
            yield office
        finally:
            await office.stop()
        assert slack.complaints == []


def person_named(office: Office, name: str) -> Person:
    """What we know of somebody."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        found: Person = uow.session.exec(select(Person).where(Person.name == name)).one()
    return found
