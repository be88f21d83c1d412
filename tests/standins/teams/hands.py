"""How a person sees, fills in and presses cards, with the invokes Teams makes of it and the answers it shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.standins.teams.activities import Scribe
from tests.standins.teams.card_rules import card_problems
from tests.standins.teams.cards import (
    CARD_TYPE,
    NotOnTheCard,
    actions_of,
    filled,
    find_action,
    find_input,
    missing,
    typed,
)
from tests.standins.teams.postman import Attempt, Postman
from tests.standins.teams.world import Channel, Message, Payload, User, World

TROUBLE = "Something went wrong. Please try again."
REFRESH_EVERY = 60.0
MOST_REFRESHING = 60
"""People for whom a card refreshes by itself. Source: learn.microsoft.com, "Work with Universal Actions for Adaptive Cards"."""


class Refused(Exception):
    """Teams itself says no, before the bot hears of it. The message is what the person sees."""


class Switches:
    """What Teams leaves open or a test sets for everybody."""

    def __init__(self) -> None:
        self.reads_all = False
        self.action_seconds = 5.0
        self.refresh_every = REFRESH_EVERY
        self.complaints: list[str] = []


class Hands:
    """One person's eyes and clicks; `Person` adds what they write."""

    def __init__(self, user: User, world: World, scribe: Scribe, postman: Postman, switches: Switches) -> None:
        self.user, self.world, self.scribe, self.postman, self.switches = user, world, scribe, postman, switches
        self.last_error: str | None = None
        self.toast: str | None = None
        self.opened: str | None = None
        self._typed: dict[tuple[str, str], dict[str, str]] = {}

    @property
    def aad_id(self) -> str:
        """The Entra object id."""
        return self.user.aad_id

    @property
    def id(self) -> str:
        """By what the channels' member lists name them: the Entra object id, an anonymous person's Teams id."""
        return self.world.key(self.user)

    @property
    def name(self) -> str:
        """As everybody sees it."""
        return self.user.name

    @property
    def is_outsider(self) -> bool:
        """Whether they belong to another organisation, guests included."""
        return self.user.tenant != self.world.host.id

    # What they see

    @property
    def direct_messages(self) -> list[Message]:
        """Everything in the personal chat with the bot, oldest first."""
        return self.world.personal(self.user).everything()

    @property
    def views(self) -> dict[tuple[str, str], Payload]:
        """Cards that only they see, by conversation and message."""
        return self.user.views

    def card(self, message: Message) -> Payload | None:
        """The message's card as this person sees it."""
        return self.user.views.get((message.conversation, message.id)) or message.card

    def own_card(self, message: Message) -> Payload | None:
        """The card that only they see in place of the message's, or None."""
        return self.user.views.get((message.conversation, message.id))

    def visible(self) -> list[Message]:
        """Every message they can see, oldest first."""
        mine = [one for one in self.world.channels.values() if self.id in one.members and not one.deleted]
        found = [message for place in mine for message in place.everything()]
        return sorted(found, key=lambda message: int(message.id))

    # Cards

    def fills(self, values: dict[str, Any], message: Message | None = None, press: str | None = None) -> Message:
        """Type into a card's inputs, by label or id; people by Entra object id or Person. Nothing is sent yet."""
        target = message or self._newest(press, tuple(values))
        self._may_touch(target)
        card = self._card(target)
        kept = self._typed.setdefault((target.conversation, target.id), {})
        for label, value in values.items():
            element = find_input(card, label)
            given = [one.aad_id if isinstance(one, Hands) else one for one in _several(value)]
            kept[str(element["id"])] = typed(element, given if isinstance(value, list | tuple) else given[0])
        return target

    async def submits(
        self, values: dict[str, Any], press: str | None = None, message: Message | None = None
    ) -> Attempt | None:
        """Fill in and press: `press`, else the card's only button with inputs, else its first."""
        target = self.fills(values, message, press)
        actions = [one for one in actions_of(self._card(target)) if one["type"] in {"Action.Execute", "Action.Submit"}]
        label = press or str(actions[0].get("title"))
        return await self.presses(label, target)

    async def presses(self, label: str, message: Message | None = None) -> Attempt | None:
        """Press what reads `label`: on this message, else on the newest that has it. None where nothing is sent."""
        target = message or self._newest(label, ())
        self._may_touch(target)
        self.last_error, self.toast = None, None
        card = self._card(target)
        action = find_action(card, label)
        if action["type"] == "Action.OpenUrl":
            self.opened = str(action["url"])
            return None
        values = self._typed.get((target.conversation, target.id), {})
        heeds = action.get("associatedInputs", "auto") != "none"
        if heeds and (lacks := missing(card, values)):
            self.last_error = "; ".join(lacks)
            return None
        data = {**(action.get("data") or {}), **(filled(card, values) if heeds else {})}
        if action["type"] == "Action.Submit":
            return await self._submitted(target, data)
        return await self._executes(target, action, data, "manual")

    async def sends_action(
        self, message: Message, verb: str, data: Payload, trigger: str = "manual", place: Channel | str | None = None
    ) -> Attempt:
        """Send an action that may stand on no card, as a tampered client can; `place` other than where the message is."""
        return await self._executes(message, {"type": "Action.Execute", "verb": verb}, data, trigger, place)

    async def invokes(self, name: str, value: Any, channel: Channel | str, message: Message | None = None) -> Attempt:
        """Send any invoke: task/fetch, composeExtension/query, fileConsent/invoke, signin/verifyState …"""
        return await self._invoked(self.scribe.invoke(name, self._place(channel), self.user, message, value))

    async def _executes(
        self,
        target: Message,
        action: Payload,
        data: Payload,
        trigger: str,
        channel: Channel | str | None = None,
    ) -> Attempt:
        place = self._place(channel if channel is not None else target.conversation)
        sent = {key: action[key] for key in ("type", "id", "title", "verb") if key in action} | {"data": data}
        value = {"action": sent, "trigger": trigger}
        attempt = await self._invoked(self.scribe.invoke("adaptiveCard/action", place, self.user, target, value))
        if attempt.failure is None:
            self._shows(target, attempt.answer, trigger)
        return attempt

    async def _invoked(self, activity: Payload) -> Attempt:
        self.last_error, self.toast = None, None
        attempt = await self.postman.once(activity)
        if attempt.failure is not None or attempt.seconds > self.switches.action_seconds:
            self.last_error = TROUBLE
        return attempt

    async def _submitted(self, target: Message, data: Payload) -> Attempt | None:
        place = self._place(target.conversation)
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            return await self.invokes("task/fetch", {"data": data}, place, target)
        body = {**self.scribe.typed(""), "attachments": [], "value": data, "replyToId": target.id}
        message = Message(self.world.new_id(), place.id, self.id, body, self.world.clock(), target.thread or target.id)
        return await self.postman.once(self.scribe.message(place, message, self.user))

    def _shows(self, target: Message, answer: Any, trigger: str) -> None:
        """Apply an action's answer: a card for this person alone, a message, an error."""
        if not isinstance(answer, dict) or "type" not in answer:
            self._broken(f"an action was answered with {str(answer)[:200]!r}")
            return
        kind, status = answer["type"], answer.get("statusCode")
        value: Any = answer.get("value")
        if kind == CARD_TYPE and status == 200:
            if problems := card_problems(value):
                self._broken(f"an action was answered with a card that is not valid: {problems}")
                return
            key = (target.conversation, target.id)
            self.user.views[key] = value
            self._typed.pop(key, None)
        elif kind == "application/vnd.microsoft.activity.message" and status == 200:
            self.toast = str(value)
        elif kind == "application/vnd.microsoft.error" and isinstance(value, dict):
            self.last_error = str(value.get("message") or TROUBLE)
        else:
            self._broken(f"an action was answered with {status} {kind}")

    def _broken(self, complaint: str) -> None:
        self.last_error = TROUBLE
        self.switches.complaints.append(complaint)

    async def opens(self, channel: Channel | str | None = None) -> list[Attempt]:
        """Look at a conversation (default: the personal chat): cards that refresh for this person ask the bot."""
        place = self._place(channel if channel is not None else self.world.personal(self.user))
        attempts = []
        for message in place.everything():
            card = self.card(message)
            refresh = (message.card or {}).get("refresh") or (card or {}).get("refresh")
            if refresh and self._refreshes(message, refresh):
                action = refresh["action"]
                attempts.append(await self._executes(message, action, dict(action.get("data") or {}), "automatic"))
        return attempts

    def _refreshes(self, message: Message, refresh: Payload) -> bool:
        """For those whose Teams id is named; where nobody is, for everybody in a conversation of at most sixty."""
        key, now = (message.conversation, message.id), time.monotonic()
        named = refresh.get("userIds")
        few = len(self.world.channels[message.conversation].members) <= MOST_REFRESHING
        if not (few if named is None else self.user.teams_id in named[:MOST_REFRESHING]):
            return False
        last = self.user.refreshed.get(key)
        if last is not None and now - last < self.switches.refresh_every:
            return False
        self.user.refreshed[key] = now
        return True

    # Shared

    def _card(self, message: Message) -> Payload:
        card = self.card(message)
        if card is None:
            raise NotOnTheCard(f"the message {message.id} has no card")
        return card

    def _newest(self, press: str | None, inputs: Sequence[str]) -> Message:
        for message in reversed(self.visible()):
            card = self.card(message)
            if card is None:
                continue
            try:
                if press is not None:
                    find_action(card, press)
                for label in inputs:
                    find_input(card, label)
            except NotOnTheCard:
                continue
            return message
        seen = [title for message in self.visible()[-5:] for title in message.buttons]
        raise NotOnTheCard(f"no card has {press!r} and {list(inputs)}; the newest ones have {seen}")

    def _may_touch(self, message: Message) -> None:
        if message.deleted:
            raise self._refuse("This message has been deleted.")
        self._place(message.conversation)

    def _place(self, channel: Channel | str) -> Channel:
        place = channel if isinstance(channel, Channel) else self.world.channels.get(channel)
        if place is None or place.deleted:
            raise LookupError(f"no conversation {channel!r}; there are {', '.join(self.world.channels)}")
        if self.id not in place.members:
            raise self._refuse(f"You are not in {place.name or place.id}.")
        return place

    def _refuse(self, words: str) -> Refused:
        self.last_error = words
        return Refused(words)


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
