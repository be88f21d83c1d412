"""Keeps other sites out of the room: its hosts, its origin, its page token, and strict headers on every answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "parley_room"
LONGEST_BODY = 256 * 1024
"""Bytes: five inputs of 3,000 characters, percent-encoded, fit well."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
"""A chart brings its own styles; it may load and run nothing."""


class Forged(Exception):
    """This page was opened before the room restarted, or does not come from the room. Reload it and try again."""


def new_session() -> str:
    """A name for this browser's visit, kept in a cookie of this site only."""
    return secrets.token_urlsafe(24)


def token_for(secret: bytes, session: str) -> str:
    """What every form of a page carries; only who has the secret and the cookie can make it."""
    return hmac.new(secret, b"page:" + session.encode(), hashlib.sha256).hexdigest()


def check_origin(request: Request, secret: bytes, token: str) -> None:
    """Raise ``Forged`` unless the request was sent by one of our own pages in the browser that opened it."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forged
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forged
    session = request.cookies.get(COOKIE, "")
    if not session or not hmac.compare_digest(token.encode(), token_for(secret, session).encode()):
        raise Forged


class RoomGuard:
    """ASGI middleware of the room's routes: refuses foreign hosts and large bodies, and sets the headers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the reason."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", POLICY)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_strictly)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        if host not in self._hosts:
            allowed = ", ".join(sorted(self._hosts))
            return PlainTextResponse(f"The room is not served under the name {host!r}. Open it under: {allowed}.", 421)
        length = request.headers.get("content-length", "0")
        if request.method == "POST" and not (length.isdigit() and int(length) <= LONGEST_BODY):
            return PlainTextResponse(f"Too long: at most {LONGEST_BODY // 1024} KB in one message or form.", 413)
        return None
