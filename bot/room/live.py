"""Live pages: what changed, as HTML for the seat that has a page open, by server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from bot.room.bell import Change
from bot.room.guard import COOKIE, token_for
from bot.room.pages import Pages, Where
from bot.room.parts import Room
from bot.room.reader import Reader
from bot.room.view import SeenMessage, Viewer, visible
from storage.models.room import RoomMessage


class Live:
    """The stream of one room, and the fragments it is made of."""

    def __init__(self, room: Room, pages: Pages) -> None:
        self._room = room
        self._pages = pages

    async def stream(self, request: Request) -> Response:
        """The stream of what changes for this seat, as server-sent events."""
        where = Where(request.query_params.get("channel", ""), request.query_params.get("thread") or None)
        token = token_for(self._room.secret, request.cookies.get(COOKIE, ""))
        reader = await self._room.shelf.run(self._seated, request.path_params["seat"], token)
        since = request.query_params.get("since", "")
        changes = self._changes(reader, where, int(since) if since.isdecimal() else None)
        return EventSourceResponse(changes, ping=20)

    def fragments(self, reader: Reader, where: Where, ref: str) -> list[dict[str, Any]]:
        """A message as HTML for an open page: in its channel, the open thread, or both; a reply brings its root."""
        with self._room.shelf.units() as unit:
            row = visible(unit.room, reader, ref)
            if row is None:
                return []
            rows = [row]
            if row.thread_ref is not None:
                root = visible(unit.room, reader, row.thread_ref)
                rows = [row, root] if root else [row]
            viewer = Viewer(self._room, self._pages.cards, unit.room, reader)
            return [part for each in rows for part in self._parts(viewer, reader, where, each, each is row)]

    async def _changes(self, reader: Reader, where: Where, since: int | None) -> AsyncIterator[ServerSentEvent]:
        with self._room.shelf.bell.listen(since) as changes:
            yield ServerSentEvent(event="ready", data="{}")
            while True:
                event = await self._event(reader, where, await changes.get())
                if event is not None:
                    yield event

    async def _event(self, reader: Reader, where: Where, change: Change) -> ServerSentEvent | None:
        """What one change means for this page; None when it is none of its business."""
        if change.kind in ("clock", "missed"):
            return ServerSentEvent(event=change.kind, data="{}")
        if change.kind == "removed":
            mine = change.channel == where.channel
            return ServerSentEvent(event="removed", data=json.dumps({"ref": change.ref})) if mine else None
        current = await self._room.shelf.run(self._seated, reader.seat, reader.token)
        parts = await self._room.shelf.run(self.fragments, current, where, change.ref)
        if parts and change.channel == where.channel:
            await self._room.shelf.run(self._note_read, change.channel, reader.user.id)
        return ServerSentEvent(event="message", data=json.dumps(parts)) if parts else None

    def _note_read(self, channel: str, user: str) -> None:
        with self._room.shelf.units() as unit:
            if unit.room.mark_read(channel, user):
                unit.commit()

    def _parts(
        self, viewer: Viewer, reader: Reader, where: Where, row: RoomMessage, itself: bool
    ) -> list[dict[str, Any]]:
        parts = []
        mine = row.author == reader.user.id
        private = row.only_for is not None
        common = {"ref": row.id, "channel": row.channel_id, "mine": mine, "private": private, "itself": itself}
        if row.channel_id != where.channel:
            return [common | {"pane": "", "html": ""}]
        if row.thread_ref is None:
            outside = reader.inside(row.channel_id, None)
            parts.append(common | {"pane": "log", "html": self._one(viewer.one(row), outside)})
        if where.thread is not None and where.thread in (row.id, row.thread_ref):
            inside = reader.inside(row.channel_id, where.thread)
            parts.append(common | {"pane": "thread-log", "html": self._one(viewer.message(row, None, inside), inside)})
        return parts

    def _one(self, seen: SeenMessage, reader: Reader) -> str:
        return self._pages.templates.get_template("one.html").render(
            m=seen, reader=reader, shortcuts=self._room.shortcuts
        )

    def _seated(self, seat: str, token: str) -> Reader:
        with self._room.shelf.units() as unit:
            return self._pages.reader(unit.room, seat, token)
