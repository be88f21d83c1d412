"""Events API payloads into the vocabulary. Pure: who the bot is comes as an argument.

Identity: the author's own workspace is what the event says of the author (``user_team``, ``source_team``, the
profile's team, ``team``); only where none is given *and* the channel is not shared may the host's be assumed. In a
shared channel an author without a team stays without a workspace, and is then nobody we know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.identity import Identity
from bot.slack.words import mentions, plain, without_mention
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, ChannelChanged, HomeOpened, Reacted, Rewritten, Said

Payload = Mapping[str, Any]

KEPT_SUBTYPES = (None, "", "thread_broadcast", "file_share", "me_message")
"""Messages a person wrote. All others tell of joins and bots; edits and deletions are read apart."""


def event(body: Payload, us: Identity) -> AnyIncoming | None:
    """What an ``event_callback`` says, or None when it is not for us: own words, other bots, unknown types."""
    inner = body.get("event") or {}
    read = READERS.get(inner.get("type", ""))
    return read(body, inner, us) if read else None


def host_of(body: Payload, us: Identity) -> str:
    """The workspace that installed the app: the outer ``team_id`` may be the other company's."""
    authorizations = body.get("authorizations") or [{}]
    return authorizations[0].get("team_id") or us.team


def named_in(body: Payload) -> Identity:
    """The bot as the event names it, for the events that come when its token is dead already."""
    authorization = (body.get("authorizations") or [{}])[0]
    team = authorization.get("team_id") or body.get("team_id") or ""
    return Identity(team, authorization.get("user_id") or "", "")


def author_workspace(body: Payload, inner: Payload, us: Identity) -> str:
    """The workspace of the person who caused the event; "" when it cannot be told."""
    profile = inner.get("user_profile") or {}
    said = inner.get("user_team") or inner.get("source_team") or profile.get("team") or inner.get("team")
    if said:
        return str(said)
    return "" if body.get("is_ext_shared_channel") else host_of(body, us)


def _slack(workspace: str, user: str) -> Account:
    return Account(Platform.SLACK, workspace, user)


def _place(body: Payload, channel: str, us: Identity) -> Place:
    return Place(Platform.SLACK, host_of(body, us), channel)


def _event_id(body: Payload, inner: Payload) -> str:
    """Slack's own id; without one, what stays the same when the event is sent again."""
    fallback = f"{inner.get('type')}:{inner.get('channel')}:{inner.get('event_ts')}"
    return f"slack:event:{body.get('event_id') or fallback}"


def _is_from_a_bot(inner: Payload, us: Identity) -> bool:
    return bool(
        inner.get("bot_id") or inner.get("bot_profile") or inner.get("user") in (None, "", us.bot_user, "USLACKBOT")
    )


def _message(body: Payload, inner: Payload, us: Identity) -> Asked | Said | Rewritten | None:
    """A message or a mention. Slack sends a mention as both; both get one id, so that it is handled once."""
    if inner.get("subtype") in ("message_changed", "message_deleted"):
        return _rewritten(body, inner, us)
    if inner.get("subtype") not in KEPT_SUBTYPES or inner.get("hidden") or _is_from_a_bot(inner, us):
        return None
    channel, ts, text = inner["channel"], inner["ts"], inner.get("text") or ""
    thread = inner.get("thread_ts")
    thread = thread if thread != ts else None
    actor = _slack(author_workspace(body, inner, us), inner["user"])
    name = _shown_name(inner)
    place = _place(body, channel, us)
    if inner["type"] == "app_mention" or mentions(text, us.bot_user):
        words = plain(without_mention(text, us.bot_user))
        mention_id = f"slack:mention:{channel}:{ts}"
        return Asked(mention_id, actor, place, words, True, thread, ts, actor_name=name, request=mention_id)
    direct = inner.get("channel_type") == "im"
    said_id = _event_id(body, inner)
    pictures, files = _attached(inner)
    return Said(
        said_id, actor, place, plain(text), ts, thread, direct, pictures, files, actor_name=name, request=said_id
    )


def _rewritten(body: Payload, inner: Payload, us: Identity) -> Rewritten | None:
    """A person's message in a thread that they changed or deleted. Slack tells of unfurled links and of a root's new replies the
    same way: what reads as before was not changed."""
    before, deleted = inner.get("previous_message") or {}, inner["subtype"] == "message_deleted"
    now = before if deleted else inner.get("message") or {}
    thread, ts = now.get("thread_ts"), str(now.get("ts") or "")
    changed = deleted or (now.get("text"), _attached(now)) != (before.get("text"), _attached(before))
    if not changed or not thread or thread == ts or now.get("subtype") not in KEPT_SUBTYPES or _is_from_a_bot(now, us):
        return None
    unique, (pictures, files) = _event_id(body, inner), _attached(now)
    words = plain(without_mention(now.get("text") or "", us.bot_user))
    return Rewritten(
        unique,
        _slack(author_workspace(body, now, us), now["user"]),
        _place(body, inner["channel"], us),
        words,
        ts,
        thread,
        deleted,
        pictures,
        files,
        request=unique,
    )


def _attached(inner: Payload) -> tuple[int, tuple[str, ...]]:
    """How many pictures came with a message, and the names of its other files; a file Slack tells nothing of has none."""
    files = [each for each in inner.get("files") or () if isinstance(each, Mapping)]
    pictures = [each for each in files if str(each.get("mimetype") or "").startswith("image/")]
    others = [each for each in files if each not in pictures]
    return len(pictures), tuple(str(each.get("name") or each.get("title") or "") for each in others)


def _shown_name(inner: Payload) -> str:
    profile = inner.get("user_profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or "")


def _reaction(body: Payload, inner: Payload, us: Identity) -> Reacted | None:
    item = inner.get("item") or {}
    if item.get("type") != "message" or inner.get("user") in (None, us.bot_user):
        return None
    return Reacted(
        _event_id(body, inner),
        _slack(author_workspace(body, inner, us), inner["user"]),
        _place(body, item["channel"], us),
        inner.get("reaction", ""),
        item["ts"],
        inner["type"] == "reaction_removed",
        request=_event_id(body, inner),
    )


def _home(body: Payload, inner: Payload, us: Identity) -> HomeOpened | None:
    """The Home tab only. People of other companies see none, whatever is published: for them nothing is attempted."""
    if inner.get("tab") != "home" or inner.get("user") in (None, us.bot_user):
        return None
    host, unique = host_of(body, us), _event_id(body, inner)
    theirs = (inner.get("view") or {}).get("team_id") or body.get("team_id") or host
    return HomeOpened(unique, _slack(host, inner["user"]), None, request=unique) if theirs == host else None


def _changed(
    body: Payload, inner: Payload, us: Identity, change: str, channel: str | None, new: str = ""
) -> ChannelChanged:
    """``channel`` None means every channel of the workspace. Where no person did it, the actor is the bot itself."""
    person = inner.get("inviter")
    actor = _slack(_inviters_workspace(body, us), person) if person else _slack(host_of(body, us), us.bot_user)
    place = _place(body, channel, us) if channel else None
    event_id = _event_id(body, inner)
    return ChannelChanged(event_id, actor, place, change, new, request=event_id)


def _inviters_workspace(body: Payload, us: Identity) -> str:
    """``team`` of a join is the joining bot's, so it says nothing of the inviter."""
    return "" if body.get("is_ext_shared_channel") else host_of(body, us)


def _shared(body: Payload, inner: Payload, us: Identity) -> ChannelChanged:
    return _changed(body, inner, us, "shared", inner["channel"])


def _unshared(body: Payload, inner: Payload, us: Identity) -> ChannelChanged:
    return _changed(body, inner, us, "unshared", inner["channel"])


def _renamed(body: Payload, inner: Payload, us: Identity) -> ChannelChanged:
    return _changed(body, inner, us, "renamed", inner["old_channel_id"], inner["new_channel_id"])


def _joined(body: Payload, inner: Payload, us: Identity) -> ChannelChanged | None:
    return _changed(body, inner, us, "joined", inner["channel"]) if inner.get("user") == us.bot_user else None


def _left(body: Payload, inner: Payload, us: Identity) -> ChannelChanged | None:
    return _changed(body, inner, us, "left", inner["channel"]) if inner.get("user") == us.bot_user else None


def _removed(body: Payload, inner: Payload, us: Identity) -> ChannelChanged:
    """``channel_left`` and ``group_left`` are told to the one who left: the bot."""
    return _changed(body, inner, us, "left", inner["channel"])


def _uninstalled(body: Payload, inner: Payload, us: Identity) -> ChannelChanged:
    return _changed(body, inner, us, "left", None)


def _revoked(body: Payload, inner: Payload, us: Identity) -> ChannelChanged | None:
    """Only the bot's own token matters; a person's revoked token is no concern of ours."""
    return _changed(body, inner, us, "left", None) if (inner.get("tokens") or {}).get("bot") else None


READERS: Mapping[str, Callable[[Payload, Payload, Identity], AnyIncoming | None]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "channel_shared": _shared,
    "channel_unshared": _unshared,
    "channel_id_changed": _renamed,
    "member_joined_channel": _joined,
    "member_left_channel": _left,
    "channel_left": _removed,
    "group_left": _removed,
    "app_home_opened": _home,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
}
