"""Every request over HTTP has an id: in the lines of the log, and in the answer, so that whoever asks can be helped."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.watching.logs import named

HEADER = "x-request-id"
_ACCEPTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a proxy before us may give; anything else gets an id of ours."""


class RequestIds:
    """Takes over the id of a proxy before us, or makes one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name everything done for the request, and answer with the id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        ours = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = ours
            await send(message)

        with named(http=ours):
            await self._app(scope, receive, answer)
