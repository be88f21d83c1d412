"""`chat.*`, `reactions.*`: what the bot says.

Where Slack's documentation is silent: a `thread_ts` that does not exist answers `thread_not_found`, and
text over 40,000 characters answers `msg_too_long` (Slack may cut it instead).
"""

from __future__ import annotations

import json
from typing import Any

from tests.standins.slack.calls import ApiError, Call
from tests.standins.slack.limits import block_problems
from tests.standins.slack.scene import Scene
from tests.standins.slack.surfaces import Message
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel

LONGEST_TEXT = 40_000
LARGEST_METADATA = 16_000


def readable_channel(scene: Scene, channel_id: str) -> Channel:
    """The channel if the bot may know of it: `channel_not_found` else (a private one it is not in is unknown)."""
    channel = scene.world.channels.get(channel_id)
    if channel is None or (channel.kind != "channel" and scene.world.bot.id not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def writable_channel(scene: Scene, channel_id: str) -> Channel:
    """The channel if the bot may post there; a person's id stands for the direct messages with them."""
    if channel_id in scene.world.users:
        if not scene.may_dm(channel_id):
            raise ApiError("channel_not_found")
        return scene.world.direct_channel(channel_id)
    channel = readable_channel(scene, channel_id)
    if scene.world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def checked_blocks(scene: Scene, blocks: Any) -> list[Payload]:
    """The blocks of a message, or `invalid_blocks` with every problem."""
    problems = block_problems(blocks, "message", scene.file_is_shared, scene.knows_charts)
    if problems:
        raise ApiError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    return list(blocks)


def checked_metadata(metadata: Any) -> Payload:
    """The app's metadata, or the error Slack has for its form or size."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def content(scene: Scene, call: Call) -> Payload:
    """Text, blocks, attachments and metadata of a message, checked."""
    text = str(call.args.get("text") or "")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    found: Payload = {"text": text}
    if call.args.get("blocks"):
        found["blocks"] = checked_blocks(scene, call.args["blocks"])
    if call.args.get("attachments"):
        found["attachments"] = call.args["attachments"]
    if not text and len(found) == 1:
        raise ApiError("no_text")
    if call.args.get("metadata"):
        found["metadata"] = checked_metadata(call.args["metadata"])
    return found


def checked_thread(channel: Channel, thread_ts: Any) -> Payload:
    """The thread a message goes into; a reply's ts leads to its root, as at Slack."""
    if not thread_ts:
        return {}
    root = channel.find(str(thread_ts))
    if root is None:
        raise ApiError("thread_not_found")
    return {"thread_ts": root.thread_ts or root.ts}


def post_message(scene: Scene, call: Call) -> Payload:
    """chat.postMessage"""
    channel = writable_channel(scene, call.text("channel"))
    payload = {
        **content(scene, call),
        **scene.world.bot_fields(),
        **checked_thread(channel, call.args.get("thread_ts")),
    }
    if call.args.get("username"):
        payload |= {"subtype": "bot_message", "username": call.args["username"]}
    for name in ("unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names"):
        if name in call.args:
            payload.setdefault("sent_with", {})[name] = call.args[name]
    message = scene.post(channel, payload, hidden_for=scene.hidden_for)
    return {"channel": channel.id, "ts": message.ts, "message": message.shown(with_metadata=True)}


def own_message(scene: Scene, call: Call, refusal: str) -> tuple[Channel, Message]:
    """The bot's own message that the call names."""
    channel = readable_channel(scene, call.text("channel"))
    message = channel.find(call.text("ts"))
    if message is None:
        raise ApiError("message_not_found")
    if message.payload.get("bot_id") != scene.world.bot_id:
        raise ApiError(refusal)
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel, message


def update(scene: Scene, call: Call) -> Payload:
    """chat.update: blocks are kept only if neither blocks nor text are given; metadata is kept if not given."""
    channel, message = own_message(scene, call, "cant_update_message")
    if call.args.get("blocks") == [] and call.args.get("text"):
        call.args.pop("blocks")
    fresh = content(scene, call)
    if "blocks" not in fresh and not fresh["text"]:
        fresh["blocks"] = message.blocks
    scene.change(channel, message, fresh)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.shown(with_metadata=True)}


def delete(scene: Scene, call: Call) -> Payload:
    """chat.delete"""
    channel, message = own_message(scene, call, "cant_delete_message")
    scene.remove(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(scene: Scene, call: Call) -> Payload:
    """chat.postEphemeral: recorded also if it does not reach an external member (`scene.outsiders_see_ephemerals`)."""
    channel = writable_channel(scene, call.text("channel"))
    person = scene.world.users.get(call.text("user"))
    if person is None or person.id not in channel.members:
        raise ApiError("user_not_in_channel")
    payload = {
        **content(scene, call),
        **scene.world.bot_fields(),
        **checked_thread(channel, call.args.get("thread_ts")),
    }
    message = scene.whisper(person, channel, payload)
    return {"message_ts": message.ts}


def permalink(scene: Scene, call: Call) -> Payload:
    """chat.getPermalink"""
    channel = readable_channel(scene, call.text("channel"))
    message = channel.find(call.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    address = f"https://{scene.world.host.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


def _reacted(scene: Scene, call: Call) -> tuple[Channel, Message, str]:
    channel = writable_channel(scene, call.text("channel"))
    message = channel.find(call.text("timestamp"))
    if message is None:
        raise ApiError("message_not_found")
    name = call.text("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").replace(":", "").isalnum():
        raise ApiError("invalid_name")
    return channel, message, name


def react(scene: Scene, call: Call) -> Payload:
    """reactions.add"""
    channel, message, name = _reacted(scene, call)
    if not scene.react(channel, message, scene.world.bot.id, name):
        raise ApiError("already_reacted")
    return {}


def unreact(scene: Scene, call: Call) -> Payload:
    """reactions.remove"""
    channel, message, name = _reacted(scene, call)
    if not scene.unreact(channel, message, scene.world.bot.id, name):
        raise ApiError("no_reaction")
    return {}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
    "reactions.add": react,
    "reactions.remove": unreact,
}
