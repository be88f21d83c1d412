"""Activities as Teams writes them, from what happens in the world."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.standins.teams.world import Channel, Message, Payload, User, World, stamp

AT = re.compile(r"<at>(.*?)</at>", re.DOTALL)


class Scribe:
    """Writes activities. `authors_tenant`: `channelData.tenant` names the author's tenant in a shared channel, not the host's;
    sources are silent. `sends_aad_id`: `from` bears the Entra object id."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.service_url = ""
        self.authors_tenant = False
        self.sends_aad_id = True

    def frame(self, kind: str, place: Channel, user: User | None, root: str | None, **fields: Any) -> Payload:
        """What every activity has. `root`: the thread in a channel."""
        world = self.world
        now = stamp(world.clock())
        written: Payload = {
            "type": kind,
            "id": f"f:{world.new_name('')}",
            "timestamp": now,
            "localTimestamp": now,
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "conversation": self._conversation(place, root),
            "recipient": {"id": world.bot_id, "name": world.bot_name},
            "channelData": self.channel_data(place, user),
        }
        if user is not None:
            written |= {"from": self.account(user), "locale": user.locale, "localTimezone": user.timezone}
        return {**written, **fields}

    def account(self, user: User) -> Payload:
        """A person in `from` and member lists of events."""
        named: Payload = {"id": user.teams_id, "name": user.name}
        return {**named, "aadObjectId": user.aad_id} if user.aad_id and self.sends_aad_id else named

    def _conversation(self, place: Channel, root: str | None) -> Payload:
        if place.kind == "personal":
            return {"conversationType": "personal", "tenantId": self.world.host.id, "id": place.id}
        shown = f"{place.id};messageid={root}" if root else place.id
        return {"isGroup": True, "conversationType": "channel", "tenantId": self.world.host.id, "id": shown}

    def channel_data(self, place: Channel, user: User | None, event: str | None = None) -> Payload:
        """Where it happened."""
        theirs = user is not None and self.authors_tenant and place.kind == "shared"
        tenant = user.lives_in if theirs and user is not None else self.world.host.id
        data: Payload = {"tenant": {"id": tenant}}
        if place.kind != "personal":
            team = self.world.teams[place.team]
            data |= {
                "teamsChannelId": place.id,
                "teamsTeamId": team.id,
                "channel": {"id": place.id, "name": place.name, "type": place.kind},
                "team": {"id": team.id, "name": team.name, "aadGroupId": team.group},
            }
        return {**data, "eventType": event} if event else data

    def message(self, place: Channel, message: Message, user: User) -> Payload:
        """A message of a person, as the bot gets it."""
        body = message.payload
        written = self.frame(
            "message",
            place,
            user,
            None if place.kind == "personal" else message.thread or message.id,
            id=message.id,
            timestamp=stamp(message.at),
            text=body["text"],
            textFormat="plain",
            entities=[*body["entities"], self._client(user)],
            attachments=body["attachments"],
        )
        if "value" in body:
            written |= {"value": body["value"], "replyToId": body.get("replyToId")}
        return written

    def _client(self, user: User) -> Payload:
        told = {"locale": user.locale, "country": user.locale[-2:], "platform": "Web", "timezone": user.timezone}
        return {"type": "clientInfo", **told}

    def typed(self, text: str) -> Payload:
        """What Teams makes of typed words: text with its mentions as entities, and the same as HTML."""
        entities = []
        for name in AT.findall(text):
            found = self._named(name)
            if found is not None:
                entities.append({"type": "mention", "mentioned": found, "text": f"<at>{name}</at>"})
        parts = AT.split(text)
        shown = "".join(
            f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="{number // 2}">{html.escape(part)}</span>'
            if number % 2
            else html.escape(part, quote=False)
            for number, part in enumerate(parts)
        )
        content = f"<p>{shown}</p>".replace("\n", "<br>")
        return {
            "type": "message",
            "text": text,
            "entities": entities,
            "attachments": [{"contentType": "text/html", "content": content}],
        }

    def _named(self, name: str) -> Payload | None:
        if name == self.world.bot_name:
            return {"id": self.world.bot_id, "name": name}
        for user in self.world.users.values():
            if user.name == name:
                return {"id": user.teams_id, "name": name}
        return None

    def invoke(self, name: str, place: Channel, user: User, message: Message | None, value: Any) -> Payload:
        """An invoke; of a card, if it was one of this message."""
        root = None if place.kind == "personal" or message is None else message.thread or message.id
        written = self.frame("invoke", place, user, root, name=name, value=value)
        if message is not None:
            written["replyToId"] = message.id
            written["channelData"]["source"] = {"name": "message"}
            written["channelData"]["legacy"] = {"replyToId": message.id}
        return written

    def reaction(self, place: Channel, message: Message, user: User, kind: str, added: bool) -> Payload:
        """Somebody reacted to a message of the bot, or took it back."""
        root = None if place.kind == "personal" else message.thread or message.id
        field = "reactionsAdded" if added else "reactionsRemoved"
        return self.frame("messageReaction", place, user, root, replyToId=message.id, **{field: [{"type": kind}]})

    def update(self, place: Channel, user: User | None, event: str | None, **fields: Any) -> Payload:
        """A conversationUpdate; `event` is channelData's eventType."""
        written = self.frame("conversationUpdate", place, user, None, **fields)
        written["channelData"] = self.channel_data(place, None, event)
        return written

    def changed(self, kind: str, place: Channel, message: Message, user: User, event: str) -> Payload:
        """A message was edited, deleted or restored (messageUpdate, messageDelete)."""
        written = self.message(place, message, user) | {"type": kind}
        written["channelData"] = self.channel_data(place, user, event)
        return written
