"""Socket Mode, the server's side: one-time tickets, hello, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.slack.words import Payload


class NotDelivered(Exception):
    """The app did not take it; `reason` as in `x-slack-retry-reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SocketHub:
    """The open websockets of the app. Each envelope goes to one of them, in turn."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.connections: list[web.WebSocketResponse] = []
        self.accepting = True
        self.opened = 0
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._transports: dict[int, asyncio.Transport] = {}

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The websocket endpoint."""
        ticket = request.query.get("ticket", "")
        if not self.accepting or ticket not in self._tickets:
            return web.Response(status=404, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        if request.transport is not None:
            self._transports[id(socket)] = request.transport
        self.opened += 1
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "applink-standin", "approximate_connection_time": 18060},
                "connection_info": {"app_id": self.app_id},
            }
        )
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            waiting = self._waiting.pop(str(said.get("envelope_id")), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(said.get("payload"))

    async def send(self, envelope: Payload, seconds: float) -> Any:
        """Send one envelope and wait for its acknowledgement's payload; NotDelivered if none comes in time."""
        if not self.connections:
            raise NotDelivered("connection_failed")
        socket = self.connections[self._turn % len(self.connections)]
        self._turn += 1
        envelope_id = str(uuid.uuid4())
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        try:
            await socket.send_json({"envelope_id": envelope_id, **envelope})
            return await asyncio.wait_for(future, seconds)
        except TimeoutError as error:
            raise NotDelivered("timeout") from error
        except ConnectionError as error:
            raise NotDelivered("connection_failed") from error
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Ask every connection to reconnect and close it, as Slack does every few hours."""
        for socket in list(self.connections):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await socket.close()

    async def cut(self) -> None:
        """Break every connection without a word."""
        for transport in list(self._transports.values()):
            transport.abort()
        for socket in list(self.connections):
            self._forget(socket)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self.connections:
            self.connections.remove(socket)
        self._transports.pop(id(socket), None)

    async def close(self) -> None:
        """Close for good."""
        self.accepting = False
        for socket in list(self.connections):
            await socket.close()
