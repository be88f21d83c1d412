"""What of Microsoft Graph a bot needs: channel messages and their replies, with resource-specific consent."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.standins.teams.cards import CARD_TYPE
from tests.standins.teams.login import GRAPH_AUDIENCE
from tests.standins.teams.service import Answer, Call, Desk, Refusal, Work
from tests.standins.teams.world import Channel, Message, Payload, World, stamp

MOST = 50
USUAL = 20


class Graph:
    """Reading back. `allowed`: whether somebody consented to ChannelMessage.Read.Group; shared channels too, or not."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk
        self.allowed = False
        self.shared_too = True
        self.url = ""

    def routes(self) -> list[web.RouteDef]:
        """All of it, also under /by/{caller}/."""
        place = "/v1.0/teams/{group}/channels/{conversation}/messages"
        table: list[tuple[str, str, Work]] = [
            (place, "graph.messages", self.messages),
            (f"{place}/{{id}}", "graph.message", self.message),
            (f"{place}/{{id}}/replies", "graph.replies", self.replies),
            (f"{place}/{{id}}/replies/{{reply}}", "graph.message", self.message),
        ]
        return [
            web.get(prefix + path, self._taking(method, work))
            for prefix in ("/graph", "/by/{caller}/graph")
            for path, method, work in table
        ]

    def _taking(self, method: str, work: Work) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            own = {GRAPH_AUDIENCE, self.url, f"{self.url}/"}
            return await self.desk.taking(method, work, own)(request)  # type: ignore[no-any-return]

        return handle

    async def messages(self, call: Call) -> Answer:
        """Messages outside threads, newest first."""
        return self._page(call, self._place(call).messages())

    async def replies(self, call: Call) -> Answer:
        """The replies to a message, newest first."""
        place = self._place(call)
        return self._page(call, place.thread(self._found(place, call.args["id"]).id))

    async def message(self, call: Call) -> Answer:
        """One message or reply."""
        place = self._place(call)
        found = self._found(place, call.args.get("reply") or call.args["id"])
        return Answer(200, self._shown(place, found))

    def _place(self, call: Call) -> Channel:
        place = self.world.channels.get(unquote(call.args["channel"]))
        team = self.world.teams.get(place.team) if place is not None else None
        if place is None or team is None or team.group != call.args["group"] or place.deleted:
            raise Refusal(404, "NotFound", "No channel found.")
        if not self.allowed or not place.has_bot or (place.kind == "shared" and not self.shared_too):
            raise Refusal(403, "Forbidden", "Missing role permissions on the request. ChannelMessage.Read.Group")
        return place

    def _found(self, place: Channel, message_id: str) -> Message:
        found = place.find(unquote(message_id))
        if found is None or found.deleted or found.visible_at > time.monotonic():
            raise Refusal(404, "NotFound", "Message not found.")
        return found

    def _page(self, call: Call, messages: list[Message]) -> Answer:
        top, skip = int(call.query.get("$top", USUAL)), int(call.query.get("$skiptoken", 0))
        if not 1 <= top <= MOST:
            raise Refusal(400, "BadRequest", f"Invalid value for $top: {top}")
        now = time.monotonic()
        seen = sorted((one for one in messages if one.visible_at <= now), key=lambda one: -int(one.id))
        place = self._place(call)
        body: Payload = {"value": [self._shown(place, one) for one in seen[skip : skip + top]]}
        body["@odata.count"] = len(body["value"])
        if skip + top < len(seen):
            here = f"{self.url}/v1.0/teams/{call.args['group']}/channels/{place.id}/messages"
            here += f"/{call.args['id']}/replies" if "id" in call.args else ""
            body["@odata.nextLink"] = f"{here}?$top={top}&$skiptoken={skip + top}"
        return Answer(200, body)

    def _shown(self, place: Channel, message: Message) -> Payload:
        attached = []
        marks = []
        for number, one in enumerate(message.payload.get("attachments") or []):
            if one.get("contentType") == CARD_TYPE:
                attached.append({"id": str(number), "contentType": CARD_TYPE, "content": _json(one.get("content"))})
                marks.append(f'<attachment id="{number}"></attachment>')
        html = next(
            (o["content"] for o in message.payload.get("attachments") or [] if o.get("contentType") == "text/html"), ""
        )
        return {
            "id": message.id,
            "replyToId": message.thread,
            "etag": f"{message.id}{message.edits}",
            "messageType": "message",
            "createdDateTime": stamp(message.at),
            "lastEditedDateTime": stamp(message.at) if message.edits else None,
            "deletedDateTime": None,
            "summary": message.summary or None,
            "channelIdentity": {"teamId": self.world.teams[place.team].group, "channelId": place.id},
            "from": self._author(message),
            "body": {
                "contentType": "html",
                "content": html + str(message.payload.get("text") or "") * (not html) + "".join(marks),
            },
            "attachments": attached,
            "mentions": [],
            "reactions": [],
        }

    def _author(self, message: Message) -> Payload:
        if message.sender == self.world.bot_id:
            bot = {"id": self.world.client_id, "displayName": self.world.bot_name, "applicationIdentityType": "bot"}
            return {"application": bot, "user": None, "device": None}
        user = self.world.user(message.sender)
        name, tenant = (user.name, user.lives_in) if user is not None else ("", None)
        shown = {"id": message.sender, "displayName": name, "userIdentityType": "aadUser", "tenantId": tenant}
        return {"application": None, "user": shown, "device": None}


def _json(content: Any) -> str:
    """Graph gives a card's content as text."""
    return json.dumps(content, ensure_ascii=False)
