"""How every request of the bot is taken: recorded, let in or not, slowed or broken as ordered, then answered."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.teams.faults import Fault, Faults, Rates
from tests.standins.teams.login import BOT_AUDIENCE, Login
from tests.standins.teams.world import Payload, place_of

Work = Callable[["Call"], Awaitable["Answer"]]
PACED = {"post", "reply", "update", "delete", "create", "react", "unreact"}
READS = {"members", "member"}


class Refusal(Exception):
    """Teams says no: an HTTP status and the connector's error object."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.answer = Answer(status, {"error": {"code": code, "message": message}})


@dataclass
class Answer:
    """Status and JSON body; None is an empty body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One recorded call. `args` has `channel` (the conversation without its thread), `thread`, `id` as the address has them.

    `at` is epoch seconds; `done` says whether the work was carried out, `made` the id that came of it. `caller` is who
    called, where callers have secrets ("…@{caller}") or addresses (`/by/{caller}/teams/`) of their own.
    """

    method: str
    args: Payload
    body: Any = None
    authorization: str = ""
    query: dict[str, str] = field(default_factory=dict)
    base: str = ""
    user_agent: str = ""
    caller: str = ""
    at: float = field(default_factory=time.time)
    status: int | None = None
    answer: Any = None
    done: bool = False
    made: str | None = None
    fault: str | None = None
    done_at: float | None = None
    answered_at: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.status is not None and self.status < 300

    @property
    def text(self) -> str:
        """What the body says in words, for finding a call."""
        return json.dumps(self.body, ensure_ascii=False) if isinstance(self.body, dict) else ""


class Desk:
    """Takes calls for the connector, the sign-in and Graph; one list of records for all."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.faults = Faults()
        self.rates = Rates()
        self.calls: list[Call] = []
        self.late: float = 0.0

    def taking(self, method: str, work: Work, audiences: set[str] | None = None) -> Callable[[web.Request], Any]:
        """A handler for aiohttp. `audiences`: which tokens are let in, the bot's by default; an empty set lets in all."""
        wanted = {BOT_AUDIENCE} if audiences is None else audiences

        async def handle(request: web.Request) -> web.StreamResponse:
            call = await _read(request, method)
            call.caller = call.caller or self.login.caller(call.authorization)
            self.calls.append(call)
            fault = self.faults.strike(call.method, call.args)
            call.fault = fault.kind if fault is not None else None
            try:
                answer = await self._before(fault) or self._let_in(call, wanted) or await self._works(call, work, fault)
                answer = await self._after(answer, fault)
            except Refusal as refusal:
                answer = refusal.answer
            except ConnectionAbortedError:
                answer = None
            call.answered_at = time.time()
            if answer is None:
                return await _cut(request)
            call.status, call.answer = answer.status, answer.body
            return _response(answer)

        return handle

    def _let_in(self, call: Call, audiences: set[str]) -> Answer | None:
        if audiences and not self.login.accepts(call.authorization, audiences):
            return Answer(401, {"message": "Authorization has been denied for this request."})
        paced = call.method in PACED | READS
        place = call.args.get("channel") if paced else None
        wait = self.rates.wait(place, call.method in READS) if audiences == {BOT_AUDIENCE} else None
        return None if wait is None else _too_many(wait)

    async def _before(self, fault: Fault | None) -> Answer | None:
        if fault is None:
            return None
        if fault.kind in {"hang", "hang_before"}:
            await asyncio.sleep(fault.seconds)
        if fault.kind == "drop_before":
            raise ConnectionAbortedError
        if fault.kind == "rate_limited":
            return _too_many(fault.seconds)
        if fault.kind in {"error_before", "hang_before", "api_error"}:
            return _trouble(fault)
        return None

    async def _works(self, call: Call, work: Work, fault: Fault | None) -> Answer:
        self.late = fault.seconds if fault is not None and fault.kind == "late_visibility" else 0.0
        answer = await work(call)
        call.done, call.done_at = True, time.time()
        return answer

    async def _after(self, answer: Answer, fault: Fault | None) -> Answer:
        if fault is None:
            return answer
        if fault.kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "drop_after":
            raise ConnectionAbortedError
        return _trouble(fault) if fault.kind == "error_after" else answer


async def _read(request: web.Request, method: str) -> Call:
    args: Payload = dict(request.match_info)
    caller = args.pop("caller", "")
    if "conversation" in args:
        args["channel"], args["thread"] = place_of(args.pop("conversation"))
    raw = await request.text()
    body: Any = raw
    if request.content_type == "application/json" and raw:
        try:
            body = json.loads(raw)
        except json.JSONDecodeError:
            body = None
    elif request.content_type == "application/x-www-form-urlencoded":
        body = dict(await request.post())
    if method == "post" and args.get("thread"):
        method = "reply"
    return Call(
        method,
        args,
        body,
        request.headers.get("Authorization", ""),
        dict(request.query),
        f"{request.scheme}://{request.host}",
        request.headers.get("User-Agent", ""),
        caller,
    )


def _too_many(seconds: float) -> Answer:
    body = {"error": {"code": "TooManyRequests", "message": "Too many requests for this conversation."}}
    return Answer(429, body, {"Retry-After": str(max(math.ceil(seconds), 1))})


def _trouble(fault: Fault) -> Answer:
    headers = {"Retry-After": str(math.ceil(fault.seconds))} if fault.status in {412, 502, 504} else {}
    return Answer(fault.status, {"error": {"code": fault.error, "message": "Ordered by the test."}}, headers)


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)


async def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
