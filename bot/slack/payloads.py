"""Commands, clicks, forms and shortcuts into the vocabulary. Pure: who the bot is comes as an argument.

A person's workspace is ``user.team_id`` of the payload: ``team`` is the host's for clicks and the *other* company's for
forms. Without it the person stays without a workspace, and is then nobody we know.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.slack.carry import unpacked
from bot.slack.identity import Identity
from bot.slack.words import plain
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Shortcut, Submitted

Payload = Mapping[str, Any]


def asked(body: Payload, us: Identity) -> Asked:
    """The root command. Its ``team_id`` is the person's workspace: outsiders cannot run commands at all."""
    unique = unique_id("command", body)
    actor = Account(Platform.SLACK, body.get("team_id") or "", body["user_id"])
    place = Place(Platform.SLACK, us.team, body["channel_id"]) if body.get("channel_id") else None
    words = plain(body.get("text") or "")
    return Asked(unique, actor, place, words, actor_name=body.get("user_name") or "", request=unique)


def pressed(body: Payload, us: Identity) -> Pressed:
    """A button or a select of a card."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = container.get("message_ts") or (body.get("message") or {}).get("ts")
    unique = unique_id("press", body)
    return Pressed(
        unique,
        person(body),
        _place(body, us),
        action_of(action["action_id"]),
        chosen(action),
        message,
        actor_name=shown_name(body),
        request=unique,
    )


def submitted(body: Payload, us: Identity) -> Submitted:
    """A form sent in. Values are keyed by the input's ``block_id``, which is the field's name."""
    view = body["view"]
    unique = unique_id("form", body)
    blocks = (view.get("state") or {}).get("values") or {}
    values = {name: chosen(element) for name, inputs in blocks.items() for element in inputs.values()}
    return Submitted(
        unique,
        person(body),
        _place(body, us),
        view["callback_id"],
        values,
        unpacked(view.get("private_metadata") or "")[1],
        actor_name=shown_name(body),
        request=unique,
    )


def shortcut(body: Payload, us: Identity) -> Shortcut:
    """A shortcut, on a message or (then without message and place) from the global menu."""
    unique = unique_id("shortcut", body)
    message = body.get("message") or {}
    ts = body.get("message_ts") or message.get("ts") or ""
    return Shortcut(
        unique,
        person(body),
        _place(body, us),
        body["callback_id"],
        ts,
        plain(message.get("text") or ""),
        _author(message),
        actor_name=shown_name(body),
        request=unique,
    )


def host_of(body: Payload, us: Identity) -> str:
    """The workspace that installed the app, also when an outsider sends a form."""
    return (body.get("view") or {}).get("app_installed_team_id") or us.team


def person(body: Payload) -> Account:
    """Who did it, in their own workspace."""
    user = body["user"]
    return Account(Platform.SLACK, user.get("team_id") or "", user["id"])


def shown_name(body: Payload) -> str:
    """The name Slack shows for the person, "" when it says none. Never a key."""
    user = body["user"]
    return str(user.get("name") or user.get("username") or "")


def action_of(action_id: str) -> str:
    """The route's name in an ``action_id``: what follows ``#`` only keeps two buttons of one action apart."""
    return action_id.partition("#")[0]


def chosen(element: Payload) -> str:
    """What was entered or chosen, as text; several choices are joined by commas, nothing is ""."""
    several = element.get("selected_options")
    if several is not None:
        return ",".join(option["value"] for option in several)
    option = element.get("selected_option")
    if option is not None:
        return str(option["value"])
    for key in (
        "value",
        "selected_date",
        "selected_time",
        "selected_user",
        "selected_conversation",
        "selected_channel",
    ):
        if element.get(key) is not None:
            return str(element[key])
    return ""


def unique_id(kind: str, body: Payload) -> str:
    """The same for the same gesture, however often it arrives. A trigger is a credential, so it is digested."""
    trigger = body.get("trigger_id") or json.dumps(body, sort_keys=True, default=str)
    actions = [f"{action.get('action_id')}@{action.get('action_ts')}" for action in body.get("actions") or ()]
    digest = hashlib.sha256("|".join([trigger, *actions]).encode()).hexdigest()
    return f"slack:{kind}:{digest[:32]}"


def channel_of(body: Payload) -> str:
    """The channel it happened in, for a form the one it was opened in; "" when there is none."""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    channel = channel or (body.get("container") or {}).get("channel_id")
    return channel or unpacked((body.get("view") or {}).get("private_metadata") or "")[0]


def _place(body: Payload, us: Identity) -> Place | None:
    channel = channel_of(body)
    return Place(Platform.SLACK, host_of(body, us), channel) if channel else None


def _author(message: Payload) -> Account | None:
    """The message's author, if a person wrote it."""
    if not message.get("user") or message.get("bot_id"):
        return None
    workspace = message.get("user_team") or message.get("source_team") or message.get("team") or ""
    return Account(Platform.SLACK, workspace, message["user"])
