"""What answers somebody who wrote a message: a reaction on it, and what only they may read in their personal chat.

Best effort, never a record: whatever must arrive goes through the outbox instead. Nothing here raises; what Teams refuses is
logged by its word.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from httpx import HTTPStatusError
from microsoft_teams.api import ApiClient
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Delivery, Gateway, Later, Refused
from bot.teams.activities import PERSONAL, Scene
from bot.teams.asking import Asking
from bot.teams.conversations import Conversation, Conversations
from bot.teams.forms import adaptive_form
from bot.teams.gateway import ADAPTIVE_CARD
from bot.teams.home import home
from bot.teams.limits import Json
from bot.teams.members import own_people
from bot.teams.outcomes import FAILURES, error_code, outcome
from bot.teams.render import adaptive
from bot.teams.roster import SAFE
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Account, Place, Thread, Visibility
from handlers.vocabulary.incoming import Asked, HomeOpened, Said
from handlers.vocabulary.outgoing import Answer, AnyCard, Button, PrivateCard, Reaction, Tone

log = structlog.get_logger("parley.teams")

Written = Asked | Said
PATIENT = 5.5
"""Seconds an answer waits at most for a Teams that asked us to come again."""
MINE = "Show my answer"
MEANT = "help.meant"
HELP = "help"
"""The action that does what words say, and the words for whom nothing was done and nobody knows: never their own, which whoever
presses would say in their own name, a manager too."""
KEPT = "noise.show"
"""The action that shows an answer which was kept; its value is the key it was kept under."""
Keep = Callable[[AnyCard, Place, Account, str], Awaitable[str]]
"""Keeps somebody's answer to what they asked for in a place by the event of this id; answers the key, "" where it cannot."""


class Speaker:
    """Speaks to the one who wrote."""

    def __init__(
        self, settings: TeamsSettings, gateway: Gateway, asking: Asking, conversations: Conversations, keep: Keep
    ) -> None:
        self._settings, self._gateway, self._asking, self._conversations = settings, gateway, asking, conversations
        self._keep = keep

    async def answer(self, event: Written, answer: Answer, where: Scene) -> None:
        """A reaction on their message; what there is to read, in the personal chat they wrote in or in their own."""
        card = _card_of(answer)
        reaction = answer.reaction or ("" if card is None or where.kind == PERSONAL else _understood(card))
        if reaction and event.message and event.place is not None:
            await self._react(event, event.place, reaction)
        if where.kind == PERSONAL:
            if answer.form is not None:
                await self._say(_here(event.place, where), adaptive_form(answer.form), answer.form.title)
            elif card is not None:
                await self._say(_here(event.place, where), adaptive(card, key=""), card.text)
        elif card is not None and event.place is not None:
            await self._privately(event, event.place, card, where)

    async def show_home(self, event: HomeOpened, card: AnyCard, where: Scene) -> None:
        """Home, posted into the personal chat, where it refreshes itself for its reader. Home is one: the card that showed it
        before is taken away, once the new one stands where they look."""
        chat = _here(event.place, where) if where.kind == PERSONAL else await self._chat(event.actor)
        if chat is None:
            return
        posted = await self._post(chat, home(card, (where.who,)), card.text)
        if posted is None:
            return
        try:
            before = await self._conversations.shows_home(chat.place, posted)
        except SQLAlchemyError as trouble:
            return _note("home", trouble)
        if before and before != posted:
            await self._takes_away(chat, before)

    async def _takes_away(self, chat: Conversation, message: str) -> None:
        """One that is not there any more, or that Teams keeps, does no harm."""

        async def delete(api: ApiClient) -> None:
            await api.conversations.delete_activity(quote(chat.id, safe=SAFE), quote(message, safe=SAFE))

        try:
            await self._asking.connector(chat.service_url, delete)
        except FAILURES as trouble:
            _note("old home", trouble)

    async def _react(self, event: Written, place: Place, name: str) -> None:
        unique = hashlib.sha256(f"{event.id}:{name}".encode()).hexdigest()[:32]
        thread = Thread(ref=event.message)
        delivery = Delivery(
            unique, 1, Visibility.SHARED, Reaction(thread, name), place, event.actor, thread=event.message
        )
        await self._conversations.spoke(place)
        outcome = await self._gateway.post(delivery)
        if isinstance(outcome, Refused) and not outcome.gone:
            log.warning("teams.answer_failed", what="reaction", error=outcome.why)

    async def _privately(self, event: Written, place: Place, card: AnyCard, where: Scene) -> None:
        """In their own chat with the bot; who has none gets a line in the thread, whose button shows them their answer. What
        they asked for was done: it is kept to be shown, and not asked for a second time."""
        button = Button(MEANT, MINE, HELP, style="primary")
        if own_people(event.actor.workspace, self._settings.own_tenants):
            chat = await self._chat(event.actor)
            if chat is not None and await self._say(chat, adaptive(card, key="", at=place.channel), card.text):
                return
            try:
                key = await self._keep(card, place, event.actor, event.id)
            except SQLAlchemyError as trouble:
                return _note("kept", trouble)
            button = Button(KEPT, MINE, key, style="primary") if key else button
        line = _line(event, button)
        await self._say(_here(place, where), adaptive(line, key=""), line.text, event.thread or event.message)

    async def _chat(self, account: Account) -> Conversation | None:
        """The personal chat with them, opened if need be; None where Teams does not open one."""
        try:
            known = await self._conversations.with_person(account)
            if known is not None:
                return known

            async def opened(api: ApiClient) -> Conversation:
                return await self._conversations.opened(account, api)

            return await self._asking.connector(await self._conversations.address_in(account.workspace), opened)
        except (*FAILURES, SQLAlchemyError) as trouble:
            _note("chat", trouble)
            return None

    async def _say(self, to: Conversation, card: Json, summary: str, root: str | None = None) -> bool:
        """Whether it was posted, for all we know."""
        return await self._post(to, card, summary, root) is not None

    async def _post(self, to: Conversation, card: Json, summary: str, root: str | None = None) -> str | None:
        """The message's reference once it was posted, for all we know, "" where Teams named none; a card of ours without a key,
        which nothing edits later. What surely was not posted is posted a little later, once: somebody waits for it."""
        there = to.threaded(root)
        if isinstance(there, Refused):
            return None
        activity: Json = {
            "type": "message",
            "summary": summary[:1000],
            "attachments": [{"contentType": ADAPTIVE_CARD, "content": card}],
        }
        path = f"v3/conversations/{quote(there, safe=SAFE)}/activities"

        async def post(api: ApiClient) -> str:
            answer = await api.http.post(f"{to.service_url}/{path}", json=activity)
            return _reference(answer.content)

        for last in (False, True):
            await self._conversations.spoke(to.place)
            try:
                return await self._asking.connector(to.service_url, post)
            except FAILURES as trouble:
                rest = outcome(trouble, "post")
                if last or not isinstance(rest, Later) or rest.after > PATIENT:
                    _note("word", trouble)
                    break
                await asyncio.sleep(rest.after)
        return None


def _reference(body: bytes) -> str:
    """The message's id in Teams' answer; "" where it names none, as it may."""
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    named = answer.get("id") if isinstance(answer, dict) else None
    return named if isinstance(named, str) else ""


def _card_of(answer: Answer) -> AnyCard | None:
    """What there is to read."""
    if answer.card is not None:
        return answer.card
    said = "\n".join(answer.problems.values()) or answer.done
    return PrivateCard(text=said, tone=Tone.WARN if answer.problems else Tone.PLAIN) if said else None


def _understood(card: AnyCard) -> str:
    """What shows in a channel that somebody is answered elsewhere."""
    return "question" if card.tone in (Tone.WARN, Tone.BAD) else "white_check_mark"


def _line(event: Written, button: Button) -> PrivateCard:
    """What everybody in the thread reads instead of an answer that is one person's alone."""
    name = event.actor_name or "You"
    return PrivateCard(text=f"{name}: my answer is for you alone. Press the button to read it.", buttons=(button,))


def _here(place: Place | None, where: Scene) -> Conversation:
    """The conversation something was written in."""
    tenant = where.tenant if place is None else place.workspace
    return Conversation(tenant, where.conversation, where.service_url.rstrip("/"), known=True, kind=where.kind)


def _note(what: str, trouble: Exception) -> None:
    word = error_code(trouble) if isinstance(trouble, HTTPStatusError) else ""
    log.warning("teams.answer_failed", what=what, error=word or type(trouble).__name__)
