"""Teams' requests over HTTP, as a route of the one ASGI application."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.delivery.courier import where_from
from bot.teams.clients import ENDPOINT
from bot.teams.guard import Guard, KeysAway, NotLetIn
from bot.watching.measures import Measure, unmeasured

log = structlog.get_logger("parley.teams")

LARGEST_BODY = 256 * 1024
"""Bytes. A message has less than 80 KB, and what is typed into a form less still."""
KINDS = {"message": "message", "messageReaction": "reaction", "invoke": "invoke", "conversationUpdate": "channel"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What Teams is answered: a status, and a body for an invoke. ``not_saved``: it only says so, and another try may do it."""

    status: int = 200
    body: Mapping[str, object] | None = None
    not_saved: bool = False


class TenantRefused(Exception):
    """This tenant is not among those the bot works for."""


Hear = Callable[[Mapping[str, object]], Awaitable[Reply]]
"""Handles an activity that is surely from Teams, to its end. Raises ``TenantRefused``."""


def teams_routes(guard: Guard, hear: Hear, answered: Measure = unmeasured) -> list[Route]:
    """``POST /api/messages`` for everything Teams sends. ``answered`` is told how long Teams waited for what was let in."""
    return [Route(ENDPOINT, TeamsEntry(guard, hear, answered).handle, methods=["POST"])]


class TeamsEntry:
    """Verifies the token, before a byte of the body is waited for, caps the body, reads the JSON and checks the addresses in it,
    in this order."""

    def __init__(self, guard: Guard, hear: Hear, answered: Measure) -> None:
        self._guard, self._hear, self._answered = guard, hear, answered

    async def handle(self, request: Request) -> Response:
        """401 for a token or an address that is not Teams', 413 for too large a body, 403 for a tenant that is none of ours,
        400 for what is no activity; 503 while keys cannot be fetched, so that Teams sends it again."""
        began = time.monotonic()
        try:
            claims = await self._guard.verified(request.headers.get("authorization", ""))
            body = await _capped(request)
            if body is None:
                return PlainTextResponse("the body is larger than 256 KiB", status_code=413)
            activity = _activity(body)
            if activity is None:
                return PlainTextResponse("not an activity: a JSON object was expected", status_code=400)
            address = activity.get("serviceUrl")
            self._guard.address(claims, address if isinstance(address, str) else "")
            reply = await self._heard(activity)
        except NotLetIn as refused:
            log.warning("teams.not_let_in", why=refused.why)
            return PlainTextResponse("not from Teams", status_code=401)
        except TenantRefused:
            log.warning("teams.not_let_in", why="a tenant that is none of TEAMS_TENANT_ID and TEAMS_TENANTS")
            return PlainTextResponse("this bot does not work for your organisation", status_code=403)
        except KeysAway:
            return PlainTextResponse("keys could not be fetched", status_code=503, headers={"retry-after": "5"})
        self._answered(f"teams_{_kind(activity)}", time.monotonic() - began)
        return Response(status_code=reply.status) if reply.body is None else JSONResponse(reply.body, reply.status)

    async def _heard(self, activity: Mapping[str, object]) -> Reply:
        try:
            return await self._hear(activity)
        finally:
            _report_failure()


def _report_failure() -> None:
    """A line with the kind and place of what nobody expected; its words may quote people. It goes on as it is, to a 500."""
    trouble = sys.exc_info()[1]
    if isinstance(trouble, Exception) and not isinstance(trouble, TenantRefused):
        log.error("teams.request_failed", trouble=type(trouble).__name__, where=where_from(trouble))


def _kind(activity: Mapping[str, object]) -> str:
    return KINDS.get(str(activity.get("type")), "other")


def _activity(body: bytes) -> Mapping[str, object] | None:
    """The body's JSON object; None for anything else, one that is nested beyond all reason among it."""
    try:
        read = _fit(json.loads(body))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _fit(value: Any) -> Any:
    """The same without what no database and no answer can hold: halves of characters, as a cut through an emoji leaves them, and
    NUL."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_fit(name): _fit(each) for name, each in value.items()}
    return [_fit(each) for each in value] if isinstance(value, list) else value


async def _capped(request: Request, largest: int = LARGEST_BODY) -> bytes | None:
    """The body, or None when it is larger; no more than ``largest`` bytes and one chunk are ever held."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > largest:
            return None
    return bytes(held)
