"""``/calendar/<secret>.ics``: what a calendar program reads that somebody gave their secret address to.

The address is all a calendar brings, so it is handled as a password is: it stands in no line of a log and in no measure, and
what never was one, what was stopped and what belonged to somebody who has left are answered alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from handlers.reviews.calendars import rules
from handlers.reviews.calendars.reading import read
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)

WITHIN = 10.0
"""Seconds the database has to answer; calendar programs come again by themselves."""
COME_AGAIN = "300"
"""Seconds after which a calendar should come again while the database is away."""
HEADERS = {
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A calendar as text, and the mark by which a program tells whether it has read the same before."""

    text: str
    mark: str


Look = Callable[[str], Awaitable[Shown | None]]
"""What the address with a secret shows; None: it answers nothing."""


class CalendarDoor:
    """Serves calendars. ``look`` asks the database."""

    def __init__(self, look: Look) -> None:
        self._look = look

    @property
    def route(self) -> Route:
        """Where they are served, to GET and HEAD."""
        return Route(f"/{rules.PATH}/{{name}}", self.serve, methods=["GET"])

    async def serve(self, request: Request) -> Response:
        """The calendar; 304 where the program has it, 404 for whatever is no address, 503 while the database is away."""
        name = str(request.path_params["name"])
        secret = name.removesuffix(rules.ENDING)
        if secret == name or not rules.is_secret(secret):
            return _nothing()
        try:
            async with asyncio.timeout(WITHIN):
                shown = await self._look(secret)
        except (SQLAlchemyError, TimeoutError) as trouble:
            log.warning("calendar.database_away", trouble=type(trouble).__name__)
            return PlainTextResponse("Come again in a moment.\n", 503, {**HEADERS, "retry-after": COME_AGAIN})
        if shown is None:
            return _nothing()
        headers = {**HEADERS, "etag": f'W/"{shown.mark}"'}
        if _has_it(request.headers.get("if-none-match", ""), shown.mark):
            return Response(status_code=304, headers=headers)
        headers["content-disposition"] = 'inline; filename="reviews.ics"'
        return Response(shown.text, 200, headers, "text/calendar; charset=utf-8")


def _nothing() -> Response:
    return PlainTextResponse("Nothing here.\n", 404, HEADERS)


def _has_it(given: str, mark: str) -> bool:
    """Whether If-None-Match names it (RFC 9110, 13.1.2): compared weakly, several with a comma between, or any."""
    named = (each.strip().removeprefix("W/").strip('"') for each in given.split(","))
    return any(each in (mark, "*") for each in named)


def shown(secret: str, reading: Units, units: Units, now: datetime) -> Shown | None:
    """What the address with this secret shows at ``now`` (aware UTC), and a note that it was read, once an hour. ``reading``
    are units that write nothing."""
    with reading() as uow:
        found = read(secret, uow, now)
    if found is None:
        return None
    if not found.noted:
        with units() as uow:
            uow.calendars.note_read(found.feed_id, now)
            uow.commit()
    return Shown(found.text, rules.mark_of(found.text))
