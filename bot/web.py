"""The one ASGI application: the doors that are configured, and whether all is well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.this_machine import is_from_here
from bot.watching.request_ids import RequestIds

Health = Callable[[], Awaitable[dict[str, object]]]

OURS_ALONE = frozenset({"replica"})
"""What /healthz says to this machine only: the names of host and process help nobody outside but who looks for a way in."""


def web(
    doors: Sequence[BaseRoute],
    health: Health,
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
) -> Starlette:
    """The application: ``start`` and ``stop`` are awaited around its life, inside the running loop."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await start()
        try:
            yield
        finally:
            await stop()

    async def healthz(request: Request) -> Response:
        state = await health()
        told = (
            state if is_from_here(request) else {name: each for name, each in state.items() if name not in OURS_ALONE}
        )
        return JSONResponse(told, 200 if state["ok"] else 503)

    return Starlette(
        routes=[Route("/healthz", healthz), *doors], lifespan=lifespan, middleware=[Middleware(RequestIds)]
    )
