"""The Bot Connector: conversations, activities, member lists, reactions, teams. Everything lies under the service URL."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.standins.teams.card_rules import card_problems
from tests.standins.teams.cards import CARD_TYPE
from tests.standins.teams.service import Answer, Call, Desk, Refusal, Work
from tests.standins.teams.world import Channel, Message, Payload, User, World

MOST_UTF16_BYTES = 80 * 1024
"""A message's size in UTF-16. Source: learn.microsoft.com, "Format your bot messages"."""
MAY_BE_EMPTY = {"typing"}
PAGE = 200


class Connector:
    """What the bot may do in conversations.

    `guest_tenant_is_home`: member lists name a guest's home tenant, not that in which they are a guest; sources are silent.
    `reactions`: whether the connector knows reactions.
    """

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk
        self.guest_tenant_is_home = False
        self.reactions = True
        self.complaints: list[str] = []
        self.service_url = ""

    def routes(self) -> list[web.RouteDef]:
        """All of it, also under /by/{caller}/."""
        place = "/v3/conversations/{conversation}"
        table: list[tuple[str, str, str, Work]] = [
            ("POST", "/v3/conversations", "create", self.create),
            ("POST", f"{place}/activities", "post", self.post),
            ("POST", f"{place}/activities/{{id}}", "post", self.post),
            ("PUT", f"{place}/activities/{{id}}", "update", self.update),
            ("DELETE", f"{place}/activities/{{id}}", "delete", self.delete),
            ("GET", f"{place}/members", "members", self.members),
            ("GET", f"{place}/pagedmembers", "members", self.paged_members),
            ("GET", f"{place}/pagedMembers", "members", self.paged_members),
            ("GET", f"{place}/members/{{member}}", "member", self.member),
            ("GET", f"{place}/activities/{{id}}/members", "members", self.members),
            ("PUT", f"{place}/activities/{{id}}/reactions/{{reaction}}", "react", self.react),
            ("DELETE", f"{place}/activities/{{id}}/reactions/{{reaction}}", "unreact", self.unreact),
            ("GET", "/v3/teams/{team}", "team", self.team),
            ("GET", "/v3/teams/{team}/conversations", "team", self.team_channels),
        ]
        return [
            web.route(verb, prefix + path, self.desk.taking(method, work))
            for prefix in ("/teams", "/by/{caller}/teams")
            for verb, path, method, work in table
        ]

    # Activities

    async def post(self, call: Call) -> Answer:
        """A message at the top level or, with `;messageid=`, in a thread; `replyToId` in the body alone changes nothing."""
        activity, place = self._activity(call), self._place(call)
        if activity.get("type") in MAY_BE_EMPTY:
            return Answer(202, {})
        root = call.args.get("thread")
        if root is not None and place.find(root) is None:
            raise Refusal(404, "ActivityNotFoundInConversation", f"There is no message {root}.")
        message = self.world.store(place, self.world.bot_id, activity, self._root(place, root), self.desk.late)
        call.made = message.id
        return Answer(201, {"id": message.id})

    async def update(self, call: Call) -> Answer:
        """The bot's own message changes; everybody sees the same again."""
        activity, message = self._activity(call), self._message(call)
        if message.sender != self.world.bot_id:
            raise Refusal(403, "ForbiddenOperationException", "The bot can edit only its own messages.")
        message.payload, message.edits = {**activity}, message.edits + 1
        self.world.forget_views(message)
        call.made = message.id
        return Answer(200, {"id": message.id})

    async def delete(self, call: Call) -> Answer:
        """The bot's own message goes."""
        message = self._message(call)
        if message.sender != self.world.bot_id:
            raise Refusal(403, "ForbiddenOperationException", "The bot can delete only its own messages.")
        message.deleted = True
        return Answer(200, {})

    def _activity(self, call: Call) -> Payload:
        body = call.body
        if not isinstance(body, dict):
            raise Refusal(400, "BadSyntax", "The body is no JSON object.")
        if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le")) > MOST_UTF16_BYTES:
            raise Refusal(413, "MessageSizeTooBig", "Message size too large.")
        kind = body.get("type")
        if kind not in {"message", *MAY_BE_EMPTY}:
            raise Refusal(400, "BadSyntax", f"Activities of type {kind!r} cannot be sent.")
        if kind == "message" and not body.get("text") and not body.get("attachments"):
            raise Refusal(400, "BadSyntax", "A message needs text or attachments.")
        for attachment in body.get("attachments") or []:
            if attachment.get("contentType") == CARD_TYPE and (problems := card_problems(attachment.get("content"))):
                raise Refusal(400, "BadArgument", "Unable to process the card: " + "; ".join(problems[:5]))
        self._looks_at_mentions(body)
        return body

    def _looks_at_mentions(self, body: Payload) -> None:
        """Teams shows a mention of nobody, or one that stands nowhere, as plain words: worth a complaint."""
        cards = [
            one.get("content") or {} for one in body.get("attachments") or [] if one.get("contentType") == CARD_TYPE
        ]
        found = [(_words(card), (card.get("msteams") or {}).get("entities")) for card in cards]
        for words, entities in [(str(body.get("text")), body.get("entities")), *found]:
            for one in entities or []:
                who = str((one.get("mentioned") or {}).get("id"))
                if one.get("type") != "mention" or who == self.world.bot_id:
                    continue
                if json.dumps(str(one.get("text")), ensure_ascii=False)[1:-1] not in words:
                    self.complaints.append(f"the mention {one.get('text')!r} stands nowhere in its message")
                if self.world.user(who) is None:
                    self.complaints.append(f"a mention of {who!r}, whom nobody knows")

    def _place(self, call: Call) -> Channel:
        place = self.world.channels.get(unquote(call.args["channel"]))
        if place is None or place.deleted:
            raise Refusal(404, "ConversationNotFound", "Conversation not found.")
        blocked = place.kind == "personal" and self._owner(place).blocked
        if blocked:
            raise Refusal(403, "MessageWritesBlocked", "Thread is blocked from message writes.")
        if not place.has_bot:
            raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return place

    def _owner(self, place: Channel) -> User:
        owner = self.world.user(place.members[0])
        assert owner is not None
        return owner

    def _root(self, place: Channel, message_id: str | None) -> str | None:
        found = place.find(message_id) if message_id else None
        return None if found is None else found.thread or found.id

    def _message(self, call: Call) -> Message:
        found = self._place(call).find(call.args["id"])
        if found is None or found.deleted:
            raise Refusal(404, "ActivityNotFoundInConversation", "The message is not there.")
        return found

    # Conversations

    async def create(self, call: Call) -> Answer:
        """A personal chat with one person of the bot's own tenant, or a new thread of a channel."""
        body = call.body if isinstance(call.body, dict) else {}
        data = body.get("channelData") or {}
        if (data.get("channel") or {}).get("id"):
            return self._new_thread(call, body, str(data["channel"]["id"]))
        members = body.get("members") or []
        if len(members) != 1 or body.get("isGroup"):
            raise Refusal(400, "BadArgument", "Bots can open a chat with one person only.")
        tenant = body.get("tenantId") or (data.get("tenant") or {}).get("id")
        if not tenant:
            raise Refusal(400, "BadSyntax", "Invalid or missing tenant id.")
        user = self._reachable(str(members[0].get("id")), str(tenant))
        place = self.world.personal(user)
        made = {"id": place.id, "serviceUrl": self.service_url}
        if body.get("activity"):
            message = self.world.store(place, self.world.bot_id, self._activity_in(body["activity"]))
            made["activityId"] = call.made = message.id
        return Answer(201, made)

    def _reachable(self, reference: str, tenant: str) -> User:
        user = self.world.user(reference)
        if user is None or user.deleted:
            raise Refusal(404, "NotFound", "The user was not found.")
        if user.tenant != tenant or user.lives_in != self.world.host.id or user.guest_of is not None:
            raise Refusal(403, "ForbiddenOperationException", "The user is not of the bot's tenant.")
        if not user.installed:
            raise Refusal(403, "ForbiddenOperationException", "The bot is not installed in the user's personal scope.")
        return user

    def _new_thread(self, call: Call, body: Payload, channel: str) -> Answer:
        call.args["channel"] = channel
        place = self._place(call)
        message = self.world.store(place, self.world.bot_id, self._activity_in(body.get("activity")))
        call.made = message.id
        return Answer(201, {"id": f"{place.id};messageid={message.id}", "activityId": message.id})

    def _activity_in(self, activity: Any) -> Payload:
        return self._activity(Call("create", {}, activity))

    # Who is there

    async def members(self, call: Call) -> Answer:
        """Everybody in the conversation; in a personal chat the one person."""
        return Answer(200, [self._shown(one) for one in self._people(call)])

    async def paged_members(self, call: Call) -> Answer:
        """A page of them; the next with `continuationToken`."""
        size, start = int(call.query.get("pageSize") or PAGE), int(call.query.get("continuationToken") or 0)
        people = self._people(call)
        page: Payload = {"members": [self._shown(one) for one in people[start : start + size]]}
        if start + size < len(people):
            page["continuationToken"] = str(start + size)
        return Answer(200, page)

    async def member(self, call: Call) -> Answer:
        """One person, by Teams id or Entra object id."""
        wanted = self.world.user(unquote(call.args["member"]))
        if wanted is None or wanted not in self._people(call):
            raise Refusal(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return Answer(200, self._shown(wanted))

    def _people(self, call: Call) -> list[User]:
        found = [self.world.user(one) for one in self._place(call).members]
        return [one for one in found if one is not None and not one.deleted]

    def _shown(self, user: User) -> Payload:
        return self.world.roster(user, self.guest_tenant_is_home)

    # Reactions

    async def react(self, call: Call) -> Answer:
        """The bot reacts."""
        self._has_reactions()
        people = self._message(call).reactions.setdefault(unquote(call.args["reaction"]), [])
        if self.world.bot_id not in people:
            people.append(self.world.bot_id)
        return Answer(200, {})

    async def unreact(self, call: Call) -> Answer:
        """The bot takes its reaction away."""
        self._has_reactions()
        people = self._message(call).reactions.get(unquote(call.args["reaction"]), [])
        if self.world.bot_id in people:
            people.remove(self.world.bot_id)
        return Answer(200, {})

    def _has_reactions(self) -> None:
        if not self.reactions:
            raise Refusal(405, "MethodNotAllowed", "The requested resource does not support this method.")

    # Teams

    async def team(self, call: Call) -> Answer:
        """What is known of a team."""
        team = self.world.teams.get(unquote(call.args["team"]))
        if team is None:
            raise Refusal(404, "NotFound", "Team not found.")
        channels = [one for one in self.world.channels.values() if one.team == team.id and not one.deleted]
        people = {member for one in channels for member in one.members}
        return Answer(
            200,
            {
                "id": team.id,
                "name": team.name,
                "aadGroupId": team.group,
                "tenantId": team.tenant,
                "type": "standard",
                "channelCount": len(channels),
                "memberCount": len(people),
            },
        )

    async def team_channels(self, call: Call) -> Answer:
        """The team's channels in which the bot is, with their kind."""
        team = self.world.teams.get(unquote(call.args["team"]))
        if team is None:
            raise Refusal(404, "NotFound", "Team not found.")
        channels = [one for one in self.world.channels.values() if one.team == team.id and not one.deleted]
        return Answer(200, {"conversations": [{"id": one.id, "name": one.name, "type": one.kind} for one in channels]})


def _words(card: Payload) -> str:
    """What stands on the card, beside the entities that belong to it."""
    return json.dumps({name: part for name, part in card.items() if name != "msteams"}, ensure_ascii=False)
