"""The room's pages: what is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.ports import Unavailable
from bot.room.clock import LEAPS
from bot.room.guard import COOKIE, Forged, new_session, token_for
from bot.room.moments import shown, town
from bot.room.parts import Room
from bot.room.reader import GUEST, Reader, fresh_nonce
from bot.room.render import CardRenderer, environment
from bot.room.view import Viewer, visible
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import PrivateCard, Tone
from storage.models.room import RoomChannel, RoomMessage
from storage.room import RoomRepository

Endpoint = Callable[[Request], Awaitable[Response]]
STATIC = Path(__file__).parent / "static"
KINDS = {"shared": "Shared with both companies", "internal": "Internal, the client only", "direct": "Direct message"}


@dataclass(frozen=True, slots=True)
class Where:
    """What is open: a channel, a thread in it, and how far back; or the seat's Home."""

    channel: str = ""
    thread: str | None = None
    before: str | None = None
    home: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """What an answer adds to a page: an open form, a short line, and whether that line is bad news."""

    form: Markup | None = None
    toast: str = ""
    bad: bool = False


class Nothing(Exception):
    """There is nothing at this address for this seat; the message says what was looked for."""


class Pages:
    """Builds pages for a seat. Every read is one transaction in a thread."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.templates = environment()
        self.cards = CardRenderer(self.templates)

    def safely(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with what it refuses told on a page (or to the script) instead of a bare status."""

        async def answered(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Nothing as nothing:
                return self._trouble(request, 404, "Nothing here", str(nothing))
            except Forged:
                return self._trouble(request, 403, "Please reload", Forged.__doc__ or "")
            except (OperationalError, Unavailable):
                return self._trouble(request, 503, "Not saved", "Not saved. Please try again in a moment.")

        return answered

    def _trouble(self, request: Request, status: int, title: str, words: str) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"trouble": words}, status)
        page = self.templates.get_template("trouble.html")
        return HTMLResponse(page.render(title=title, words=words, address="/", way_out="Open the room"), status)

    # --- answers to GET ---------------------------------------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        """The first seat's first channel; ``/as/{seat}/`` likewise."""
        address = await self.room.shelf.run(self._first_address, request.path_params.get("seat"))
        return RedirectResponse(address, 303)

    async def show(self, request: Request) -> Response:
        """The list, a channel, or a thread."""
        where = Where(
            request.path_params.get("channel", ""),
            request.path_params.get("thread"),
            request.query_params.get("before"),
        )
        return await self.page(request, where, Extra())

    async def own_home(self, request: Request) -> Response:
        """The seat's Home."""
        return await self.page(request, Where(home=True), Extra())

    async def home_card(self, reader: Reader) -> Markup:
        """What stands in this seat's Home now, as the house tells it. Raises ``Unavailable`` as the house does."""
        if reader.guest:
            raise Nothing("Guests of a channel have no Home.")
        user, unique = reader.user, f"room:{reader.user.id}:home:{fresh_nonce()}"
        account = Account(Platform.ROOM, user.workspace, user.id)
        answer = await self.room.dispatch(HomeOpened(unique, account, None, actor_name=user.name, request=unique))
        card = answer.card or PrivateCard("Nothing is here yet.")
        plain = card.tone is Tone.PLAIN  # the page has the title already
        return self.cards.loose(replace(card, title="") if plain else card, reader)

    async def page(self, request: Request, where: Where, extra: Extra, status: int = 200) -> Response:
        """A whole page, and the cookie of this visit if there is none yet."""
        session = request.cookies.get(COOKIE) or new_session()
        token = token_for(self.room.secret, session)
        seat = request.path_params["seat"]
        home = await self.home_card(await self.room.shelf.run(self._at_home, seat, token)) if where.home else None
        html = await self.room.shelf.run(self._build, seat, token, where, extra, home)
        response = HTMLResponse(html, status)
        if COOKIE not in request.cookies:
            response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return response

    # --- what a door's answer needs -----------------------------------------------------------------------------------

    def reader(self, repository: RoomRepository, seat: str, token: str = "") -> Reader:
        """The seat named in the address. Raises 404 for somebody one cannot act as."""
        name = seat.removesuffix(GUEST)
        user = repository.user(name)
        if user is None or not user.seat:
            raise Nothing(f"Nobody called {name!r} can be acted as here.")
        guest = seat.endswith(GUEST) and user.side == "provider"
        return Reader(user=user, now=self.room.clock.now(), token=token, guest=guest)

    # --- each in one transaction, in a thread -----------------------------------------------------------------------

    def _first_address(self, seat: str | None) -> str:
        with self.room.shelf.units() as unit:
            if seat is None:
                first = next((user for user in unit.room.users() if user.seat), None)
                if first is None:
                    raise Nothing("The room is empty: nobody sits in it yet.")
                reader = self.reader(unit.room, first.id)
            else:
                reader = self.reader(unit.room, seat)
            channels = unit.room.channels_of(reader.user)
            return f"{reader.path}/c/{channels[0].id}" if channels else f"{reader.path}/c"

    def _at_home(self, seat: str, token: str) -> Reader:
        with self.room.shelf.units() as unit:
            return self.reader(unit.room, seat, token).at_home()

    def _build(self, seat: str, token: str, where: Where, extra: Extra, home: Markup | None) -> str:
        rung = self.room.shelf.bell.rung  # before anything is read: what changes from now on the page is told of
        with self.room.shelf.units() as unit:
            reader = self.reader(unit.room, seat, token).inside(where.channel, None)
            reader = reader.at_home() if where.home else reader
            channel = self._channel(unit.room, reader, where)
            if channel and unit.room.mark_read(channel.id, reader.user.id):
                unit.commit()
            viewer = Viewer(self.room, self.cards, unit.room, reader)
            root = self._root(unit.room, reader, where)
            messages, earlier = viewer.conversation(channel.id, where.before) if channel else ([], None)
            thread = viewer.thread(root) if root else []
            return self.templates.get_template("page.html").render(
                **self._frame(reader, where, channel),
                rail=viewer.rail(),
                seats=viewer.seats(),
                unread=unit.room.unread(reader.user.id),
                rung=rung,
                home=home,
                messages=messages,
                earlier=earlier,
                root=root,
                thread=thread,
                reply_count=len(thread) - 1,
                reader_thread=reader.inside(where.channel, where.thread),
                form=extra.form,
                toast=extra.toast,
                toast_bad=extra.bad,
            )

    def _frame(self, reader: Reader, where: Where, channel: RoomChannel | None) -> dict[str, Any]:
        """What surrounds the conversation: names, the clock, the hints."""
        plain = reader.path.removesuffix(GUEST)
        open_thread = f"/t/{where.thread}" if where.thread else ""
        return {
            "reader": reader,
            "reader_here": reader,
            "channel": channel,
            "kinds": KINDS,
            "bot_name": self.room.bot_name,
            "command": self.room.command,
            "notice": self.room.notice,
            "shortcuts": self.room.shortcuts,
            "leaps": LEAPS,
            "clock_words": self.room.clock.describe(),
            "here": town(reader.zone),
            "here_day": shown(reader.now, reader.zone, reader.now, "date"),
            "here_time": shown(reader.now, reader.zone, reader.now, "time"),
            "plain_path": plain,
            "guest_path": plain + GUEST,
            "where": f"/c/{channel.id}{open_thread}" if channel else "/c",
            "hint": self._hint(reader),
            "thread_hint": f"Plain words are enough: ack, done, blocked: why, or ask @{self.room.bot_name}.",
        }

    def _hint(self, reader: Reader) -> str:
        if reader.guest:
            return f"Reply in plain words, or ask @{self.room.bot_name}. Enter sends."
        return f"{self.room.command} shows what can be done here; @{self.room.bot_name} works too. Enter sends."

    def _channel(self, repository: RoomRepository, reader: Reader, where: Where) -> RoomChannel | None:
        if not where.channel:
            return None
        channel = repository.channel_for(reader.user, where.channel)
        if channel is None:
            raise Nothing(f"{reader.user.name} has no channel of this name.")
        return channel

    def _root(self, repository: RoomRepository, reader: Reader, where: Where) -> RoomMessage | None:
        if where.thread is None:
            return None
        root = visible(repository, reader, where.thread)
        if root is None or root.channel_id != where.channel or root.thread_ref is not None:
            raise Nothing("There is no such thread in this channel.")
        return root
