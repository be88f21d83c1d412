"""The real application beside the stand-in Teams."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.teams.settings import TeamsSettings
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from tests.journeys.office import AnyOffice, AnySheet
from tests.journeys.teams.sheet import Sheet
from tests.standins.teams import HOST_TENANT, INTERNAL, SHARED, VENDOR_TENANT, Message, Person, Rates, StandInTeams
from tests.standins.teams.cards import text_of_card

EMOJI = {
    "2705": "white_check_mark",
    "1f440": "eyes",
    "23f3": "hourglass_flowing_sand",
    "2753": "question",
    "1f389": "tada",
    "21a9": "leftwards_arrow_with_hook",
}
"""The bot's own emoji as Teams calls them, by their code points: written from the Unicode charts."""
OPENS = "Open"
ALONE = ("Show it to me", "Show my answer")


class Office(AnyOffice):
    """One client's Parley. ``teams`` is the tenant; everybody is driven through it and reads from it."""

    def __init__(self, teams: StandInTeams, home: Path, pace: float) -> None:
        self.teams = teams
        app = TeamsSettings(
            teams.client_id,
            teams.client_secret,
            HOST_TENANT,
            service_url=teams.service_url,
            login_url=teams.login_url,
            metadata_url=teams.metadata_url,
            graph_url=teams.graph_url,
        )
        url = f"sqlite:///{home / 'parley.sqlite'}"
        super().__init__(Settings(home, url, "127.0.0.1", 0, "/vendor", teams=app, pace=pace, settle=0.2))
        self.maya, self.dan = teams.person("maya"), teams.person("dan")
        self.liza, self.arnel = teams.person("liza"), teams.person("arnel")

    async def found(self, port: int) -> None:
        """By its address."""
        self.teams.request_url = f"http://127.0.0.1:{port}/api/messages"

    def told_nothing_yet(self) -> bool:
        """Something is on its way to the application."""
        return self.teams.postman.busy

    def last_calls(self) -> str:
        """The newest calls of Teams' methods."""
        return "the last calls: " + (
            ", ".join(f"{each.method}:{each.status}" for each in self.teams.calls[-8:]) or "none"
        )

    # --- what is seen

    def shared(self) -> list[Message]:
        """The bot's top-level messages in the shared channel."""
        return self.said(SHARED)

    def said(self, channel: str) -> list[Message]:
        """The bot's top-level messages in a channel."""
        return [each for each in self.teams.channel(channel).messages() if self._is_ours(each)]

    def inside(self) -> list[Message]:
        """The bot's top-level messages in the internal channel."""
        return self.said(INTERNAL)

    def standing(self) -> int:
        """How many messages stand anywhere, whoever wrote them."""
        return len(self.teams.messages())

    def answers(self, root: Message) -> list[Message]:
        """The bot's replies in the thread of a message."""
        thread = self.teams.channel(root.conversation).thread(root.thread or root)
        return [each for each in thread if self._is_ours(each)]

    def dms(self, person: Person) -> list[Message]:
        """What the bot wrote to somebody directly."""
        return [each for each in person.direct_messages if self._is_ours(each)]

    def words(self, message: Message) -> str:
        """Everything a message says, its notification first."""
        return f"{message.summary}\n{message.text}"

    def names(self, message: Message, person: Person) -> bool:
        """Whether a message calls somebody."""
        return bool({person.aad_id, person.user.teams_id} & set(message.mentions))

    def reacted(self, message: Message) -> list[str]:
        """The bot's emoji on a message."""
        bot = self.teams.world.bot_id
        return [EMOJI.get(name.split("_")[0], name) for name, who in message.reactions.items() if bot in who]

    def outsiders_read(self) -> str:
        """Every word an outsider can read anywhere: in their channels and threads, and in the cards that only they see."""
        world = self.teams.world
        outside = [
            self.teams.person(each.aad_id or each.teams_id)
            for each in world.users.values()
            if each.tenant != HOST_TENANT
        ]
        every = [self.words(message) for person in outside for message in person.visible()]
        return "\n".join([*every, *(text_of_card(card) for person in outside for card in person.views.values())])

    def _is_ours(self, message: Message) -> bool:
        return message.sender == self.teams.world.bot_id

    # --- what people do

    def called(self, person: Person) -> str:
        """How somebody is mentioned."""
        return f"<at>{person.name}</at>"

    async def says(self, person: Person, words: str) -> Message:
        """Write into the shared channel."""
        return await self._said(await person.says(SHARED, words))

    async def mentions(self, person: Person, words: str) -> Message:
        """Write to the bot in the shared channel."""
        return await self._said(await person.mention(SHARED, words))

    async def replies(self, person: Person, words: str, root: Message) -> Message:
        """Reply in a message's thread; in a personal chat, which has none, quote it."""
        return await self._said(await person.says(root.conversation, words, root))

    async def _said(self, message: Message) -> Message:
        await self.quiet()
        return message

    async def told(self, person: Person, words: str, channel: str = SHARED) -> str:
        """Ask for something that is answered to this person alone, in their own chat; the answer's words."""
        before = len(self.dms(person))
        await person.mention(channel, words)
        await self.waits(lambda: len(self.dms(person)) > before)
        await self.quiet()
        return self.words(self.dms(person)[-1])

    async def opens(self, person: Person, words: str, *, press: str = "", inside: bool = False) -> Sheet:
        """A mention offers a form by a button, in one's own chat, to an outsider in the thread."""
        before = {each.id for each in person.visible()}
        await person.mention(INTERNAL if inside else SHARED, words)
        await self.quiet()
        new = await self.waits(lambda: [each for each in person.visible() if each.id not in before and each.buttons])
        labels = [each for each in new[-1].buttons if each.startswith(OPENS) or (press and _reads(each, press))]
        assert labels, f"no form is offered: {self.words(new[-1])} {new[-1].buttons}"
        return await self.presses(person, labels[0], new[-1])

    async def opens_alone(self, person: Person, words: str) -> Sheet:
        """Ask for a form in one's own chat with the bot, where nobody else reads what is asked."""
        before = len(self.dms(person))
        await person.dms(words)
        await self.quiet()
        new = (await self.waits(lambda: self.dms(person)[before:]))[-1]
        sheet = Sheet(person, new)
        if sheet.is_form:
            return sheet
        labels = [each for each in new.buttons if each.startswith(OPENS)]
        assert labels, f"no form is offered: {self.words(new)} {new.buttons}"
        return await self.presses(person, labels[0], new)

    async def presses(self, person: Person, label: str, message: Message) -> Sheet:
        """Press a button; what stands in the card's place for this person afterwards."""
        await person.presses(label, message)
        assert person.last_error is None, person.last_error
        await self.quiet()
        return Sheet(person, message)

    async def fills(self, sheet: AnySheet, values: Mapping[str, Any]) -> Sheet:
        """Fill a form in and send it."""
        assert isinstance(sheet, Sheet)
        typed = {name: _typed(value) for name, value in values.items()}
        await sheet.person.submits(typed, message=sheet.message)
        assert sheet.person.last_error is None, sheet.person.last_error
        await self.quiet()
        return sheet

    async def looks(self, person: Person, line: Message) -> Sheet:
        """Press the button of a line that says only that something is there for this person alone."""
        return await self.presses(person, next(each for each in line.buttons if each in ALONE), line)

    # --- a beginning

    def settle(self, *, internal: bool = True) -> None:
        """Set the provider up without the wizard: Maya and Dan here, Liza and Arnel in Manila."""
        ids = {each.name: each.aad_id for each in (self.maya, self.dan, self.liza, self.arnel)}
        spec = ProviderSpec(
            provider="Manila Support",
            country="PH",
            zone="Asia/Manila",
            client=Owners(
                PersonSpec("Maya Brooks", ids["maya"], HOST_TENANT, zone="Europe/London", country="GB"),
                PersonSpec("Dan Field", ids["dan"], HOST_TENANT, zone="Europe/London", country="GB"),
            ),
            theirs=Owners(
                PersonSpec("Liza Reyes", ids["liza"], VENDOR_TENANT),
                PersonSpec("Arnel Cruz", ids["arnel"], VENDOR_TENANT),
            ),
            anchor_zone="Europe/London",
            channel=SHARED,
            channel_name="northwind-manila",
            metrics=(
                MetricSpec("service_level", Decimal(80)),
                MetricSpec("handle_time", Decimal(400)),
                MetricSpec("quality", Decimal(90)),
            ),
        )
        self._set_up(replace(spec, internal_channel=INTERNAL if internal else ""))


def _reads(label: str, whole: str) -> bool:
    """Whether a button's label is these words, or their beginning where they are too long for one."""
    return whole.startswith(label.removesuffix("…")) if label.endswith("…") else label == whole


def _typed(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, time) else value


@asynccontextmanager
async def opened(empty: Path, home: Path, *, pace: float = 0.02) -> AsyncIterator[Office]:
    """The application, started beside a stand-in whose channels tell the bot everything; stopped whole at the end."""
    shutil.copy(empty, home / "parley.sqlite")
    async with StandInTeams(rates=Rates.unlimited()) as teams:
        teams.reads_all, teams.graph_allowed = True, True
        teams.retry_delays = (0.5, 1.0)
        office = Office(teams, home, pace)
        teams.world.clock = lambda: office.now.timestamp()  # noqa: PLW0108  the clock moves
        await office.start()
        try:
            for channel in (SHARED, INTERNAL):
                await teams.adds_bot(channel)
            await office.quiet()
            yield office
        finally:
            await office.stop()
        assert teams.complaints == []
