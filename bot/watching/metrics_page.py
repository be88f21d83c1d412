"""``/metrics``: what Prometheus reads, and who may.

With ``PARLEY_METRICS_TOKEN`` whoever brings it as a bearer token; without one only a request from this machine that came
through no proxy. A proxy that names itself in no header cannot be told from a person at this machine: so behind one, set
the token, or let the proxy pass on ``/slack/events`` alone, as the one in ``deploy/`` does.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.this_machine import is_addressed_here, is_from_here
from bot.watching.measures import Measures, Standing
from storage.unit_of_work import Units
from storage.watch import watch

log = structlog.get_logger(__name__)

WITHIN = 3.0
"""Seconds the database has to answer; a scrape that hangs tells nothing."""
CLOSED = (
    "/metrics is open to this machine only. For a collector elsewhere set PARLEY_METRICS_TOKEN and let it send"
    " “Authorization: Bearer …”.\n"
)
WRONG = "/metrics wants “Authorization: Bearer …” with PARLEY_METRICS_TOKEN.\n"


class MetricsPage:
    """``look`` asks the database how things stand."""

    def __init__(self, measures: Measures, look: Callable[[], Awaitable[Standing]], token: str = "") -> None:
        self._measures = measures
        self._look = look
        self._token = token

    @property
    def route(self) -> Route:
        """Where it is served."""
        return Route("/metrics", self.serve, methods=["GET"])

    async def serve(self, request: Request) -> Response:
        """The page; 401 or 403 with the way out for whoever may not read it."""
        if self._token and not self._brings_token(request):
            return PlainTextResponse(WRONG, 401, {"www-authenticate": "Bearer"})
        if not self._token and not (is_from_here(request) and is_addressed_here(request)):
            return PlainTextResponse(CLOSED, 403)
        page, content_type = self._measures.page(await self._standing(), request.headers.get("accept", ""))
        return Response(page, headers={"content-type": content_type, "cache-control": "no-store"})

    def _brings_token(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode())

    async def _standing(self) -> Standing | None:
        try:
            async with asyncio.timeout(WITHIN):
                return await self._look()
        except (SQLAlchemyError, TimeoutError) as trouble:
            log.warning("metrics.database_away", trouble=type(trouble).__name__)
            return None


def standing(units: Units, now: datetime) -> Standing:
    """What the database tells at ``now`` (aware UTC)."""
    with units() as uow:
        seen = watch(uow.session, now)
    return Standing(
        queue_length=seen.due,
        oldest_due_seconds=_since(seen.oldest_due, now),
        undeliverable=seen.undeliverable,
        schedule_behind_seconds=_since(seen.schedule_due, now),
        replicas=seen.alive,
    )


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
