"""The way into the house from the browser: what a person does on a page becomes vocabulary, and the answer comes back."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from bot.ports import Unavailable
from bot.room.bell import Change
from bot.room.clock import LEAPS
from bot.room.guard import RoomGuard, check_origin
from bot.room.pages import STATIC, Extra, Nothing, Pages, Where
from bot.room.parts import Room
from bot.room.posting import post
from bot.room.reader import Reader, fresh_nonce
from bot.room.render import EMOJI
from bot.room.seals import seal, unseal
from bot.room.view import visible
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Reacted, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, AnyCard, Form
from storage.models.room import RoomChannel, RoomMessage, RoomUser
from storage.room import BOT

LONGEST_WORDS = 8000
REMEMBERED = 500
"""Submissions of the clock remembered, so that a double click moves it once."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One submission of a page: the seat, where it stood, and the fields."""

    reader: Reader
    nonce: str
    where: Where
    fields: FormData

    def get(self, name: str) -> str:
        """A field's text, empty when absent."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def event_id(self) -> str:
        """The same for the same submission, however often it arrives."""
        return f"room:{self.reader.user.id}:{self.nonce}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a submission led to: messages that changed, and what the page shows once."""

    changed: tuple[str, ...] = ()
    form: Markup | None = None
    toast: str = ""
    bad: bool = False
    keep: bool = False
    status: int = 200


@dataclass(slots=True)
class _Seen:
    nonces: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def first_time(self, nonce: str) -> bool:
        if nonce in self.nonces:
            return False
        self.nonces[nonce] = None
        if len(self.nonces) > REMEMBERED:
            self.nonces.popitem(last=False)
        return True


class Door:
    """The room's POST addresses."""

    def __init__(self, room: Room, pages: Pages) -> None:
        self._room = room
        self._pages = pages
        self._leaps = _Seen()
        self._mention = re.compile(rf"(?:^|(?<=\s))@{re.escape(room.bot_name)}\b[,:]?", re.IGNORECASE)

    # --- one method an address --------------------------------------------------------------------------------------

    async def say(self, request: Request) -> Response:
        """Words were written: a command, a mention or a plain message."""
        sheet = await self._sheet(request)
        words = sheet.get("words").replace("\r\n", "\n").strip()[:LONGEST_WORDS]
        channel = await self._room.shelf.run(self._open_channel, sheet)
        if not words:
            return await self._answer(request, sheet, Reply(toast="Write something first.", bad=True, status=422))
        if words.startswith("/"):
            return await self._answer(request, sheet, await self._command(sheet, words))
        message = await self._room.shelf.run(self._write, sheet, words)
        self._ring(message)
        event = self._heard(sheet, channel, words, message)
        reply = await self._ask(sheet, event, message)
        return await self._answer(request, sheet, reply)

    async def press(self, request: Request) -> Response:
        """A button or select of a card."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._message, sheet)
        if sheet.reader.guest:
            return await self._answer(request, sheet, _guest("buttons"))
        event = Pressed(
            **self._common(sheet, message.channel_id),
            action=sheet.get("action"),
            value=sheet.get("value"),
            message=message.id,
        )
        return await self._answer(request, sheet, await self._ask(sheet, event))

    async def submit(self, request: Request) -> Response:
        """A form was sent in."""
        sheet = await self._sheet(request)
        await self._room.shelf.run(self._open_channel, sheet)
        if sheet.reader.guest:
            return await self._answer(request, sheet, _guest("forms"))
        form = unseal(sheet.get("state"), self._room.secret)
        values = _values(form, sheet.fields)
        event = Submitted(
            **self._common(sheet, sheet.where.channel), action=form.action, values=values, hidden=form.hidden
        )
        return await self._answer(request, sheet, await self._ask(sheet, event, form=form, values=values))

    async def shortcut(self, request: Request) -> Response:
        """An entry of a message's menu."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._message, sheet)
        if sheet.reader.guest:
            return await self._answer(request, sheet, _guest("shortcuts"))
        author = await self._room.shelf.run(self._author, message)
        event = Shortcut(
            **self._common(sheet, message.channel_id),
            name=sheet.get("name"),
            message=message.id,
            words=self._words_of(message),
            author=author,
        )
        return await self._answer(request, sheet, await self._ask(sheet, event))

    async def react(self, request: Request) -> Response:
        """An emoji was put on a message, or taken off."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._message, sheet)
        emoji, removed = sheet.get("emoji"), bool(sheet.get("removed"))
        if emoji not in EMOJI:
            return await self._answer(
                request, sheet, Reply(toast="This emoji is not known here.", bad=True, status=422)
            )
        await self._room.shelf.run(self._put_reaction, message.id, emoji, sheet.reader.user.id, removed)
        self._ring(message)
        event = Reacted(**self._common(sheet, message.channel_id), emoji=emoji, message=message.id, removed=removed)
        return await self._answer(request, sheet, await self._ask(sheet, event, message))

    async def dismiss(self, request: Request) -> Response:
        """A private answer was read and is taken away."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._forget, sheet)
        self._room.shelf.bell.ring(Change("removed", message.channel_id, message.id))
        return await self._answer(request, sheet, Reply())

    async def leap(self, request: Request) -> Response:
        """The clock was moved on."""
        sheet = await self._sheet(request)
        leap = next((name for name, _ in LEAPS if name == sheet.get("to")), None)
        if leap is None:
            return await self._answer(request, sheet, Reply(toast="The clock knows hour, morning, monday.", bad=True))
        if self._leaps.first_time(sheet.nonce):
            await self._room.clock.advance(leap)
            self._room.shelf.bell.ring(Change("clock"))
        return await self._answer(request, sheet, Reply())

    # --- from the page ----------------------------------------------------------------------------------------------

    async def _sheet(self, request: Request) -> Sheet:
        """The submission, after its origin was checked. Raises ``Forged``."""
        fields = await request.form(max_files=0, max_fields=60)
        token = str(fields.get("token", ""))
        check_origin(request, self._room.secret, token)
        reader = await self._room.shelf.run(self._reader, request.path_params["seat"], token)
        channel = str(fields.get("channel", ""))
        thread = str(fields.get("thread", "")) or None
        return Sheet(reader, str(fields.get("nonce", "")) or fresh_nonce(), Where(channel, thread), fields)

    async def _command(self, sheet: Sheet, words: str) -> Reply:
        """The root command; anything else that begins with a slash is refused, as chat platforms do."""
        name, _, rest = words.partition(" ")
        if sheet.reader.guest:
            return _guest(f"commands such as {name}")
        if name.casefold() != self._room.command.casefold():
            hint = f"{name} is not a command here. Type {self._room.command} to see what can be done."
            return Reply(toast=hint, bad=True, keep=True, status=422)
        event = Asked(**self._common(sheet, sheet.where.channel), words=rest.strip(), thread=sheet.where.thread)
        return await self._ask(sheet, event)

    def _heard(self, sheet: Sheet, channel: RoomChannel, words: str, message: RoomMessage) -> AnyIncoming:
        common = self._common(sheet, channel.id)
        called = self._mention.search(words)
        if called is not None:
            asked = words[called.end() :].strip()
            return Asked(**common, words=asked, mention=True, thread=sheet.where.thread, message=message.id)
        direct = channel.kind == "direct"
        return Said(**common, words=words, message=message.id, thread=sheet.where.thread, direct=direct)

    def _common(self, sheet: Sheet, channel: str) -> dict[str, Any]:
        user = sheet.reader.user
        return {
            "id": sheet.event_id,
            "actor": Account(Platform.ROOM, user.workspace, user.id),
            "place": Place(Platform.ROOM, self._room.shelf.workspace, channel) if channel else None,
            "actor_name": user.name,
            "request": sheet.nonce,
        }

    # --- into the house, and back -----------------------------------------------------------------------------------

    async def _ask(
        self,
        sheet: Sheet,
        event: AnyIncoming,
        message: RoomMessage | None = None,
        form: Form | None = None,
        values: dict[str, str] | None = None,
    ) -> Reply:
        """Hand the event to the house, and turn its answer into what the page shows."""
        try:
            answer = await self._room.dispatch(event)
        except Unavailable:
            return Reply(toast="Not saved. Please try again in a moment.", bad=True, keep=True, status=503)
        changed = [message.id] if message else []
        if answer.reaction and message:
            await self._room.shelf.run(self._put_reaction, message.id, answer.reaction, BOT, False)
            self._ring(message)
        if answer.card is not None and not sheet.reader.guest:
            private = await self._room.shelf.run(self._write_private, sheet, event.place, answer.card)
            self._ring(private)
            changed.append(private.id)
        return self._reply(sheet, event, answer, tuple(changed), form, values)

    def _reply(
        self,
        sheet: Sheet,
        event: AnyIncoming,
        answer: Answer,
        changed: tuple[str, ...],
        form: Form | None,
        values: dict[str, str] | None,
    ) -> Reply:
        channel = event.place.channel if event.place else sheet.where.channel
        reader = sheet.reader.inside(channel, sheet.where.thread)
        secret = self._room.secret
        if answer.problems and form is not None:
            shown = answer.form or form
            html = self._pages.cards.form(shown, reader, seal(shown, secret), values, answer.problems)
            return Reply(changed, form=html, status=422)
        if answer.problems:
            return Reply(changed, toast=" ".join(answer.problems.values()), bad=True, status=422)
        if answer.form is None:
            return Reply(changed, toast=answer.done)
        html = self._pages.cards.form(answer.form, reader, seal(answer.form, secret))
        return Reply(changed, form=html, toast=answer.done)

    async def _answer(self, request: Request, sheet: Sheet, reply: Reply) -> Response:
        """JSON for the page's script; for a page without script the page itself, or a way back to it."""
        where = await self._room.shelf.run(self._where, sheet)
        if "application/json" in request.headers.get("accept", ""):
            parts = [
                part
                for ref in reply.changed
                for part in await self._room.shelf.run(self._pages.fragments, sheet.reader, where, ref)
            ]
            return JSONResponse(
                {
                    "messages": parts,
                    "form": reply.form or "",
                    "toast": reply.toast,
                    "bad": reply.bad,
                    "keep": reply.keep,
                    "nonce": fresh_nonce(),
                },
                reply.status,
            )
        if reply.form or reply.toast:
            return await self._pages.page(request, where, Extra(reply.form, reply.toast, reply.bad), reply.status)
        thread = f"/t/{where.thread}" if where.thread else ""
        return RedirectResponse(f"{sheet.reader.path}/c{f'/{where.channel}' if where.channel else ''}{thread}", 303)

    def _ring(self, message: RoomMessage) -> None:
        self._room.shelf.bell.ring(Change("message", message.channel_id, message.id))

    # --- each in one transaction, in a thread -----------------------------------------------------------------------

    def _reader(self, seat: str, token: str) -> Reader:
        with self._room.shelf.units() as unit:
            return self._pages.reader(unit.room, seat, token)

    def _open_channel(self, sheet: Sheet) -> RoomChannel:
        with self._room.shelf.units() as unit:
            channel = unit.room.channel_for(sheet.reader.user, sheet.where.channel)
            root = visible(unit.room, sheet.reader, sheet.where.thread) if sheet.where.thread else None
            lost = sheet.where.thread is not None and (root is None or root.channel_id != sheet.where.channel)
            if channel is None or lost:
                raise Nothing(f"{sheet.reader.user.name} has no such channel or thread.")
            return channel

    def _message(self, sheet: Sheet) -> RoomMessage:
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            if message is None:
                raise Nothing("This message is not here any more.")
            return message

    def _where(self, sheet: Sheet) -> Where:
        """Where the page stood: its own fields, or those of the message that was acted on."""
        if sheet.where.channel:
            return sheet.where
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            return Where(message.channel_id if message else "", sheet.where.thread)

    def _write(self, sheet: Sheet, words: str) -> RoomMessage:
        now = self._room.shelf.now()
        message = RoomMessage(
            id="",
            channel_id=sheet.where.channel,
            thread_ref=sheet.where.thread,
            author=sheet.reader.user.id,
            words=words,
            nonce=sheet.event_id,
            posted_at=now,
        )
        return post(self._room.shelf.units, message, now)

    def _write_private(self, sheet: Sheet, place: Place | None, card: AnyCard) -> RoomMessage:
        now = self._room.shelf.now()
        message = RoomMessage(
            id="",
            channel_id=place.channel if place else sheet.where.channel,
            thread_ref=sheet.where.thread,
            author=BOT,
            card=self._room.shelf.codec.encode(card),
            nonce=f"{sheet.event_id}:answer",
            posted_at=now,
            only_for=sheet.reader.user.id,
        )
        return post(self._room.shelf.units, message, now)

    def _put_reaction(self, ref: str, name: str, who: str, removed: bool) -> None:
        with self._room.shelf.units() as unit:
            message = unit.room.message(ref)
            if message is not None:
                unit.room.react(message, name, who, removed)
                unit.commit()

    def _forget(self, sheet: Sheet) -> RoomMessage:
        with self._room.shelf.units() as unit:
            message = visible(unit.room, sheet.reader, sheet.get("message"))
            if message is None or message.only_for is None:
                raise Nothing("Only a private answer can be dismissed, and this one is gone already.")
            unit.room.remove(message)
            unit.commit()
            return message

    def _author(self, message: RoomMessage) -> Account | None:
        with self._room.shelf.units() as unit:
            user: RoomUser | None = unit.room.user(message.author)
            return Account(Platform.ROOM, user.workspace, user.id) if user else None

    def _words_of(self, message: RoomMessage) -> str:
        return self._room.shelf.codec.decode(message.card).text if message.card else message.words or ""


def _guest(what: str) -> Reply:
    """What a guest of the channel gets for trying: the platform's refusal, and what works instead."""
    words = f"Guests of a channel have no {what}. Reply in plain words instead."
    return Reply(toast=words, bad=True, keep=True, status=403)


def _values(form: Form, fields: FormData) -> dict[str, str]:
    """What was typed, by the form's own fields: several choices comma-joined, line breaks as one character."""
    return {
        each.name: ",".join(str(value) for value in fields.getlist(f"field.{each.name}")).replace("\r\n", "\n").strip()
        for each in form.fields
    }


def room_routes(room: Room) -> list[BaseRoute]:
    """Everything of the room under one mount at "/", guarded."""
    pages = Pages(room)
    door = Door(room, pages)
    seat = "/as/{seat}"
    posts = {
        "say": door.say,
        "press": door.press,
        "submit": door.submit,
        "shortcut": door.shortcut,
        "react": door.react,
        "dismiss": door.dismiss,
        "clock": door.leap,
    }
    routes: list[BaseRoute] = [
        Route("/", pages.safely(pages.home)),
        Route(seat, pages.safely(pages.home)),
        Route(f"{seat}/", pages.safely(pages.home)),
        Route(f"{seat}/c", pages.safely(pages.show)),
        Route(f"{seat}/c/{{channel}}", pages.safely(pages.show)),
        Route(f"{seat}/c/{{channel}}/t/{{thread}}", pages.safely(pages.show)),
        Route(f"{seat}/live", pages.safely(pages.live)),
        Route(f"{seat}/pictures/{{message}}/{{index:int}}.{{kind}}", pages.safely(pages.picture)),
        *(Route(f"{seat}/{name}", pages.safely(endpoint), methods=["POST"]) for name, endpoint in posts.items()),
        Mount("/room", StaticFiles(directory=STATIC)),
    ]
    guard = Middleware(RoomGuard, hosts=room.hosts)
    return [Mount("/", Router(routes), middleware=[guard])]
