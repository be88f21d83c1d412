"""What hangs on a card in the room: its pictures, drawn, and its files, to keep. For seats that may read the card."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.room.guard import PICTURE_POLICY
from bot.room.pages import Nothing, Pages
from bot.room.parts import Room
from bot.room.view import visible
from handlers.vocabulary.outgoing import Element, File, Picture

FILE_POLICY = "default-src 'none'; sandbox"
"""A file is saved, never shown; should a browser show one all the same, it may load and run nothing."""
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*", re.ASCII)


class Attachments:
    """Two addresses for each message: its pictures and its files, by their place in the card."""

    def __init__(self, room: Room, pages: Pages) -> None:
        self._room = room
        self._pages = pages

    async def picture(self, request: Request) -> Response:
        """A card's picture, as SVG or PNG."""
        found = await self._element(request)
        if not isinstance(found, Picture):
            raise Nothing("There is no such picture.")
        dark = bool(request.query_params.get("dark"))
        svg = await self._room.shelf.run(self._room.drawing.svg, found, dark)
        headers = {"Content-Security-Policy": PICTURE_POLICY}
        if request.path_params["kind"] == "png":
            return Response(await self._room.drawing.png(svg), media_type="image/png", headers=headers)
        return Response(svg, media_type="image/svg+xml", headers=headers)

    async def file(self, request: Request) -> Response:
        """A card's file, to keep."""
        found = await self._element(request)
        if not isinstance(found, File):
            raise Nothing("There is no such file.")
        named = bool(MEDIA_TYPE.fullmatch(found.media_type))
        headers = {
            "Content-Security-Policy": FILE_POLICY,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name or 'file', safe='')}",
            "Content-Type": found.media_type if named else "application/octet-stream",
        }
        return Response(found.content.encode(), headers=headers)

    async def _element(self, request: Request) -> Element | None:
        parts = request.path_params
        found: Element | None = await self._room.shelf.run(self._read, parts["seat"], parts["message"], parts["index"])
        return found

    def _read(self, seat: str, ref: str, index: int) -> Element | None:
        """A part of a card this seat may read."""
        with self._room.shelf.units() as unit:
            row = visible(unit.room, self._pages.reader(unit.room, seat), ref)
            card = self._room.shelf.codec.decode(row.card) if row and row.card else None
            return card.elements[index] if card and 0 <= index < len(card.elements) else None
