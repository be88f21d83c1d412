"""How the house's answer comes back to the page: a private card, a form, a reaction, a line, all in the same call."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.ports import Unavailable
from bot.room.bell import Change
from bot.room.ledger import Ledger
from bot.room.live import Live
from bot.room.pages import Extra, Pages
from bot.room.parts import Room
from bot.room.reader import fresh_nonce
from bot.room.render import Listed
from bot.room.seals import seal
from bot.room.sheet import Reply, Sheet
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer, Form
from storage.models.room import RoomMessage
from storage.room import BOT


class Answers:
    """Asks the house, and tells the page."""

    def __init__(self, room: Room, pages: Pages, live: Live, ledger: Ledger) -> None:
        self._room = room
        self._live = live
        self._pages = pages
        self._ledger = ledger

    async def ask(
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
            await self._room.shelf.run(self._ledger.put_reaction, message.id, answer.reaction, BOT, False)
            self.ring(message)
        if answer.card is not None and sheet.where.home:
            return Reply(form=self._pages.cards.shown(answer.card, sheet.reader), toast=answer.done)
        if answer.card is not None and not sheet.reader.guest:
            private = await self._room.shelf.run(self._ledger.write_private, sheet, event.place, answer.card)
            self.ring(private)
            changed.append(private.id)
        people = await self._people(sheet, event, answer.form or form)
        return self._reply(sheet, event, answer, tuple(changed), form, values, people)

    async def _people(self, sheet: Sheet, event: AnyIncoming, form: Form | None) -> list[Listed]:
        """Whom the form that is shown may name; nobody when it does not ask for a person."""
        if form is None or all(field.kind != "person" for field in form.fields):
            return []
        channel = event.place.channel if event.place else sheet.where.channel
        return await self._room.shelf.run(self._ledger.people, sheet, channel)

    def _reply(
        self,
        sheet: Sheet,
        event: AnyIncoming,
        answer: Answer,
        changed: tuple[str, ...],
        form: Form | None,
        values: dict[str, str] | None,
        people: list[Listed],
    ) -> Reply:
        channel = event.place.channel if event.place else sheet.where.channel
        reader = sheet.reader if sheet.where.home else sheet.reader.inside(channel, sheet.where.thread)
        secret = self._room.secret
        if answer.problems and form is not None:
            shown = answer.form or form
            html = self._pages.cards.form(shown, reader, seal(shown, secret), values, answer.problems, people)
            return Reply(changed, form=html, status=422)
        if answer.problems:
            return Reply(changed, toast=" ".join(answer.problems.values()), bad=True, status=422)
        if answer.form is None:
            return Reply(changed, toast=answer.done)
        html = self._pages.cards.form(answer.form, reader, seal(answer.form, secret), people=people)
        return Reply(changed, form=html, toast=answer.done)

    async def send(self, request: Request, sheet: Sheet, reply: Reply) -> Response:
        """JSON for the page's script; for a page without script the page itself, or a way back to it."""
        where = await self._room.shelf.run(self._ledger.where, sheet)
        if "application/json" in request.headers.get("accept", ""):
            parts = [
                part
                for ref in reply.changed
                for part in await self._room.shelf.run(self._live.fragments, sheet.reader, where, ref)
            ]
            return JSONResponse(
                {
                    "messages": parts,
                    "form": reply.form or "",
                    "home": await self._pages.home_card(sheet.reader) if where.home else "",
                    "toast": reply.toast,
                    "bad": reply.bad,
                    "keep": reply.keep,
                    "nonce": fresh_nonce(),
                },
                reply.status,
            )
        if reply.form or reply.toast:
            return await self._pages.page(request, where, Extra(reply.form, reply.toast, reply.bad), reply.status)
        if where.home:
            return RedirectResponse(sheet.reader.here, 303)
        thread = f"/t/{where.thread}" if where.thread else ""
        return RedirectResponse(f"{sheet.reader.path}/c{f'/{where.channel}' if where.channel else ''}{thread}", 303)

    def ring(self, message: RoomMessage) -> None:
        """Let every open page know of this message."""
        self._room.shelf.bell.ring(Change("message", message.channel_id, message.id))
