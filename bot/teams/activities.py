"""Activities of Teams into the vocabulary. Pure: whose people somebody is of comes as an argument.

An activity is JSON from outside: nothing in it is taken to have the shape it should have. Its thread is the
``;messageid=`` of its conversation; a message that is the root itself is in no thread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.teams import reactions
from bot.teams.menu import Menu
from bot.teams.words import attached, said
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import (
    AnyIncoming,
    Asked,
    ChannelChanged,
    HomeOpened,
    Reacted,
    Rewritten,
    Said,
)

Payload = Mapping[str, object]

PERSONAL, CHANNEL, GROUP = "personal", "channel", "group"
_KINDS = {"personal": PERSONAL, "channel": CHANNEL, "groupChat": GROUP}
_THREAD = ";messageid="
LONGEST_ZONE = 64
"""Characters of a zone's name that are kept; the longest there is has 32."""


def part(payload: object, *names: str) -> Payload:
    """The object under these names, one in the other; empty where there is none."""
    for name in names:
        payload = payload.get(name) if isinstance(payload, Mapping) else None
    return payload if isinstance(payload, Mapping) else {}


def text(payload: object, name: str) -> str:
    """The text under this name; "" where there is none."""
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return found if isinstance(found, str) else ""


def parts(payload: object, name: str) -> list[Payload]:
    """The objects of the list under this name."""
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and by whom an activity was made, as it says itself. ``conversation`` is without any thread, ``root`` the message
    its thread begins with ("" outside threads); ``who`` and ``entra`` are the person's two ids; ``layout`` is a channel's
    ("standard", "shared", "private"), "" where it is not told. ``zone`` is the one their own Teams shows, an IANA name, unchecked."""

    tenant: str
    conversation: str
    root: str
    kind: str
    who: str
    entra: str
    name: str
    bot: str
    id: str
    service_url: str
    team: str
    team_group: str
    layout: str
    channel_name: str
    zone: str = ""

    @property
    def user(self) -> str:
        """The id under which the person is known: Entra's, or Teams' own where that is missing."""
        return self.entra or self.who

    def place(self, workspace: str) -> Place:
        """The conversation as a place of the tenant ``workspace``."""
        return Place(Platform.TEAMS, workspace, self.conversation)


def scene(activity: Payload) -> Scene:
    """What every activity has."""
    conversation, sender = part(activity, "conversation"), part(activity, "from")
    data = part(activity, "channelData")
    channel, team = part(data, "channel"), part(data, "team")
    base, _, root = text(conversation, "id").partition(_THREAD)
    kind = _kind(conversation, base, bool(team or channel))
    return Scene(
        tenant=(text(part(data, "tenant"), "id") or text(conversation, "tenantId")).casefold(),
        conversation=base.partition(";")[0],
        root=root.partition(";")[0],
        kind=kind,
        who=text(sender, "id"),
        entra=text(sender, "aadObjectId"),
        name=text(sender, "name"),
        bot=text(part(activity, "recipient"), "id"),
        id=text(activity, "id"),
        service_url=text(activity, "serviceUrl"),
        team=text(team, "id"),
        team_group=text(team, "aadGroupId"),
        layout=text(channel, "type").casefold() if kind == CHANNEL else "",
        channel_name=text(channel, "name") or text(conversation, "name"),
        zone=_zone(activity),
    )


def _zone(activity: Payload) -> str:
    """The zone of whoever acted, as their own client tells it. Source: learn.microsoft.com, "Bot Framework Activity schema",
    "Local timezone"; "Get Teams context", "clientInfo"."""
    told = (each for each in parts(activity, "entities") if text(each, "type") == "clientInfo")
    return (text(activity, "localTimezone") or next((text(each, "timezone") for each in told), ""))[:LONGEST_ZONE]


def _kind(conversation: Payload, base: str, in_team: bool) -> str:
    """What sort of conversation it is. Whatever is not surely a personal chat is one that others read."""
    told = _KINDS.get(text(conversation, "conversationType"), "")
    alone = not in_team and conversation.get("isGroup") is not True and not base.startswith("19:")
    if told == PERSONAL or not told:
        return PERSONAL if alone and (told or base.startswith("a:")) else CHANNEL if in_team else GROUP
    return told


def message(
    activity: Payload,
    where: Scene,
    actor: Account,
    workspace: str,
    people: Mapping[str, str],
    menu: Menu,
    *,
    own: bool = True,
) -> AnyIncoming | None:
    """A message somebody wrote; None where nothing was written to us. ``people`` are the mentioned ones' user ids, by the
    ids Teams mentions them with. ``own``: they are of one of our tenants, and so have a Home.

    In the personal chat every word is for the bot and needs no mention: it is a direct message, Home asked for by name, or
    the root command with nothing after it.
    """
    if "value" in activity or not where.id:
        return None  # a card of another maker that sends what was typed as a message
    heard = said(activity, where.bot, people)
    alone = where.kind == PERSONAL
    words = menu.without_command(heard.words) if alone or heard.to_the_bot else heard.words
    unique, place = f"teams:message:{workspace}:{where.conversation}:{where.id}", where.place(workspace)
    told = {"actor_name": where.name, "request": f"teams:message:{where.id}"}
    if (alone or heard.to_the_bot) and own and menu.asks_for_home(words):
        return HomeOpened(unique, actor, place if alone else None, **told)
    if heard.to_the_bot and not alone:
        return Asked(unique, actor, place, words, True, thread_of(where), where.id, **told)
    pictures, files = (0, ()) if alone else attached(activity)
    if words or pictures or files:
        thread = heard.quoted or None if alone else thread_of(where)
        return Said(unique, actor, place, words, where.id, thread, alone, pictures, files, **told)
    addressed = alone and (heard.to_the_bot or bool(heard.words))
    return Asked(unique, actor, place, "", True, None, where.id, **told) if addressed else None


def rewritten(
    activity: Payload, where: Scene, actor: Account, workspace: str, people: Mapping[str, str]
) -> Rewritten | None:
    """A message in a channel's thread that somebody changed or deleted; None for any other. One that is put back reads as
    changed."""
    thread = thread_of(where)
    if where.kind == PERSONAL or not where.id or thread is None:
        return None
    deleted = text(activity, "type") == "messageDelete"
    words, (pictures, files) = said(activity, where.bot, people).words, attached(activity)
    by = (str(deleted), words, str(pictures), *files, text(activity, "timestamp"))
    unique = digest("rewritten", workspace, where.conversation, where.id, *by)
    place, told = where.place(workspace), {"actor_name": where.name, "request": unique}
    return Rewritten(unique, actor, place, words, where.id, thread, deleted, pictures, files, **told)


def thread_of(where: Scene) -> str | None:
    """The root of the thread a message stands in; None outside threads, and for a root itself."""
    return where.root if where.root and where.root != where.id else None


def emoji(activity: Payload, where: Scene, actor: Account, workspace: str) -> list[Reacted]:
    """Reactions put on a message or taken off it."""
    on = text(activity, "replyToId") or where.root
    done = [(each, False) for each in parts(activity, "reactionsAdded")]
    done += [(each, True) for each in parts(activity, "reactionsRemoved")]
    if not on:
        return []
    place, by = where.place(workspace), f"{where.user}:{text(activity, 'timestamp')}"
    found = []
    for each, removed in done:
        name = reactions.ours(text(each, "type"))
        unique = digest("reaction", workspace, where.conversation, on, where.id or by, name, str(removed))
        found.append(
            Reacted(unique, actor, place, name, on, removed, actor_name=where.name, request=unique) if name else None
        )
    return [each for each in found if each is not None]


def changed(where: Scene, actor: Account, workspace: str, conversation: str, change: str, by: str) -> ChannelChanged:
    """A channel that changed; ``by`` is the activity that told."""
    place = Place(Platform.TEAMS, workspace, conversation)
    unique = digest("channel", workspace, conversation, change, by)
    return ChannelChanged(unique, actor, place, change, request=unique)


def digest(kind: str, *things: str) -> str:
    """An event's id: ids and what was typed are digested together: words never become part of an id."""
    joined = json.dumps(things, ensure_ascii=True)
    return f"teams:{kind}:{hashlib.sha256(joined.encode()).hexdigest()[:40]}"
