"""Activities as Teams writes them, from what happens in the world."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.standins.teams.world import Channel, Message, Payload, User, World, stamp

AT = re.compile(r"<at>(.*?)</at>", re.DOTALL)


class Scribe:
    """Writes activities.

    Sources are silent or differ about these: `authors_tenant`: `channelData.tenant` names the author's tenant in a shared
    channel, not the host's. `sends_aad_id`: `from` bears the Entra object id. `tells_kind`: what people do in a channel says
    which kind of channel it is, beside its id; what happens to a channel always does. `escapes`: words come as Teams' own
    markup has them, with `&lt;`, `&nbsp;` and a line's end.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.service_url = ""
        self.authors_tenant = False
        self.sends_aad_id = True
        self.tells_kind = False
        self.escapes = False

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

    def channel_data(self, place: Channel, user: User | None) -> Payload:
        """Where somebody wrote, pressed or reacted: bare ids."""
        theirs = user is not None and self.authors_tenant and place.kind == "shared"
        tenant = user.lives_in if theirs and user is not None else self.world.host.id
        data: Payload = {"tenant": {"id": tenant}}
        if place.kind != "personal":
            kind = {"type": place.kind} if self.tells_kind else {}
            data |= {
                "teamsChannelId": place.id,
                "teamsTeamId": place.team,
                "channel": {"id": place.id, **kind},
                "team": {"id": place.team},
            }
        return data

    def event_data(self, place: Channel, event: str | None, with_channel: bool = True) -> Payload:
        """What happened to a channel, a team or the bot: with names, the channel's kind and the team's group."""
        data: Payload = {"tenant": {"id": self.world.host.id}}
        if event:
            data["eventType"] = event
        if place.kind != "personal":
            team = self.world.teams[place.team]
            data["team"] = {"id": team.id, "name": team.name, "aadGroupId": team.group}
            if with_channel:
                data["channel"] = {"id": place.id, "name": place.name, "type": place.kind}
        return data

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
        shown = "".join(
            f'<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="{number // 2}">{html.escape(part)}</span>'
            if number % 2
            else html.escape(part, quote=False).replace(" ", "&nbsp;", 1 if number else 0)
            for number, part in enumerate(AT.split(text))
        )
        return {
            "type": "message",
            "text": _escaped(text) if self.escapes else text,
            "entities": entities,
            "attachments": [{"contentType": "text/html", "content": f"<p>{shown}</p>".replace("\n", "<br>")}],
        }

    def quoting(self, payload: Payload, message: Message) -> Payload:
        """The same words as an answer to ``message``: where there are no threads, Teams puts what is answered before them."""
        shown = (message.summary or message.text).splitlines()[0][:60]
        quote = (
            f'<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="{message.id}">'
            f'<strong itemprop="mri" itemid="{message.sender}"></strong><span itemprop="time" itemid="{message.id}"></span>'
            f'<p itemprop="preview">{html.escape(shown)}</p></blockquote>'
        )
        (rich,) = payload["attachments"]
        return {
            **payload,
            "text": f"{shown}\n\n{payload['text']}",
            "attachments": [{**rich, "content": quote + rich["content"]}],
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

    def update(
        self, place: Channel, user: User | None, event: str | None, *, of_team: bool = False, **fields: Any
    ) -> Payload:
        """A conversationUpdate; `event` is channelData's eventType.

        `of_team`: it concerns the team as a whole, so that the conversation is the team's (its first channel) and no channel
        is named. Source: learn.microsoft.com, "Conversation events": the id is the team's but for the bot's coming.
        """
        written = self.frame("conversationUpdate", place, user, None, **fields)
        standard = place.kind in {"standard", "private"}
        if of_team or (standard and event and event.startswith("channel")):
            written["conversation"]["id"] = place.team
        written["channelData"] = self.event_data(place, event, with_channel=not of_team)
        return written

    def installation(self, place: Channel, user: User, action: str) -> Payload:
        """An installationUpdate: the bot was added or removed."""
        written = self.frame("installationUpdate", place, user, None, action=action)
        written["channelData"] = self.event_data(place, None, with_channel=place.kind == "shared")
        if place.kind != "personal":
            written["channelData"]["settings"] = {"selectedChannel": {"id": place.id}}
        return written

    def changed(self, kind: str, place: Channel, message: Message, user: User, event: str) -> Payload:
        """A message was edited, deleted or restored (messageUpdate, messageDelete)."""
        written = self.message(place, message, user) | {"type": kind}
        written["channelData"] = {**self.channel_data(place, user), "eventType": event}
        return written


def _escaped(text: str) -> str:
    """Words as the text of Teams' markup: mentions stay tags."""
    parts = AT.split(text)
    return (
        "".join(
            f"<at>{part}</at>"
            if number % 2
            else html.escape(part, quote=False).replace(" ", "&nbsp;", 1 if number else 0)
            for number, part in enumerate(parts)
        )
        + "\n"
    )
