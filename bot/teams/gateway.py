"""Teams as a ``Gateway``: posting, editing, reading back, asking who reads a channel and who somebody is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

import structlog
from microsoft_teams.api import Account as TeamsAccount
from microsoft_teams.api import ApiClient
from microsoft_teams.api.activities.message.message import MessageActivityInput
from microsoft_teams.api.models.attachment.attachment import Attachment
from microsoft_teams.apps import App

from bot.delivery.courier import Run
from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.teams.addressed import addressed
from bot.teams.asking import Asking
from bot.teams.clients import build_app
from bot.teams.conversations import Conversation, Conversations
from bot.teams.outcomes import FAILURES, outcome, surely_not_done
from bot.teams.reading_back import ReadingBack
from bot.teams.render import adaptive
from bot.teams.roster import PRIVATE, SAFE, STANDARD, Roster
from bot.teams.settings import TWICE, TeamsSettings
from bot.teams.zones import Zones
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import AnyCard, Reaction
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
NO_ID = "DO_NOT_USE_PLACEHOLDER_ID"
"""What the SDK says when Teams answered without a message's id."""
EMOJI: Mapping[str, str] = {
    "white_check_mark": "2705_whiteheavycheckmark",
    "eyes": "1f440_eyes",
    "hourglass_flowing_sand": "23f3_hourglassnotdone",
    "question": "2753_questionmark",
    "tada": "1f389_partypopper",
    "leftwards_arrow_with_hook": "21a9_rightarrowcurvingleft",
}
"""Our names as Teams' ids. Source: learn.microsoft.com, "Teams reactions reference"; they may change while bots' reactions
are a preview there, and a refused one is not missed."""
OUTSIDER = "Teams lets a bot write only to people of its own organisation: say it in the channel they are in"
NOT_TOLD = (
    "Teams gave no clear answer and does not let the bot read there: look whether the message stands, and send it again"
    " if it does not (TEAMS_UNSURE=never)"
)


class _Message(MessageActivityInput):
    """A message to send. The SDK's own has no ``summary``, which is what notifications read out."""

    summary: str


class TeamsGateway:
    """Speaks to Teams' connector. Never repeats a request by itself; every method answers with a type.

    A card holds its chart, and a bot may not put files into a channel: nothing stands apart from a card.
    """

    platform = Platform.TEAMS
    files_apart = False

    def __init__(
        self, settings: TeamsSettings, units: Units, run: Run, *, app: App | None = None, timeout: float = 10.0
    ) -> None:
        """``app`` is one that ``build_app`` made, shared with the way in; ``timeout`` bounds one request, in seconds."""
        self._settings = settings
        self._asking = Asking(settings, app or build_app(settings, timeout=timeout), timeout)
        self._conversations = Conversations(settings, units, run)
        self.zones = Zones(units, run)
        self._roster = Roster(settings, self._asking, self._conversations)
        self._reading = ReadingBack(settings, self._asking, self._conversations, self._roster)

    async def post(self, delivery: Delivery) -> Outcome:
        """Posts a card, in its thread if it has one; or puts a reaction."""
        if delivery.attachment is not None:
            return _no_files()
        there = await self._where(delivery)
        if not isinstance(there, Conversation):
            return there
        card = delivery.card
        if isinstance(card, Reaction):
            return await self._react(delivery, card, there)
        under = there.threaded(delivery.thread)
        if isinstance(under, Refused):
            return under
        activity = self._message(card, delivery, there)
        try:
            sent = await self._asking.connector(
                there.service_url, lambda api: api.conversations.create_activity(_in_path(under), activity)
            )
        except FAILURES as error:
            return outcome(error, "post")
        return Unsure("Teams' answer names no message") if sent.id == NO_ID else Sent(sent.id, there.place)

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Refuses: nothing stands apart from a card here."""
        return _no_files()

    async def update(self, delivery: Delivery) -> Outcome:
        """Edits the message ``delivery.ref``."""
        there = await self._where(delivery)
        if not isinstance(there, Conversation):
            return there
        card, ref = delivery.card, delivery.ref
        if isinstance(card, Reaction):
            return await self._react(delivery, card, there)
        if ref is None:
            return Refused("the delivery names no message to edit")
        under = there.threaded(delivery.thread)
        where = there.id if isinstance(under, Refused) else under
        activity = self._message(card, delivery, there)

        async def edit(api: ApiClient) -> None:
            try:
                await api.conversations.update_activity(_in_path(where), _in_path(ref), activity)
            except KeyError:
                return  # edited, and answered without an id

        return await self._done(there, ref, edit, "update")

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later | Refused:
        """Looks for the card that carries ``delivery.key`` where Graph lets us read, from ``since`` (epoch) on. Where it does
        not, the setting decides: missing, so that it is posted again, or refused, so that a manager is told.

        A reaction is never found: putting it twice is harmless.
        """
        if isinstance(delivery.card, Reaction) or delivery.attachment is not None:
            return Missing()
        if delivery.place is not None:
            found = await self._reading.find(await self._conversations.at(delivery.place), delivery, since)
            if found is not None:
                return found
        log.warning("teams.cannot_read_back", key=delivery.key, then=self._settings.unsure)
        return Missing() if self._settings.unsure == TWICE else Refused(NOT_TOLD)

    async def is_shared(self, place: Place) -> bool | None:
        """Whether outsiders are in the channel now, or it is made for them; None when it cannot be told."""
        return await self._roster.outsiders_read(await self._conversations.at(place))

    async def outsiders_in(self, place: Place) -> bool | None:
        """Whether outsiders are in the channel now, whatever it is made for; None when it cannot be told."""
        return await self._roster.outsiders_in(await self._conversations.at(place))

    async def hears_all(self, conversation: Conversation) -> bool | None:
        """Whether the owners of a channel consented that what does not mention the bot reaches it; None when nobody tells. Of a
        channel shared with other companies it is not documented how far their consent reaches."""
        try:
            if await self._roster.layout(conversation) not in (STANDARD, PRIVATE):
                return None
        except FAILURES:
            return None
        return await self._reading.allowed(conversation)

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """The person's name, e-mail and tenant, from the roster of a conversation the bot is in with them; their zone as their
        own Teams told it."""
        found = await self._roster.look_up(account)
        return replace(found, zone=await self.zones.of(account)) if isinstance(found, Found) else found

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """What a message of a channel says, where Graph lets us read."""
        return await self._reading.message(await self._conversations.at(place), message)

    async def close(self) -> None:
        """Close the connections to Teams."""
        await self._asking.close()

    async def _where(self, delivery: Delivery) -> Conversation | Later | Refused:
        """The conversation to send to: of the given place, else the personal chat, opened if there is none."""
        if delivery.place is not None:
            return await self._conversations.at(delivery.place)
        account = delivery.account
        if account is None:
            return Refused("the delivery names neither a place nor a person")
        if account.workspace.casefold() not in self._settings.own_tenants:
            return Refused(OUTSIDER)
        known = await self._conversations.with_person(account)
        if known is not None:
            return known
        address = await self._conversations.address_in(account.workspace)
        try:
            return await self._asking.connector(address, lambda api: self._conversations.opened(account, api))
        except FAILURES as error:
            return surely_not_done(error)

    async def _react(self, delivery: Delivery, reaction: Reaction, there: Conversation) -> Outcome:
        message, emoji = reaction.thread.ref or delivery.ref or delivery.thread, EMOJI.get(reaction.name)
        if message is None or emoji is None:
            return Refused("the reaction names no message" if message is None else "Teams has no such emoji", gone=True)

        async def put(api: ApiClient) -> None:
            await api.conversations.add_reaction(_in_path(there.id), _in_path(message), emoji)

        return await self._done(there, message, put, "react")

    async def _done(
        self,
        there: Conversation,
        message: str,
        request: Callable[[ApiClient], Awaitable[None]],
        operation: Literal["update", "react"],
    ) -> Outcome:
        try:
            await self._asking.connector(there.service_url, request)
        except FAILURES as error:
            return outcome(error, operation)
        return Sent(message, there.place)

    def _message(self, card: AnyCard, delivery: Delivery, there: Conversation) -> _Message:
        """Without text, which would stand above the card."""
        shown = addressed(card) if there.hears is False else card
        return _Message(
            from_=TeamsAccount(id=self._settings.bot_user),
            summary=card.text,
            attachments=[Attachment(content_type=ADAPTIVE_CARD, content=adaptive(shown, key=delivery.key))],
        )


def _in_path(part: str) -> str:
    return quote(part, safe=SAFE)


def _no_files() -> Refused:
    return Refused("Teams takes no files from a bot in a channel: the card names them")
