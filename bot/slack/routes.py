"""Slack's signed requests over HTTP, as a route of the one ASGI application."""

from __future__ import annotations

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.slack.settings import SlackSettings

PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
"""Bytes. Slack's own payloads stay far below."""


def slack_routes(app: AsyncApp, settings: SlackSettings) -> list[Route]:
    """``POST /slack/events`` for everything Slack sends. Bolt checks signature and age before anything of ours.

    Raises ValueError without a signing secret: requests could not be told from forged ones.
    """
    if settings.signing_secret is None:
        raise ValueError("SLACK_SIGNING_SECRET is missing: requests over HTTP cannot be verified without it")
    return [Route(PATH, SignedDoor(AsyncSlackRequestHandler(app)).handle, methods=["POST"])]


class SignedDoor:
    """Caps the body and refuses what cannot carry a signature; then Bolt decides."""

    def __init__(self, handler: AsyncSlackRequestHandler) -> None:
        self._handler = handler

    async def handle(self, request: Request) -> Response:
        """413 for too large a body, 401 for what is unsigned, forged or older than five minutes."""
        body = await read_capped(request)
        if body is None:
            return PlainTextResponse("the body is larger than 1 MiB", status_code=413)
        if not _may_be_signed(request, body):
            return PlainTextResponse("not signed by Slack", status_code=401)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        return await self._handler.handle(Request(request.scope, again))


async def read_capped(request: Request, largest: int = LARGEST_BODY) -> bytes | None:
    """The body, or None when it is larger; no more than ``largest`` bytes and one chunk are ever held."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _may_be_signed(request: Request, body: bytes) -> bool:
    """Bolt's check fails with an error, not with a no, on a timestamp, signature or body of the wrong shape."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return timestamp.isascii() and timestamp.isdigit() and signature.isascii()
