"""The way into the house from the browser: what a person does on a page becomes vocabulary, and the answer comes back."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from bot.room.answers import Answers
from bot.room.attachments import Attachments
from bot.room.bell import Change
from bot.room.clock import LEAPS
from bot.room.guard import RoomGuard, check_origin
from bot.room.ledger import Ledger
from bot.room.live import Live
from bot.room.pages import STATIC, Pages, Where
from bot.room.parts import Room
from bot.room.reader import fresh_nonce
from bot.room.render import EMOJI
from bot.room.seals import unseal
from bot.room.sheet import Reply, Sheet, refused_to_guests, values_of
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Reacted, Said, Shortcut, Submitted
from storage.models.room import RoomChannel, RoomMessage

LONGEST_WORDS = 8000
REMEMBERED = 500
"""Submissions of the clock remembered, so that a double click moves it once."""


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

    def __init__(self, room: Room, pages: Pages, live: Live) -> None:
        self._room = room
        self._ledger = Ledger(room, pages)
        self._answers = Answers(room, pages, live, self._ledger)
        self._leaps = _Seen()
        self._mention = re.compile(rf"(?:^|(?<=\s))@{re.escape(room.bot_name)}\b[,:]?", re.IGNORECASE)

    # --- one method an address --------------------------------------------------------------------------------------

    async def say(self, request: Request) -> Response:
        """Words were written: a command, a mention or a plain message."""
        sheet = await self._sheet(request)
        words = sheet.get("words").replace("\r\n", "\n").strip()[:LONGEST_WORDS]
        channel = await self._room.shelf.run(self._ledger.open_channel, sheet)
        if not words:
            return await self._answers.send(request, sheet, Reply(toast="Write something first.", bad=True, status=422))
        if words.startswith("/"):
            return await self._answers.send(request, sheet, await self._command(sheet, words))
        message = await self._room.shelf.run(self._ledger.write, sheet, words)
        self._answers.ring(message)
        event = self._heard(sheet, channel, words, message)
        reply = await self._answers.ask(sheet, event, message)
        return await self._answers.send(request, sheet, reply)

    async def press(self, request: Request) -> Response:
        """A button or select of a card."""
        sheet = await self._sheet(request)
        message = None if sheet.where.home else await self._room.shelf.run(self._ledger.message, sheet)
        if sheet.reader.guest:
            return await self._answers.send(request, sheet, refused_to_guests("buttons"))
        event = Pressed(
            **self._common(sheet, message.channel_id if message else ""),
            action=sheet.get("action"),
            value=sheet.get("value"),
            message=message.id if message else None,
        )
        return await self._answers.send(request, sheet, await self._answers.ask(sheet, event))

    async def submit(self, request: Request) -> Response:
        """A form was sent in."""
        sheet = await self._sheet(request)
        if not sheet.where.home:
            await self._room.shelf.run(self._ledger.open_channel, sheet)
        if sheet.reader.guest:
            return await self._answers.send(request, sheet, refused_to_guests("forms"))
        form = unseal(sheet.get("state"), self._room.secret)
        values = values_of(form, sheet.fields)
        event = Submitted(
            **self._common(sheet, sheet.where.channel), action=form.action, values=values, hidden=form.hidden
        )
        return await self._answers.send(request, sheet, await self._answers.ask(sheet, event, form=form, values=values))

    async def shortcut(self, request: Request) -> Response:
        """An entry of a message's menu."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._ledger.message, sheet)
        if sheet.reader.guest:
            return await self._answers.send(request, sheet, refused_to_guests("shortcuts"))
        author = await self._room.shelf.run(self._ledger.author, message)
        event = Shortcut(
            **self._common(sheet, message.channel_id),
            name=sheet.get("name"),
            message=message.id,
            words=self._ledger.words_of(message),
            author=author,
        )
        return await self._answers.send(request, sheet, await self._answers.ask(sheet, event))

    async def react(self, request: Request) -> Response:
        """An emoji was put on a message, or taken off."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._ledger.message, sheet)
        emoji, removed = sheet.get("emoji"), bool(sheet.get("removed"))
        if emoji not in EMOJI:
            return await self._answers.send(
                request, sheet, Reply(toast="This emoji is not known here.", bad=True, status=422)
            )
        await self._room.shelf.run(self._ledger.put_reaction, message.id, emoji, sheet.reader.user.id, removed)
        self._answers.ring(message)
        event = Reacted(**self._common(sheet, message.channel_id), emoji=emoji, message=message.id, removed=removed)
        return await self._answers.send(request, sheet, await self._answers.ask(sheet, event, message))

    async def dismiss(self, request: Request) -> Response:
        """A private answer was read and is taken away."""
        sheet = await self._sheet(request)
        message = await self._room.shelf.run(self._ledger.forget, sheet)
        self._room.shelf.bell.ring(Change("removed", message.channel_id, message.id))
        return await self._answers.send(request, sheet, Reply())

    async def leap(self, request: Request) -> Response:
        """The clock was moved on."""
        sheet = await self._sheet(request)
        leap = next((name for name, _ in LEAPS if name == sheet.get("to")), None)
        if leap is None:
            return await self._answers.send(
                request, sheet, Reply(toast="The clock knows hour, morning, monday.", bad=True)
            )
        if self._leaps.first_time(sheet.nonce):
            await self._room.clock.advance(leap)
            self._room.shelf.bell.ring(Change("clock"))
        return await self._answers.send(request, sheet, Reply())

    # --- from the page ----------------------------------------------------------------------------------------------

    async def _sheet(self, request: Request) -> Sheet:
        """The submission, after its origin was checked. Raises ``Forged``."""
        fields = await request.form(max_files=0, max_fields=60)
        token = str(fields.get("token", ""))
        check_origin(request, self._room.secret, token)
        reader = await self._room.shelf.run(self._ledger.reader, request.path_params["seat"], token)
        channel = str(fields.get("channel", ""))
        thread = str(fields.get("thread", "")) or None
        nonce = str(fields.get("nonce", "")) or fresh_nonce()
        if fields.get("home"):
            return Sheet(reader.at_home(), nonce, Where(home=True), fields)
        return Sheet(reader, nonce, Where(channel, thread), fields)

    async def _command(self, sheet: Sheet, words: str) -> Reply:
        """The root command; anything else that begins with a slash is refused, as chat platforms do."""
        name, _, rest = words.partition(" ")
        if sheet.reader.guest:
            return refused_to_guests(f"commands such as {name}")
        if name.casefold() != self._room.command.casefold():
            hint = f"{name} is not a command here. Type {self._room.command} to see what can be done."
            return Reply(toast=hint, bad=True, keep=True, status=422)
        event = Asked(**self._common(sheet, sheet.where.channel), words=rest.strip(), thread=sheet.where.thread)
        return await self._answers.ask(sheet, event)

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


def room_routes(room: Room) -> list[BaseRoute]:
    """Everything of the room under one mount at "/", guarded."""
    pages = Pages(room)
    live = Live(room, pages)
    door = Door(room, pages, live)
    attachments = Attachments(room, pages)
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
        Route(f"{seat}/home", pages.safely(pages.own_home)),
        Route(f"{seat}/files/{{message}}/{{index:int}}", pages.safely(attachments.file)),
        Route(f"{seat}/live", pages.safely(live.stream)),
        Route(f"{seat}/pictures/{{message}}/{{index:int}}.{{kind}}", pages.safely(attachments.picture)),
        *(Route(f"{seat}/{name}", pages.safely(endpoint), methods=["POST"]) for name, endpoint in posts.items()),
        Mount("/room", StaticFiles(directory=STATIC)),
    ]
    guard = Middleware(RoomGuard, hosts=room.hosts)
    return [Mount("/", Router(routes), middleware=[guard])]
