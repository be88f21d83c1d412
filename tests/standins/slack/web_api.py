"""The Web API over HTTP: tokens, scopes, rates, ordered faults, then the method; every call is kept."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.standins.slack import chat_methods, conversation_methods, file_methods, view_methods
from tests.standins.slack.calls import ApiError, Call, read_call
from tests.standins.slack.faults import Fault, Faults, Rates
from tests.standins.slack.limits import block_problems
from tests.standins.slack.scene import Scene
from tests.standins.slack.socket import SocketHub
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import RESPONSE_URL_USES, ResponseUrl

METHODS: dict[str, Callable[[Scene, Call], Payload]] = {
    **chat_methods.METHODS,
    **conversation_methods.METHODS,
    **view_methods.METHODS,
    **file_methods.METHODS,
}
# The bot scopes each method asks for (any one of them), after Slack's method pages.
SCOPES: dict[str, set[str]] = {
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.info": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations.list": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations.members": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations.open": {"im:write", "mpim:write"},
    "conversations.join": {"channels:join"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.info": {"files:read"},
    "team.info": {"team:read"},
}
Answer = web.StreamResponse


class WebApi:
    """Answers Web API calls, uploads, downloads and response urls."""

    def __init__(self, scene: Scene, hub: SocketHub, faults: Faults, rates: Rates, bot_token: str, app_token: str):
        self.scene = scene
        self.hub = hub
        self.faults = faults
        self.rates = rates
        self.bot_token = bot_token
        self.app_token = app_token
        self.revoked: set[str] = set()
        self.scopes: set[str] | None = None
        self.calls: list[Call] = []

    def routes(self) -> list[web.RouteDef]:
        """The routes of slack.com, files.slack.com and hooks.slack.com."""
        return [
            web.route("*", "/api/{method}", self.handle),
            web.route("*", "/by/{caller}/api/{method}", self.handle),
            web.post("/upload/v1/{ticket}", self.upload),
            web.get("/files-pri/{file}/{name}", self.download),
            web.post("/actions/{team}/{number}/{secret}", self.respond),
        ]

    async def handle(self, request: web.Request) -> Answer:
        """One Web API call."""
        try:
            call = await read_call(request, request.match_info["method"])
        except ApiError as error:
            return web.json_response(error.answer())
        answer = await self._serve(request, call, self._carry_out)
        call.answered_at = time.time()
        return answer

    async def _serve(self, request: web.Request, call: Call, work: Callable[[Call], Payload]) -> Answer:
        self.calls.append(call)
        fault = self.faults.strike(call.method, call.args)
        if fault is not None:
            call.fault = fault.kind
            early = await self._before(request, call, fault)
            if early is not None:
                return early
        wait = self.rates.wait(call.method, call.args)
        if wait is not None:
            return self._limited(call, wait)
        self.scene.hidden_for = fault.seconds if fault is not None and fault.kind == "late_visibility" else 0.0
        call.answer = work(call)
        self.scene.hidden_for = 0.0
        call.done, call.done_at = bool(call.answer.get("ok")), time.time()
        if fault is not None and fault.kind == "error_after":
            return self._broken(call, fault.status)
        if fault is not None and fault.kind == "drop_after":
            return self._dropped(request, call)
        if fault is not None and fault.kind == "slow_answer":
            await asyncio.sleep(fault.seconds)
        call.status = 200
        return web.json_response(call.answer, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        everything = {one for group in SCOPES.values() for one in group} | {"reactions:read"}
        scopes = self.scopes if self.scopes is not None else everything
        return {
            "x-oauth-scopes": ",".join(sorted({*scopes, "commands", "app_mentions:read"})),
            "x-slack-req-id": "standin",
        }

    # Faults

    async def _before(self, request: web.Request, call: Call, fault: Fault) -> Answer | None:
        if fault.kind in {"hang", "hang_before"}:
            await asyncio.sleep(fault.seconds)
        if fault.kind == "rate_limited":
            return self._limited(call, fault.seconds)
        if fault.kind in {"error_before", "hang_before"}:
            return self._broken(call, fault.status)
        if fault.kind == "api_error":
            call.status, call.answer = 200, {"ok": False, "error": fault.error}
            return web.json_response(call.answer)
        if fault.kind == "drop_before":
            return self._dropped(request, call)
        return None

    def _limited(self, call: Call, wait: float) -> Answer:
        call.status, call.answer = 429, {"ok": False, "error": "ratelimited"}
        return web.json_response(call.answer, status=429, headers={"Retry-After": str(max(1, math.ceil(wait)))})

    def _broken(self, call: Call, status: int) -> Answer:
        call.status, call.answer = status, None
        return web.Response(status=status, text="<html><body>Server Error</body></html>", content_type="text/html")

    def _dropped(self, request: web.Request, call: Call) -> Answer:
        call.status, call.answer = None, None
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    # The work

    def _carry_out(self, call: Call) -> Payload:
        try:
            self._check_token(call)
            if call.method == "apps.connections.open":
                return {"ok": True, "url": self._socket_url()}
            if call.method == "api.test":
                return {"ok": True, "args": call.args}
            if call.method == "auth.revoke":
                self.revoked.add(call.token or "")
                return {"ok": True, "revoked": True}
            if call.method not in METHODS:
                raise ApiError("unknown_method", req_method=call.method)
            self._check_scope(call.method)
            return {"ok": True, **METHODS[call.method](self.scene, call)}
        except ApiError as error:
            return error.answer()

    def _check_token(self, call: Call) -> None:
        if call.method == "api.test":
            return
        if not call.token:
            raise ApiError("not_authed")
        if call.token in self.revoked:
            raise ApiError("token_revoked")
        if call.token not in {self.bot_token, self.app_token}:
            raise ApiError("invalid_auth")
        needs_app_token = call.method == "apps.connections.open"
        if needs_app_token != (call.token == self.app_token) and call.method != "auth.test":
            raise ApiError("not_allowed_token_type")

    def _check_scope(self, method: str) -> None:
        needed = SCOPES.get(method, set())
        if self.scopes is not None and needed and not needed & self.scopes:
            raise ApiError("missing_scope", needed=",".join(sorted(needed)), provided=",".join(sorted(self.scopes)))

    def _socket_url(self) -> str:
        address = self.scene.url.replace("http", "ws", 1)
        return f"{address}/link/?ticket={self.hub.ticket()}&app_id={self.scene.world.app_id}"

    # Files

    async def upload(self, request: web.Request) -> Answer:
        """The POST of a file's bytes to its upload url, raw or as multipart."""
        content = await _body(request)
        call = Call("files.upload", {"path": request.path, "length": len(content)}, None)

        def work(call: Call) -> Payload:
            for file in self.scene.world.files.values():
                if file.upload_path == request.path and file.content is None:
                    file.content = content
                    return {"ok": True}
            return {"ok": False, "error": "invalid_upload_url"}

        answer = await self._serve(request, call, work)
        if call.status != 200:
            return answer
        return web.Response(text=f"OK - {len(content)}") if call.ok else web.Response(status=404, text="not found")

    async def download(self, request: web.Request) -> Answer:
        """A private file: its bytes with the bot's token, else the sign-in page with status 200, as at Slack."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        file = self.scene.world.files.get(request.match_info["file"])
        if token != self.bot_token or token in self.revoked:
            return web.Response(text="<!DOCTYPE html><html><body>Sign in</body></html>", content_type="text/html")
        if file is None or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content)

    # Response urls

    async def respond(self, request: web.Request) -> Answer:
        """A post to a response url: five within thirty minutes."""
        call = Call("response_url", await request.json(), None, user_agent=request.headers.get("User-Agent", ""))
        door = self.scene.world.response_urls.get(request.path)

        def work(call: Call) -> Payload:
            if door is None or time.monotonic() > door.expires:
                return {"ok": False, "error": "expired_url"}
            if door.uses >= RESPONSE_URL_USES:
                return {"ok": False, "error": "used_url"}
            try:
                apply_response(self.scene, door, call.args)
            except ApiError as error:
                return error.answer()
            door.uses += 1
            return {"ok": True}

        answer = await self._serve(request, call, work)
        if call.status != 200:
            return answer
        return web.Response(text="ok") if call.ok else web.json_response(call.answer, status=404)


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""


def apply_response(scene: Scene, door: ResponseUrl, body: Payload) -> None:
    """Do what a response asks: a new message (ephemeral by default), or the original replaced or deleted."""
    problems = block_problems(body.get("blocks") or [], "message", scene.file_is_shared, scene.knows_charts)
    if problems:
        raise ApiError("invalid_blocks", response_metadata={"messages": problems})
    channel = scene.world.channels[door.channel_id]
    person = scene.world.users[door.person_id]
    original = door.message
    fresh = {key: body[key] for key in ("text", "blocks", "attachments") if body.get(key)}
    if original is not None and (body.get("delete_original") or body.get("replace_original")):
        if original.ephemeral_for is None:
            scene.remove(channel, original) if body.get("delete_original") else scene.change(channel, original, fresh)
        elif body.get("delete_original"):
            original.deleted = True
            person.ephemerals[:] = [one for one in person.ephemerals if one is not original]
        else:
            blocks = scene.world.with_block_ids(fresh.get("blocks", []))
            original.payload = {**original.payload, "text": "", **fresh, "blocks": blocks}
        return
    if not fresh:
        raise ApiError("no_text")
    thread_ts = body.get("thread_ts") or door.thread_ts
    payload = {**fresh, **scene.world.bot_fields(), **({"thread_ts": thread_ts} if thread_ts else {})}
    if body.get("response_type") == "in_channel":
        scene.post(channel, payload)
    else:
        scene.whisper(person, channel, payload)
