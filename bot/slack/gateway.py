"""Slack as a ``Gateway``: posting, editing, looking in the history, asking who reads a channel and who somebody is."""

from __future__ import annotations

import time
from typing import Any, Literal, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Outcome, Refused, Sent, Unsure, Uploaded
from bot.slack import render
from bot.slack.clients import bot_client
from bot.slack.files import Files
from bot.slack.history import Carries, search
from bot.slack.identity import Ourselves
from bot.slack.outcomes import FAILURES, outcome, surely_not_done
from bot.slack.reading import message_of, one_message, wrote_it
from bot.slack.settings import SlackSettings
from bot.slack.speaker import error_name
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.outgoing import Reaction

log = structlog.get_logger("parley.slack")

EVENT_TYPE = "parley_card"
CHANNEL_PACE = 2.0
"""Seconds. A channel takes about one post a second; a 429 in a channel left alone longer is the workspace's."""
REMEMBERED_CHANNELS = 2000

Value = TypeVar("Value")


class SlackGateway:
    """Speaks to one workspace. Never repeats a request by itself; every method answers with a type."""

    platform = Platform.SLACK
    files_apart = True

    def __init__(self, settings: SlackSettings, timeout: float = 10, client: AsyncWebClient | None = None) -> None:
        """``timeout`` bounds one request, in seconds."""
        self._client = client or bot_client(settings, timeout)
        self._ourselves = Ourselves(self._client)
        self._conversations: dict[str, str] = {}
        self._posted_at: dict[str, float] = {}
        self._files = Files(self._client, timeout)

    async def post(self, delivery: Delivery) -> Outcome:
        """Posts a card (its key as the message's metadata), in its thread if it has one; or puts a reaction, or shares what
        was uploaded."""
        if delivery.attachment is not None:
            return await self._files.share(delivery)
        place = await self._place(delivery)
        if not isinstance(place, Place):
            return place
        if isinstance(delivery.card, Reaction):
            return await self._react(delivery, delivery.card, place)
        message = render.message(delivery.card, key=delivery.key)
        try:
            answer = await self._client.chat_postMessage(
                channel=place.channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=delivery.thread,
                metadata=_metadata(delivery),
                unfurl_links=False,
                unfurl_media=False,
            )
        except FAILURES as error:
            return outcome(error, limit_scope=self._what_is_limited(place.channel))
        self._remember_post(place.channel)
        return Sent(answer["ts"], Place(Platform.SLACK, place.workspace, answer["channel"]))

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Hands a chart or a file to Slack; nobody sees it before it is posted."""
        return await self._files.upload(delivery)

    async def update(self, delivery: Delivery) -> Outcome:
        """Edits the message ``delivery.ref``; its metadata then says the new revision."""
        place = await self._place(delivery)
        if not isinstance(place, Place):
            return place
        if isinstance(delivery.card, Reaction):
            return await self._react(delivery, delivery.card, place)
        if delivery.ref is None:
            return Refused("the delivery names no message to edit")
        message = render.message(delivery.card, key=delivery.key)
        try:
            await self._client.chat_update(
                channel=place.channel,
                ts=delivery.ref,
                text=message.text,
                blocks=message.blocks,
                metadata=_metadata(delivery),
            )
        except FAILURES as error:
            return outcome(error, limit_scope="workspace")
        return Sent(delivery.ref, place)

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Looks for the message that carries ``delivery.key``, in its thread or channel, from ``since`` (epoch) on.

        A reaction is never found: putting it twice is harmless.
        """
        if delivery.attachment is not None:
            return await self._files.find(delivery, since)
        if isinstance(delivery.card, Reaction):
            return Missing()
        place = await self._place(delivery)
        if isinstance(place, Refused):
            return Missing()
        if isinstance(place, Later):
            return place
        return await search(self._client, place, delivery.thread, since, await self._carries(delivery.key))

    async def is_shared(self, place: Place) -> bool | None:
        """Whether outsiders can read the channel now, pending invitations included. None when Slack does not say."""
        try:
            answer = await self._client.conversations_info(channel=place.channel)
        except SlackApiError as error:
            log.warning("slack.sharing_unknown", error=error_name(error))
            return None
        except FAILURES as error:
            log.warning("slack.sharing_unknown", error=type(error).__name__)
            return None
        return outsiders_read(answer["channel"])

    async def look_up(self, account: Account) -> Found | Later | Refused | Unsure:
        """``users.info``: the person's name, zone and workspace; the e-mail only where the app may see it."""
        try:
            answer = await self._client.users_info(user=account.user)
        except FAILURES as error:
            return surely_not_done(error)
        return person_of(answer["user"])

    async def look_at(self, place: Place, message: str) -> FoundMessage | Later | Refused | Unsure:
        """What a message says, who wrote it and in which thread it stands; of a person unknown to Slack only the id."""
        found = await one_message(self._client, place.channel, message)
        if isinstance(found, Later | Refused):
            return found
        if not wrote_it(found):
            return message_of(found, None)
        author = await self.look_up(Account(Platform.SLACK, "", found["user"]))
        return author if isinstance(author, Later) else message_of(found, author if isinstance(author, Found) else None)

    async def _carries(self, key: str) -> Carries:
        us = await self._ourselves.known()

        def carries(message: dict[str, Any]) -> bool:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") != EVENT_TYPE or payload.get("key") != key:
                return False
            return us is None or message.get("bot_id") == us.bot_id or message.get("user") == us.bot_user

        return carries

    async def _react(self, delivery: Delivery, reaction: Reaction, place: Place) -> Outcome:
        message = reaction.thread.ref or delivery.ref or delivery.thread
        if message is None:
            return Refused("the reaction names no message")
        try:
            await self._client.reactions_add(channel=place.channel, timestamp=message, name=reaction.name)
        except FAILURES as error:
            if isinstance(error, SlackApiError) and error_name(error) == "already_reacted":
                return Sent(message, place)
            return outcome(error, limit_scope="workspace")
        return Sent(message, place)

    async def _place(self, delivery: Delivery) -> Place | Later | Refused:
        """Where to send: the given place, else the person's conversation, opened. Opening it twice is harmless."""
        if delivery.place is not None:
            return delivery.place
        if delivery.account is None:
            return Refused("the delivery names neither a place nor a person")
        us = await self._ourselves.known()
        workspace = us.team if us else delivery.account.workspace
        user = delivery.account.user
        if user not in self._conversations:
            try:
                answer = await self._client.conversations_open(users=user)
            except FAILURES as error:
                return surely_not_done(error)
            _keep(self._conversations, user, answer["channel"]["id"])
        return Place(Platform.SLACK, workspace, self._conversations[user])

    def _what_is_limited(self, channel: str) -> Literal["channel", "workspace"]:
        """Slack does not say whose limit a 429 is: a channel that was quiet cannot have reached its own."""
        quiet_for = time.monotonic() - self._posted_at.get(channel, float("-inf"))
        return "channel" if quiet_for < CHANNEL_PACE else "workspace"

    def _remember_post(self, channel: str) -> None:
        _keep(self._posted_at, channel, time.monotonic())


def person_of(user: dict[str, Any]) -> Found:
    """From ``users.info``. A name is what people read: the full one before the display name before the user name."""
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Found(
        name=next((str(name).strip() for name in names if name and str(name).strip()), ""),
        zone=str(user.get("tz") or ""),
        email=str(profile.get("email") or ""),
        workspace=str(user.get("team_id") or profile.get("team") or ""),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def outsiders_read(channel: dict[str, Any]) -> bool | None:
    """From ``conversations.info``. None when the flags are missing or speak of sharing without saying with whom."""
    pending = channel.get("is_pending_ext_shared") or channel.get("pending_shared")
    if channel.get("is_ext_shared") or pending or channel.get("pending_connected_team_ids"):
        return True
    if "is_ext_shared" not in channel:
        return None
    if channel.get("is_shared") and not channel.get("is_org_shared"):
        return None
    return False


def _metadata(delivery: Delivery) -> dict[str, Any]:
    """Opaque ids only: every member of the workspace can read a message's metadata."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key, "revision": delivery.revision}}


def _keep(known: dict[str, Value], key: str, value: Value) -> None:
    known.pop(key, None)
    known[key] = value
    while len(known) > REMEMBERED_CHANNELS:
        known.pop(next(iter(known)))
