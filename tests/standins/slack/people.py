"""The driver: people who type, click, fill in forms and react, and see only what Slack would show them."""

from __future__ import annotations

import re
from typing import Any

from tests.standins.slack.calls import ApiError
from tests.standins.slack.events import Attempt, Postman
from tests.standins.slack.file_methods import file_payload, share_files
from tests.standins.slack.forms import filled_state, labelled, missing_required, state_of
from tests.standins.slack.limits import view_problems
from tests.standins.slack.scene import Scene
from tests.standins.slack.view_methods import dress_view, replace_view
from tests.standins.slack.web_api import apply_response
from tests.standins.slack.words import Clickable, Payload, find_clickable
from tests.standins.slack.workspace import Channel, File, Message, User, View

NO_CONNECTION = "We had some trouble connecting. Try again?"
MARKUP = re.compile(r"(<(?:[@#!]|https?://|mailto:)[^<>]*>)")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Refused(Exception):
    """Slack itself says no, before the app hears of it. The message is what the person sees."""


def as_typed(text: str) -> str:
    """Text as Slack sends it: `& < >` escaped, mentions and links left alone."""
    return "".join(part if MARKUP.fullmatch(part) else part.translate(ESCAPES) for part in MARKUP.split(text))


class Person:
    """One person at their Slack client. Methods return once the app had its first chance to answer.

    Slack's own refusals raise `Refused`; what the app caused (no answer in time, a broken answer) is in
    `last_error`, in words like those the person would see, and is None after an action that went well.
    """

    def __init__(
        self, user: User, scene: Scene, postman: Postman, shortcuts: dict[str, Payload], complaints: list[str]
    ):
        self.user = user
        self.id = user.id
        self.scene = scene
        self.postman = postman
        self.shortcuts = shortcuts
        self.complaints = complaints
        self.commands: set[str] | None = None
        self.last_error: str | None = None

    # What they see

    @property
    def is_outsider(self) -> bool:
        """Whether they belong to another organisation."""
        return self.scene.world.is_outsider(self.id)

    @property
    def ephemerals(self) -> list[Message]:
        """The "only visible to you" messages, oldest first."""
        return self.user.ephemerals

    @property
    def direct_messages(self) -> list[Message]:
        """Everything in the direct messages between them and the bot, oldest first."""
        mine = (c for c in self.scene.world.channels.values() if c.kind == "im" and self.id in c.members)
        return [message for channel in mine for message in channel.everything()]

    @property
    def open_view(self) -> View | None:
        """The modal on top, or None."""
        return self.user.views[-1] if self.user.views else None

    @property
    def home(self) -> View | None:
        """The app's Home tab; never there for an external member, whatever the app published."""
        return self.user.home

    # What they do in a channel

    async def says(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message, or a reply in a thread. Mentions are written as `<@U…>`."""
        place = self._place(channel)
        start = len(self.postman.deliveries)
        message = self.scene.post(place, {"user": self.id, **self._typed(text), **_in_thread(place, thread)})
        self._announce_mention(place, message)
        await self.postman.tried_since(start)
        return message

    async def mention(self, channel: Channel | str, text: str, thread: Message | str | None = None) -> Message:
        """Post a message that begins by mentioning the bot."""
        return await self.says(channel, f"<@{self.scene.world.bot.id}> {text}", thread)

    async def dms(self, text: str, thread: Message | str | None = None) -> Message:
        """Write to the bot directly; an external member needs a channel in common with it."""
        if self.is_outsider and not self.scene.world.shares_channel_with_bot(self.id):
            raise self._refuse("You cannot message this app: you have no channel in common.")
        return await self.says(self.scene.world.direct_channel(self.id), text, thread)

    async def edits(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.user != self.id:
            raise self._refuse("You can edit only your own messages.")
        start = len(self.postman.deliveries)
        self.scene.change(self._place(message.channel_id), message, self._typed(text))
        await self.postman.tried_since(start)

    async def deletes(self, message: Message) -> None:
        """Delete one's own message."""
        if message.user != self.id:
            raise self._refuse("You can delete only your own messages.")
        start = len(self.postman.deliveries)
        self.scene.remove(self._place(message.channel_id), message)
        await self.postman.tried_since(start)

    async def reacts(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        start = len(self.postman.deliveries)
        self.scene.react(self._place(message.channel_id), message, self.id, emoji.strip(":"))
        await self.postman.tried_since(start)

    async def unreacts(self, message: Message, emoji: str) -> None:
        """Take a reaction away."""
        start = len(self.postman.deliveries)
        self.scene.unreact(self._place(message.channel_id), message, self.id, emoji.strip(":"))
        await self.postman.tried_since(start)

    async def uploads(
        self, channel: Channel | str, name: str, content: bytes, text: str = "", thread: Message | str | None = None
    ) -> Message:
        """Post a file; an outsider's arrives as `file_access: check_file_info`, for `files.info` to tell."""
        place = self._place(channel)
        world = self.scene.world
        file = File(world.new_id("F"), name, len(content), self.id, "", content, completed=True, title=name)
        file.from_outside = self.is_outsider
        world.files[file.id] = file
        start = len(self.postman.deliveries)
        fields = {"user": self.id, "text": as_typed(text), **_in_thread(place, thread)}
        if file.from_outside:
            stub = {"id": file.id, "mode": "file_access", "file_access": "check_file_info", "user": self.id}
            message = self.scene.post(place, {**fields, "subtype": "file_share", "files": [stub]})
            file.shares[place.id] = message.ts
        else:
            message = share_files(self.scene, [file], place, fields)
            message.payload["files"] = [file_payload(self.scene, file)]
        await self.postman.tried_since(start)
        return message

    async def opens_home(self) -> None:
        """Open the app's Home tab; an external member sees only that work is in progress, and no event is sent."""
        if self.is_outsider:
            raise self._refuse("This is a work in progress.")
        start = len(self.postman.deliveries)
        channel = self.scene.world.direct_channel(self.id)
        shown = {"view": self.home.payload} if self.home is not None else {}
        self.scene.tell_app("app_home_opened", None, self.id, user=self.id, channel=channel.id, tab="home", **shown)
        await self.postman.tried_since(start)

    # Commands and shortcuts

    async def command(
        self, command: str, text: str, channel: Channel | str, thread: Message | str | None = None
    ) -> Attempt:
        """Type a slash command. External members and threads are refused, as Slack refuses them."""
        if self.is_outsider:
            raise self._refuse(f"{command} is not a valid command. In Slack, that means…")
        if thread is not None:
            raise self._refuse(f"{command} is not supported in threads. Sorry!")
        if self.commands is not None and command not in self.commands:
            raise self._refuse(f"{command} is not a valid command.")
        place = self._place(channel)
        world = self.scene.world
        door = world.new_response_url(self.id, place.id)
        payload = {
            "token": "verification-token",
            "team_id": world.host.id,
            "team_domain": world.host.domain,
            "channel_id": place.id,
            "channel_name": {"channel": place.name, "im": "directmessage"}.get(place.kind, "privategroup"),
            "user_id": self.id,
            "user_name": self.user.name,
            "command": command,
            "text": as_typed(text),
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": f"{self.scene.url}{door.path}",
            "trigger_id": world.new_trigger(self.id).id,
        }
        attempt = await self._sends("slash_commands", payload)
        if attempt.failure is not None:
            said = "operation_timeout" if "timeout" in attempt.failure else "dispatch_failed"
            self.last_error = f'{command} failed with the error "{said}"'
        elif attempt.answer:
            try:
                apply_response(self.scene, door, attempt.answer)
            except ApiError as error:
                self.last_error = f'{command} failed with the error "{error.error}"'
                self.complaints.append(f"{self.last_error}: {error.extra}")
        return attempt

    async def shortcut(self, name: str, message: Message | None = None) -> Attempt:
        """Use a shortcut of the app by its name: on a message, or a global one. Refused to external members."""
        if self.is_outsider or name not in self.shortcuts:
            raise self._refuse(
                f"There is no shortcut {name!r}; to be seen: {[] if self.is_outsider else [*self.shortcuts]}"
            )
        known = self.shortcuts[name]
        world = self.scene.world
        payload: Payload = {
            "type": "message_action" if message is not None else "shortcut",
            "callback_id": known["callback_id"],
            **self._signature(world.host.id),
            "action_ts": world.new_ts(),
        }
        if message is not None:
            place = self._place(message.channel_id)
            door = world.new_response_url(self.id, place.id, message)
            payload |= {
                "channel": {"id": place.id, "name": place.name},
                "message": message.shown(with_metadata=True),
                "message_ts": message.ts,
                "response_url": f"{self.scene.url}{door.path}",
            }
        return self._noted(await self._sends("interactive", payload))

    # Clicks

    async def clicks(self, label: str, where: Message | View | None = None) -> Attempt | None:
        """Click what reads `label`: a button, a menu's option, a modal's submit or close. Default: the open modal."""
        target = where if where is not None else self.open_view
        if target is None:
            raise LookupError(f"no modal is open in which to click {label!r}")
        self._may_click(target)
        if isinstance(target, View) and target.payload["type"] == "modal":
            if label == target.submit_label:
                return await self._submits(target)
            if label == target.close_label:
                return await self._closes(target)
        found = find_clickable(target.blocks, label)
        action = self._chosen_action(target, found)
        return await self._acts(target, found.block, found.element, action)

    async def picks(self, label: str, value: Any, where: Message | View | None = None) -> Attempt | None:
        """Choose a value in a picker or menu outside a form, found by its label, section words or placeholder."""
        target = where if where is not None else self.open_view
        if target is None:
            raise LookupError(f"no modal is open in which to pick {label!r}")
        self._may_click(target)
        block, element = labelled(target.blocks, label)
        state = state_of(element, value)
        self._typed_state(target)[str(block["block_id"])] = {str(element.get("action_id", "")): state}
        return await self._acts(target, block, element, state)

    async def fills(self, view: View | None, values: dict[str, Any]) -> View:
        """Fill in fields by label; menus by their words, dates as `date`, people by id; None clears."""
        target = view if view is not None else self.open_view
        if target is None:
            raise LookupError("no modal is open to fill in")
        for label, value in values.items():
            block, element = labelled(target.blocks, label)
            state = state_of(element, value)
            typed = target.state.setdefault(str(block["block_id"]), {})
            typed[str(element.get("action_id", ""))] = state
            if block.get("dispatch_action") or block.get("type") != "input":
                await self._acts(target, block, element, state)
        return target

    async def submits(self, values: dict[str, Any] | None = None, view: View | None = None) -> Attempt | None:
        """Fill in and press the modal's submit button, whatever it reads."""
        target = await self.fills(view, values or {})
        return await self.clicks(target.submit_label, target)

    async def _acts(self, target: Message | View, block: Payload, element: Payload, chosen: Payload) -> Attempt:
        world = self.scene.world
        action = {
            "action_id": element.get("action_id", ""),
            "block_id": block["block_id"],
            **chosen,
            "action_ts": world.new_ts(),
        }
        payload: Payload = {"type": "block_actions", "actions": [action], **self._place_of(target)}
        payload |= self._signature(world.host.id, target)
        return self._noted(await self._sends("interactive", payload))

    def _place_of(self, target: Message | View) -> Payload:
        if isinstance(target, View):
            values = filled_state(target.blocks, target.state)
            view = {**target.payload, "state": {"values": values}}
            return {"container": {"type": "view", "view_id": target.id}, "view": view}
        channel = self._place(target.channel_id)
        door = self.scene.world.new_response_url(self.id, channel.id, target, target.thread_ts)
        container = {
            "type": "message",
            "message_ts": target.ts,
            "channel_id": channel.id,
            "is_ephemeral": target.ephemeral_for is not None,
        }
        if target.thread_ts is not None:
            container["thread_ts"] = target.thread_ts
        place: Payload = {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "state": {"values": filled_state(target.blocks, target.chosen)},
            "response_url": f"{self.scene.url}{door.path}",
        }
        if target.ephemeral_for is None:
            place["message"] = target.shown(with_metadata=True)
        return place

    def _chosen_action(self, target: Message | View, found: Clickable) -> Payload:
        kind, option = found.element["type"], found.option
        if option is None:
            button: Payload = {
                key: found.element[key] for key in ("text", "value", "style", "url") if key in found.element
            }
            return {"type": kind, **button}
        if kind in {"static_select", "radio_buttons", "overflow"}:
            state = {"type": kind, "selected_option": option}
        else:
            state = self._toggled(target, found, option)
        if kind != "overflow":
            self._typed_state(target)[str(found.block["block_id"])] = {str(found.element.get("action_id", "")): state}
        return state

    def _toggled(self, target: Message | View, found: Clickable, option: Payload) -> Payload:
        values = filled_state(target.blocks, self._typed_state(target))
        before = values[str(found.block["block_id"])][str(found.element.get("action_id", ""))]["selected_options"]
        after = [one for one in before if one != option] if option in before else [*before, option]
        return {"type": found.element["type"], "selected_options": after}

    def _typed_state(self, target: Message | View) -> dict[str, dict[str, Payload]]:
        return target.state if isinstance(target, View) else target.chosen

    def _may_click(self, target: Message | View) -> None:
        if isinstance(target, View):
            return
        if target.deleted or (target.ephemeral_for not in {None, self.id}):
            raise self._refuse("That message is not there for you.")
        if self.user.post_only:
            raise self._refuse("You can only post in this channel.")
        self._place(target.channel_id)

    # Modals

    async def _submits(self, view: View) -> Attempt | None:
        view.errors = missing_required(view)
        if view.errors:
            self.last_error = "; ".join(view.errors.values())
            return None
        values = filled_state(view.blocks, view.state)
        payload: Payload = {
            "type": "view_submission",
            **self._signature(self.user.team_id, view),
            "view": {**view.payload, "state": {"values": values}},
            "response_urls": [],
        }
        attempt = await self._sends("interactive", payload)
        if attempt.failure is not None:
            self.last_error = NO_CONNECTION
        else:
            self._answered(view, attempt.answer or {})
        return attempt

    def _answered(self, view: View, answer: Payload) -> None:
        """Apply a submission's acknowledgement: close, errors at fields, update, push or clear."""
        action = answer.get("response_action")
        if action is None:
            self._leave(view)
        elif action == "clear":
            self.user.views.clear()
        elif action == "errors":
            self._show_errors(view, answer.get("errors") or {})
        elif action in {"update", "push"}:
            self._show_next(view, answer)
        else:
            self._broken_answer(f"unknown response_action {action!r}")

    def _leave(self, view: View) -> None:
        self.user.views[:] = [one for one in self.user.views if one is not view]

    def _show_errors(self, view: View, errors: dict[str, str]) -> None:
        inputs = {str(block["block_id"]) for block in view.blocks if block.get("type") == "input"}
        if not errors or not set(errors) <= inputs:
            self._broken_answer(f"errors name blocks that are no inputs: {sorted(set(errors) - inputs)}")
            return
        view.errors = dict(errors)
        self.last_error = "; ".join(errors.values())

    def _show_next(self, view: View, answer: Payload) -> None:
        fresh = answer.get("view")
        problems = view_problems(fresh, self.scene.file_is_shared, self.scene.knows_charts)
        if problems or not isinstance(fresh, dict):
            self._broken_answer(f"the view is not valid: {problems}")
        elif answer["response_action"] == "update":
            replace_view(self.scene, view, fresh)
        else:
            pushed = dress_view(self.scene, self.user, fresh, root=view)
            self.scene.world.views[pushed.id] = pushed
            self.user.views.append(pushed)

    def _broken_answer(self, complaint: str) -> None:
        self.last_error = NO_CONNECTION
        self.complaints.append(complaint)

    async def _closes(self, view: View) -> Attempt | None:
        self._leave(view)
        self.last_error = None
        if not view.payload["notify_on_close"]:
            return None
        payload = {
            "type": "view_closed",
            **self._signature(self.user.team_id),
            "view": view.payload,
            "is_cleared": False,
        }
        payload.pop("trigger_id")
        return self._noted(await self._sends("interactive", payload))

    # Shared by all

    def _signature(self, team_id: str, target: Message | View | None = None) -> Payload:
        world = self.scene.world
        view_id = target.id if isinstance(target, View) and target.payload["type"] == "modal" else None
        return {
            "team": {"id": team_id, "domain": world.teams[team_id].domain},
            "user": {
                "id": self.id,
                "username": self.user.name,
                "name": self.user.name,
                "team_id": self.user.team_id,
            },
            "api_app_id": world.app_id,
            "token": "verification-token",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": world.new_trigger(self.id, view_id).id,
        }

    def _typed(self, text: str) -> Payload:
        """What Slack makes of typed words: escaped text, and rich text that is not escaped."""
        elements = [_rich(part) for part in MARKUP.split(text) if part]
        words = {"type": "rich_text_section", "elements": elements}
        return {
            "text": as_typed(text),
            "client_msg_id": self.scene.world.secret(),
            "blocks": [{"type": "rich_text", "elements": [words]}],
        }

    def _announce_mention(self, place: Channel, message: Message) -> None:
        if f"<@{self.scene.world.bot.id}>" in message.text and place.kind != "im":
            event = self.scene.message_event(place, message)
            event = {key: value for key, value in event.items() if key != "channel_type"}
            self.scene.announce({**event, "type": "app_mention"}, place, self.id)

    def _place(self, channel: Channel | str) -> Channel:
        place = channel if isinstance(channel, Channel) else self.scene.world.channels[channel]
        if self.id not in place.members:
            raise self._refuse(f"You are not in {place.name or place.id}.")
        if place.is_archived:
            raise self._refuse(f"{place.name or place.id} is archived.")
        return place

    def _refuse(self, words: str) -> Refused:
        self.last_error = words
        return Refused(words)

    async def _sends(self, kind: Any, payload: Payload) -> Attempt:
        self.last_error = None
        return await self.postman.once(kind, payload)

    def _noted(self, attempt: Attempt) -> Attempt:
        if attempt.failure is not None:
            self.last_error = NO_CONNECTION
        return attempt


def _rich(part: str) -> Payload:
    """One run of typed words, or one mention or link, as an element of rich text."""
    if not MARKUP.fullmatch(part):
        return {"type": "text", "text": part}
    target, _, label = part[1:-1].partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target, **({"text": label} if label else {})}


def _in_thread(place: Channel, thread: Message | str | None) -> Payload:
    if thread is None:
        return {}
    ts = thread if isinstance(thread, str) else thread.ts
    root = place.find(ts)
    if root is None:
        raise LookupError(f"no message {ts} in {place.id}")
    return {"thread_ts": root.thread_ts or root.ts}
