"""`files.*`: the three steps of an upload, and what is known of a file."""

from __future__ import annotations

import time
from typing import Any

from tests.standins.slack.calls import ApiError, Call
from tests.standins.slack.chat_methods import checked_thread, writable_channel
from tests.standins.slack.scene import Scene
from tests.standins.slack.surfaces import Message
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Channel, File


def file_payload(scene: Scene, file: File) -> Payload:
    """The file object; `shares` appear `scene.share_seconds` after the upload was completed."""
    address = f"{scene.url}/files-pri/{file.id}/{file.name}"
    seen = time.monotonic() >= file.shared_at
    shares: dict[str, dict[str, list[Payload]]] = {}
    for channel_id, ts in file.shares.items() if seen else ():
        kind = "public" if scene.world.channels[channel_id].kind == "channel" else "private"
        shares.setdefault(kind, {})[channel_id] = [{"ts": ts, "channel_name": scene.world.channels[channel_id].name}]
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "user": file.user,
        "size": len(file.content or b""),
        "filetype": file.name.rpartition(".")[2],
        "mimetype": "image/png" if file.name.endswith(".png") else "application/octet-stream",
        "url_private": address,
        "url_private_download": address,
        "alt_txt": file.alt_text,
        "shares": shares,
        "file_access": "visible",
    }


def upload_url(scene: Scene, call: Call) -> Payload:
    """files.getUploadURLExternal"""
    length = call.number("length", 0)
    if length < 1:
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be at least 1"]})
    world = scene.world
    path = f"/upload/v1/{world.secret()}"
    file = File(world.new_id("F"), call.text("filename"), length, world.bot.id, path)
    file.alt_text = str(call.args.get("alt_txt") or "")
    world.files[file.id] = file
    return {"upload_url": f"{scene.url}{path}", "file_id": file.id}


def share_files(scene: Scene, files: list[File], channel: Channel, message_fields: Payload) -> Message:
    """Post the one message that carries these files, and mark them as shared by it."""
    shown = [file_payload(scene, file) for file in files]
    message = scene.post(channel, {**message_fields, "subtype": "file_share", "files": shown})
    for file in files:
        file.shares[channel.id] = message.ts
        file.shared_at = time.monotonic() + scene.share_seconds
    return message


def _files(scene: Scene, call: Call) -> list[File]:
    wanted: Any = call.args.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments")
    found: list[File] = []
    for one in wanted:
        file = scene.world.files.get(str(one.get("id")))
        if file is None or file.content is None:
            raise ApiError("file_not_found")
        file.title = str(one.get("title") or file.name)
        found.append(file)
    return found


def complete_upload(scene: Scene, call: Call) -> Payload:
    """files.completeUploadExternal: without a channel the file stays private to the bot."""
    files = _files(scene, call)
    wanted = call.args.get("channel_id") or call.args.get("channels") or ""
    channels = [writable_channel(scene, one.strip()) for one in str(wanted).split(",") if one.strip()]
    for channel in channels:
        thread = checked_thread(channel, call.args.get("thread_ts"))
        text = str(call.args.get("initial_comment") or "")
        share_files(scene, files, channel, {**scene.world.bot_fields(), **thread, "text": text})
    for file in files:
        file.completed = True
    return {"files": [file_payload(scene, file) for file in files]}


def file_info(scene: Scene, call: Call) -> Payload:
    """files.info"""
    file = scene.world.files.get(call.text("file"))
    if file is None or not file.completed:
        raise ApiError("file_not_found")
    return {"file": file_payload(scene, file)}


def delete_file(scene: Scene, call: Call) -> Payload:
    """files.delete"""
    if scene.world.files.pop(call.text("file"), None) is None:
        raise ApiError("file_not_found")
    return {}


METHODS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
    "files.delete": delete_file,
}
