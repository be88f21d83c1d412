"""`conversations.*`, `users.*`, `team.*`, `auth.*`: who and what is where."""

from __future__ import annotations

import time
from typing import Any

from tests.standins.slack.calls import ApiError, Call
from tests.standins.slack.chat_methods import readable_channel
from tests.standins.slack.scene import Scene
from tests.standins.slack.surfaces import Message
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, User

LARGEST_PAGE = 999


def _page(call: Call, items: list[Any], key: str, default: int = 100) -> Payload:
    """One page of a list with the cursor of the next; a cursor is a position, opaque to the caller."""
    cursor = str(call.args.get("cursor") or "")
    if cursor and not cursor.startswith("next:"):
        raise ApiError("invalid_cursor")
    start = int(cursor.removeprefix("next:") or 0)
    limit = call.number("limit", default)
    if not 1 <= limit <= LARGEST_PAGE + 1:
        raise ApiError("invalid_limit")
    more = start + limit < len(items)
    following = f"next:{start + limit}" if more else ""
    page = {key: items[start : start + limit], "response_metadata": {"next_cursor": following}}
    return page | ({"has_more": more} if key == "messages" else {})


def _member_channel(scene: Scene, call: Call) -> Channel:
    channel = readable_channel(scene, call.text("channel"))
    if scene.world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _within(call: Call, messages: list[Message]) -> list[Message]:
    """Messages between `oldest` and `latest` (both excluded unless `inclusive`), visible by now."""
    oldest = float(call.args.get("oldest") or 0)
    latest = float(call.args.get("latest") or "inf")
    ends = call.flag("inclusive")
    now = time.monotonic()
    return [
        message
        for message in messages
        if message.visible_at <= now
        and (oldest < float(message.ts) < latest or (ends and float(message.ts) in {oldest, latest}))
    ]


def _shown(call: Call, messages: list[Message]) -> list[Payload]:
    with_metadata = call.flag("include_all_metadata")
    return [
        {key: value for key, value in message.shown(with_metadata).items() if key != "sent_with"}
        for message in messages
    ]


def history(scene: Scene, call: Call) -> Payload:
    """conversations.history: top-level messages, newest first."""
    channel = _member_channel(scene, call)
    return _page(call, _shown(call, _within(call, channel.messages())[::-1]), "messages")


def replies(scene: Scene, call: Call) -> Payload:
    """conversations.replies: the root, then its replies, oldest first."""
    channel = _member_channel(scene, call)
    root = channel.find(call.text("ts"))
    if root is None:
        raise ApiError("thread_not_found")
    thread = channel.thread(root.thread_ts or root.ts)
    found = thread[:1] + [one for one in _within(call, thread) if one is not thread[0]]
    return _page(call, _shown(call, found), "messages", LARGEST_PAGE)


def conversation_info(scene: Scene, call: Call) -> Payload:
    """conversations.info"""
    channel = readable_channel(scene, call.text("channel"))
    shown = channel.payload(scene.world.bot.id)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def members(scene: Scene, call: Call) -> Payload:
    """conversations.members"""
    return _page(call, readable_channel(scene, call.text("channel")).members, "members")


def conversations(scene: Scene, call: Call) -> Payload:
    """conversations.list and users.conversations: public channels, and private ones the bot is in."""
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = str(call.args.get("types") or "public_channel").split(",")
    kinds = {names[name.strip()] for name in wanted if name.strip() in names}
    bot = scene.world.bot.id
    only_own = call.method == "users.conversations"
    found = [
        channel.payload(bot)
        for channel in scene.world.channels.values()
        if channel.kind in kinds
        and (bot in channel.members or (channel.kind == "channel" and not only_own))
        and not (call.flag("exclude_archived") and channel.is_archived)
    ]
    return _page(call, found, "channels")


def open_conversation(scene: Scene, call: Call) -> Payload:
    """conversations.open: a direct message with one person, or a group of several."""
    if call.args.get("channel"):
        channel = readable_channel(scene, call.text("channel"))
        return {"channel": channel.payload(scene.world.bot.id)}
    people = [one.strip() for one in call.text("users").split(",") if one.strip() != scene.world.bot.id]
    if not people or any(one not in scene.world.users for one in people):
        raise ApiError("user_not_found")
    if not all(scene.may_dm(one) for one in people):
        raise ApiError("user_not_visible")
    channel = scene.world.direct_channel(people[0]) if len(people) == 1 else _group(scene, people)
    shown = channel.payload(scene.world.bot.id)
    return {"channel": shown if call.flag("return_im") else {"id": channel.id}}


def _group(scene: Scene, people: list[str]) -> Channel:
    world = scene.world
    everyone = sorted({*people, world.bot.id})
    for channel in world.channels.values():
        if channel.kind == "mpim" and sorted(channel.members) == everyone:
            return channel
    outside = sorted({world.users[one].team_id for one in people if world.is_outsider(one)})
    channel = Channel(world.new_id("G"), "mpdm", "mpim", world.host.id, members=everyone, shared_with=outside)
    world.channels[channel.id] = channel
    return channel


def join(scene: Scene, call: Call) -> Payload:
    """conversations.join"""
    channel = readable_channel(scene, call.text("channel"))
    if channel.is_archived:
        raise ApiError("is_archived")
    if scene.world.bot.id not in channel.members:
        channel.members.append(scene.world.bot.id)
        scene.tell_app("member_joined_channel", channel, None, user=scene.world.bot.id, channel=channel.id)
    return {"channel": channel.payload(scene.world.bot.id)}


def leave(scene: Scene, call: Call) -> Payload:
    """conversations.leave"""
    channel = _member_channel(scene, call)
    channel.members.remove(scene.world.bot.id)
    return {}


def _known_user(scene: Scene, user_id: str) -> User:
    user = scene.world.users.get(user_id)
    if user is None:
        raise ApiError("user_not_found")
    return user


def user_info(scene: Scene, call: Call) -> Payload:
    """users.info; `locale` only when asked."""
    return {"user": _known_user(scene, call.text("user")).payload(scene.world.host.id)}


def user_by_email(scene: Scene, call: Call) -> Payload:
    """users.lookupByEmail: members of the host workspace only."""
    email = call.text("email").lower()
    for user in scene.world.users.values():
        if user.email is not None and user.email.lower() == email and user.team_id == scene.world.host.id:
            return {"user": user.payload(scene.world.host.id)}
    raise ApiError("users_not_found")


def users(scene: Scene, call: Call) -> Payload:
    """users.list: the host's members."""
    host = scene.world.host.id
    return _page(call, [one.payload(host) for one in scene.world.users.values() if one.team_id == host], "members")


def auth_test(scene: Scene, call: Call) -> Payload:
    """auth.test"""
    world = scene.world
    if (call.token or "").startswith("xapp-"):
        return {"app_id": world.app_id, "app_name": world.bot.name}
    return {
        "url": f"https://{world.host.domain}.slack.com/",
        "team": world.host.name,
        "user": world.bot.name,
        "team_id": world.host.id,
        "user_id": world.bot.id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def team_info(scene: Scene, call: Call) -> Payload:
    """team.info: the host, or another organisation by id."""
    team = scene.world.teams.get(str(call.args.get("team") or scene.world.host.id))
    if team is None:
        raise ApiError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}


def bot_info(scene: Scene, call: Call) -> Payload:
    """bots.info"""
    world = scene.world
    return {"bot": {"id": world.bot_id, "app_id": world.app_id, "user_id": world.bot.id, "name": world.bot.name}}


METHODS = {
    "auth.test": auth_test,
    "bots.info": bot_info,
    "conversations.history": history,
    "conversations.info": conversation_info,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.list": conversations,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
    "team.info": team_info,
    "users.conversations": conversations,
    "users.info": user_info,
    "users.list": users,
    "users.lookupByEmail": user_by_email,
}
