"""The JSON control API of the stand-in when it runs as a process of its own; documented in the package docstring."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.standins.slack.events import Attempt
from tests.standins.slack.faults import Rates
from tests.standins.slack.hands import Refused
from tests.standins.slack.people import Person
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import Message, View
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import json_safe

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

JUST_NOW = 0.5
UNDER_WAY = 400
"""How many of the newest calls are looked at for those that wait for an answer."""


class ControlledSlack(StandInSlack):
    """A stand-in that can also be driven over HTTP, under /control/."""

    def routes(self) -> list[web.RouteDef]:
        """The server's routes and those of the control API."""
        guarded: list[tuple[str, str, Handler]] = [
            ("POST", "/control/people/{person}/{verb}", self._person_acts),
            ("POST", "/control/people", self._add_person),
            ("POST", "/control/channels", self._add_channel),
            ("POST", "/control/channels/{channel}/{verb}", self._channel_changes),
            ("POST", "/control/faults", self._order_fault),
            ("DELETE", "/control/faults", self._clear_faults),
            ("POST", "/control/settings", self._settings),
            ("POST", "/control/sockets/{verb}", self._sockets),
            ("POST", "/control/outage/{verb:begins|ends}", self._outages),
            ("POST", "/control/uninstall", self._uninstall),
            ("POST", "/control/redeliver", self._redeliver),
            ("GET", "/control/state", self._state),
            ("GET", "/control/calls", self._calls),
            ("GET", "/control/under_way", self._under_way),
            ("GET", "/control/standing", self._standing),
            ("GET", "/control/deliveries", self._deliveries),
        ]
        return [*super().routes(), *(web.route(verb, path, _guarded(handler)) for verb, path, handler in guarded)]

    # People

    async def _person_acts(self, request: web.Request) -> web.StreamResponse:
        person = self.person(request.match_info["person"])
        body = await _json(request)
        verb = request.match_info["verb"]
        acts: dict[str, Callable[[Person, Payload], Awaitable[Any]]] = {
            "says": lambda who, b: who.says(b["channel"], b["text"], b.get("thread")),
            "mention": lambda who, b: who.mention(b["channel"], b["text"], b.get("thread")),
            "dms": lambda who, b: who.dms(b["text"], b.get("thread")),
            "command": lambda who, b: who.command(b["command"], b.get("text", ""), b["channel"]),
            "shortcut": lambda who, b: who.shortcut(b["name"], self._message(who, b) if "ts" in b else None),
            "clicks": lambda who, b: who.clicks(b["label"], self._target(who, b)),
            "picks": lambda who, b: who.picks(b["label"], b["value"], self._target(who, b)),
            "fills": lambda who, b: who.fills(None, b["values"]),
            "submits": lambda who, b: who.submits(b.get("values")),
            "reacts": lambda who, b: who.reacts(self._message(who, b), b["emoji"]),
            "unreacts": lambda who, b: who.unreacts(self._message(who, b), b["emoji"]),
            "edits": lambda who, b: who.edits(self._message(who, b), b["text"]),
            "opens_home": lambda who, b: who.opens_home(),
            "leaves_forms": lambda who, b: who.leaves_forms(),
            "deletes": lambda who, b: who.deletes(self._message(who, b)),
        }
        if verb not in acts:
            raise LookupError(f"nobody can {verb!r}; there are {', '.join(acts)}")
        done = await acts[verb](person, body)
        view = person.open_view
        return web.json_response(
            {
                "ok": True,
                "last_error": person.last_error,
                "ts": done.ts if isinstance(done, Message) else None,
                "failure": done.failure if isinstance(done, Attempt) else None,
                "open_view": {"title": view.title, "labels": view.labels, "errors": view.errors} if view else None,
            }
        )

    def _message(self, person: Person, body: Payload) -> Message:
        found = self.channel(body["channel"]).find(body["ts"])
        found = found or next((one for one in person.ephemerals if one.ts == body["ts"]), None)
        if found is None:
            raise LookupError(f"no message {body['ts']} in {body['channel']}")
        return found

    def _target(self, person: Person, body: Payload) -> Message | View | None:
        return person.home if body.get("home") else self._message(person, body) if "ts" in body else None

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        self.add_person(body.pop("id"), body.pop("name"), body.pop("team", self.world.host.id), **body)
        return web.json_response({"ok": True})

    # Channels and the installation

    async def _add_channel(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        self.add_channel(body.pop("id"), body.pop("name"), body.pop("members"), **body)
        return web.json_response({"ok": True})

    async def _channel_changes(self, request: web.Request) -> web.StreamResponse:
        place, verb, body = (
            self.channel(request.match_info["channel"]),
            request.match_info["verb"],
            await _json(request),
        )
        if verb in {"joins", "leaves"}:
            await (self.joins if verb == "joins" else self.leaves)(body["user"], place)
        elif verb in {"shares", "unshares", "invites_team"}:
            changes = {"shares": self.shares, "unshares": self.unshares, "invites_team": self.invites_team}
            await changes[verb](place, body["team"])
        elif verb == "archives":
            await self.archives(place, body.get("archived", True))
        elif verb == "changes_id":
            await self.changes_id(place, body["new_id"])
        else:
            raise LookupError(f"a channel cannot {verb!r}")
        return web.json_response({"ok": True})

    async def _uninstall(self, request: web.Request) -> web.StreamResponse:
        await self.uninstalls()
        return web.json_response({"ok": True})

    # Trouble and switches

    async def _order_fault(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        self.faults.order(body.pop("method"), body.pop("kind"), **body)
        return web.json_response({"ok": True})

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:
        self.faults.clear()
        return web.json_response({"ok": True})

    async def _settings(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        if "request_url" in body:
            self.request_url = body["request_url"]
        if "other_urls" in body:
            self.postman.other_urls = list(body["other_urls"])
        if "ack_seconds" in body:
            self.ack_seconds = float(body["ack_seconds"])
        if "retry_delays" in body:
            self.retry_delays = tuple(float(one) for one in body["retry_delays"])
        if "rates" in body:
            self.rates = Rates(**body["rates"]) if body["rates"] is not None else Rates.unlimited()
        if "manifest" in body:
            self.install_manifest(body["manifest"])
        for name in ("knows_charts", "outsiders_see_ephemerals", "share_seconds"):
            if name in body:
                setattr(self.scene, name, body[name])
        if "history_delay" in body:
            self.world.history_delay = float(body["history_delay"])
        if "history_delay_up_to" in body:
            self.world.history_delay_up_to = float(body["history_delay_up_to"])
        for name, callback_id in body.get("shortcuts", {}).items():
            self.add_shortcut(name, callback_id)
        return web.json_response({"ok": True})

    async def _sockets(self, request: web.Request) -> web.StreamResponse:
        verb = request.match_info["verb"]
        if verb == "cut":
            await self.hub.cut()
        elif verb == "refresh":
            await self.hub.refresh()
        else:
            raise LookupError(f"sockets cannot {verb!r}; there are cut, refresh")
        return web.json_response({"ok": True})

    async def _outages(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["verb"] == "begins":
            await self.goes_down()
        else:
            self.comes_back()
        return web.json_response({"ok": True})

    async def _redeliver(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        delivery = self.deliveries[int(body["number"])]
        attempt = await self.redeliver(delivery, secret=body.get("secret"), age=float(body.get("age", 0)))
        return web.json_response({"ok": True, "status": attempt.status, "failure": attempt.failure})

    # Records

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(json_safe(self.world.summary() | {"complaints": self.complaints}))

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        start, method, words = (
            int(request.query.get("since", 0)),
            request.query.get("method"),
            request.query.get("says", ""),
        )
        found = [
            {
                "number": number,
                "method": call.method,
                "args": call.args,
                "at": call.at,
                "status": call.status,
                "answer": call.answer,
                "done": call.done,
                "fault": call.fault,
                "caller": call.caller,
                "done_at": call.done_at,
                "answered_at": call.answered_at,
            }
            for number, call in enumerate(self.calls)
            if number >= start and method in {None, call.method} and words in str(call.args.get("text", ""))
        ]
        return web.json_response(json_safe({"ok": True, "calls": found}))

    async def _standing(self, request: web.Request) -> web.StreamResponse:
        """What stands in each channel, in short, and what was whispered."""
        return web.json_response(
            {
                "ok": True,
                "channels": {c.id: [self._short(one) for one in c.everything()] for c in self.world.channels.values()},
                "whispers": [self._short(one) for one in self.world.ephemerals],
            }
        )

    def _short(self, message: Message) -> Payload:
        return {
            "channel": message.channel_id,
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "user": message.user,
            "text": message.text,
            "buttons": message.buttons,
            "reacted": [name for name, users in message.reactions.items() if self.world.bot.id in users],
        }

    async def _under_way(self, request: web.Request) -> web.StreamResponse:
        """The newest calls of a method that wait for their answer or had it just now: whose they are, whether the work is done,
        and how many seconds ago they were answered."""
        method, now = request.query.get("method"), time.time()
        found = [
            {"caller": call.caller, "done": call.done, "answered": call.answered_at and now - call.answered_at}
            for call in self.calls[-UNDER_WAY:]
            if (call.answered_at is None or now - call.answered_at < JUST_NOW) and method in {None, call.method}
        ]
        return web.json_response({"ok": True, "under_way": found})

    async def _deliveries(self, request: web.Request) -> web.StreamResponse:
        start = int(request.query.get("since", 0))
        found = [
            {
                "number": number,
                "kind": delivery.kind,
                "payload": delivery.payload,
                "acked": delivery.acked,
                "attempts": [
                    {
                        "at": a.at,
                        "retry": a.retry,
                        "status": a.status,
                        "failure": a.failure,
                        "seconds": a.seconds,
                        "answer": a.answer,
                    }
                    for a in delivery.attempts
                ],
            }
            for number, delivery in enumerate(self.deliveries)
            if number >= start
        ]
        return web.json_response(json_safe({"ok": True, "deliveries": found}))


async def _json(request: web.Request) -> Payload:
    body = await request.json() if request.can_read_body else {}
    return dict(body)


def _guarded(handler: Handler) -> Handler:
    """The handler with the driver's own errors as answers: 409 refused by Slack, 404 not there, 400 not understood."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as error:
            return web.json_response({"ok": False, "refused": str(error)}, status=409)
        except KeyError as error:
            return web.json_response({"ok": False, "missing": str(error)}, status=400)
        except LookupError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        except (TypeError, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)

    return answer
