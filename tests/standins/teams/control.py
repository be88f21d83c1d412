"""The JSON control API of the stand-in when it runs as a process of its own; documented in the package docstring."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.standins.teams.cards import parts_of
from tests.standins.teams.faults import Rates
from tests.standins.teams.login import Forgery
from tests.standins.teams.people import Person, Refused
from tests.standins.teams.postman import Attempt, Delivery
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.service import Call
from tests.standins.teams.world import Message, Payload

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PersonActs = Callable[[Person, Payload], Awaitable[Any]]
ChannelChanges = Callable[[str, Payload], Awaitable[Any]]

JUST_NOW = 0.5
UNDER_WAY = 400
"""How many of the newest calls are looked at for those that wait for an answer."""


class ControlledTeams(StandInTeams):
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
            ("POST", "/control/outage/{verb:begins|ends}", self._outages),
            ("POST", "/control/redeliver", self._redeliver),
            ("POST", "/control/activities", self._activities),
            ("GET", "/control/state", self._state),
            ("GET", "/control/calls", self._calls),
            ("GET", "/control/under_way", self._under_way),
            ("GET", "/control/standing", self._standing),
            ("GET", "/control/deliveries", self._deliveries),
        ]
        return [*(web.route(verb, path, _guarded(handler)) for verb, path, handler in guarded), *super().routes()]

    # People

    async def _person_acts(self, request: web.Request) -> web.StreamResponse:
        person, body, verb = self.person(request.match_info["person"]), await _json(request), request.match_info["verb"]
        acts = self._acts()
        if verb not in acts:
            raise LookupError(f"nobody can {verb!r}; there are {', '.join(acts)}")
        done = await acts[verb](person, body)
        target = self._message(body) if "id" in body else None
        card = person.card(target) if target is not None else None
        return web.json_response(
            {
                "ok": True,
                "last_error": person.last_error,
                "toast": person.toast,
                "id": done.id if isinstance(done, Message) else None,
                "status": done.status if isinstance(done, Attempt) else None,
                "failure": done.failure if isinstance(done, Attempt) else None,
                "answer": done.answer if isinstance(done, Attempt) else None,
                "card": card,
            }
        )

    def _acts(self) -> dict[str, PersonActs]:
        return {
            "says": lambda who, b: who.says(b["channel"], b["text"], b.get("thread")),
            "mention": lambda who, b: who.mention(b["channel"], b["text"], b.get("thread")),
            "dms": lambda who, b: who.dms(b["text"]),
            "presses": lambda who, b: who.presses(b["label"], self._target(b)),
            "submits": lambda who, b: who.submits(b.get("values", {}), b.get("press"), self._target(b)),
            "opens": lambda who, b: who.opens(b.get("channel")),
            "reacts": lambda who, b: who.reacts(self._message(b), b["reaction"]),
            "unreacts": lambda who, b: who.unreacts(self._message(b), b["reaction"]),
            "edits": lambda who, b: who.edits(self._message(b), b["text"]),
            "deletes": lambda who, b: who.deletes(self._message(b)),
            "installs": lambda who, b: who.installs(),
            "uninstalls": lambda who, b: who.uninstalls(),
            "sends_action": lambda who, b: who.sends_action(
                self._message(b), b["verb"], b["data"], b.get("trigger", "manual"), b.get("place")
            ),
            "invokes": lambda who, b: who.invokes(b["name"], b.get("value"), b["channel"], self._target(b)),
        }

    def _message(self, body: Payload) -> Message:
        found = self.channel(body["channel"]).find(str(body["id"]))
        if found is None:
            raise LookupError(f"no message {body['id']} in {body['channel']}")
        return found

    def _target(self, body: Payload) -> Message | None:
        return self._message(body) if "id" in body else None

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        person = self.add_person(body.pop("name"), body.pop("tenant", self.world.host.id), **body)
        return web.json_response({"ok": True, "id": person.id, "teams_id": person.user.teams_id})

    # Channels

    async def _add_channel(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        self.add_channel(body.pop("id"), body.pop("name"), body.pop("members"), **body)
        return web.json_response({"ok": True})

    async def _channel_changes(self, request: web.Request) -> web.StreamResponse:
        channel, verb = request.match_info["channel"], request.match_info["verb"]
        changes: dict[str, ChannelChanges] = {
            "joins": lambda place, b: self.joins(b["person"], place),
            "leaves": lambda place, b: self.leaves(b["person"], place),
            "adds_bot": lambda place, b: self.adds_bot(place, b.get("by", "maya")),
            "removes_bot": lambda place, b: self.removes_bot(place, b.get("by", "maya")),
            "deletes": lambda place, b: self.deletes_channel(place),
            "restores": lambda place, b: self.restores_channel(place),
            "renames": lambda place, b: self.renames_channel(place, b["name"]),
            "shares": lambda place, b: self.shares(place, b["tenant"]),
            "unshares": lambda place, b: self.unshares(place, b["tenant"]),
            "team_event": lambda place, b: self.team_event(b["event"], place),
        }
        if verb not in changes:
            raise LookupError(f"a channel cannot {verb!r}; there are {', '.join(changes)}")
        await changes[verb](channel, await _json(request))
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
        owners = {
            self.postman: ("request_url", "other_urls", "answer_seconds", "retry_delays", "doubles", "invokes_change"),
            self.switches: ("reads_all", "action_seconds", "refresh_every"),
            self.graph: ("allowed", "shared_too"),
            self.connector: ("guest_tenant_is_home", "reactions"),
            self.scribe: ("authors_tenant", "sends_aad_id", "tells_kind", "escapes"),
            self.world: ("graph_delay",),
            self.login: ("lifetime",),
        }
        known = {("graph_allowed" if name == "allowed" else name): (o, name) for o, ns in owners.items() for name in ns}
        if "rates" in body:
            rates = body.pop("rates")
            self.rates = Rates.unlimited() if rates is None else Rates(**rates)
        for name, value in body.items():
            if name not in known:
                raise ValueError(f"{name!r} is no setting; there are rates, {', '.join(known)}")
            owner, attribute = known[name]
            setattr(owner, attribute, value)
        return web.json_response({"ok": True})

    async def _outages(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["verb"] == "begins":
            self.goes_down()
        else:
            self.comes_back()
        return web.json_response({"ok": True})

    async def _redeliver(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        delivery = self.deliveries[int(body["number"])]
        attempt = await self.redeliver(delivery, Forgery(**body.get("forgery", {})))
        return web.json_response({"ok": True, "status": attempt.status, "failure": attempt.failure})

    async def _activities(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        delivery = await self.sends(body["activity"], **body.get("forgery", {}))
        attempt = delivery.attempts[0]
        answered = {"status": attempt.status, "failure": attempt.failure, "answer": attempt.answer}
        return web.json_response({"ok": True, **answered})

    # Records

    async def _state(self, request: web.Request) -> web.StreamResponse:
        people = [
            {"id": who.id, "name": who.name, "teams_id": who.user.teams_id, "tenant": who.user.tenant}
            for who in (self.person(key) for key in self.world.users)
        ]
        places = [
            {"id": one.id, "name": one.name, "kind": one.kind, "members": one.members, "has_bot": one.has_bot}
            for one in self.world.channels.values()
        ]
        told = {"people": people, "channels": places, "complaints": self.complaints, "calls": len(self.calls)}
        return web.json_response({"ok": True, **told, "deliveries": len(self.deliveries)})

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        """Those from `since` on, of one method, whose body has the words `says`; without tokens."""
        start, words = int(request.query.get("since", 0)), request.query.get("says", "")
        found = [
            {"number": number, **_told(call)}
            for number, call in enumerate(self.calls[start:], start)
            if request.query.get("method") in {None, call.method} and words in call.text
        ]
        return web.json_response({"ok": True, "calls": found})

    async def _standing(self, request: web.Request) -> web.StreamResponse:
        """What stands in each conversation, in short, and what only single people see."""
        places = self.world.channels.values()
        views = [
            {"person": key, "channel": place, "id": message, "card": card}
            for key, user in self.world.users.items()
            for (place, message), card in user.views.items()
        ]
        standing = {one.id: [self._short(message) for message in one.everything()] for one in places}
        return web.json_response({"ok": True, "channels": standing, "views": views})

    def _short(self, message: Message) -> Payload:
        return {
            "channel": message.conversation,
            "id": message.id,
            "thread": message.thread,
            "sender": message.sender,
            "text": message.text,
            "summary": message.summary,
            "buttons": message.buttons,
            "inputs": [str(part["value"]) for card in message.cards for part in parts_of(card) if part.get("value")],
            "edits": message.edits,
            "reacted": [kind for kind, people in message.reactions.items() if self.world.bot_id in people],
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
        found = [{"number": number, **_sent(one)} for number, one in enumerate(self.deliveries[start:], start)]
        return web.json_response({"ok": True, "deliveries": found})


def _told(call: Call) -> Payload:
    answer = None if call.method == "token" else call.answer
    hidden = {"authorization": None, "query": call.query, "answer": answer}
    shown = {one.name: getattr(call, one.name) for one in dataclasses.fields(call) if one.name not in hidden}
    return {**shown, "query": call.query, "answer": answer}


def _sent(delivery: Delivery) -> Payload:
    kept = ("at", "retry", "url", "status", "failure", "seconds", "answer")
    attempts = [{name: getattr(attempt, name) for name in kept} for attempt in delivery.attempts]
    return {"kind": delivery.kind, "activity": delivery.activity, "acked": delivery.acked, "attempts": attempts}


async def _json(request: web.Request) -> Payload:
    body = await request.json() if request.can_read_body else {}
    return dict(body)


def _guarded(handler: Handler) -> Handler:
    """The handler with the driver's own errors as answers: 409 refused by Teams, 404 not there, 400 not understood."""

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
