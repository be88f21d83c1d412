"""How a person clicks and fills in forms, with the payloads Slack makes of it and the answers it applies."""

from __future__ import annotations

from typing import Any

from tests.standins.slack.events import Attempt, Kind, Postman
from tests.standins.slack.forms import filled_state, labelled, missing_required, state_of
from tests.standins.slack.limits import view_problems
from tests.standins.slack.scene import Scene
from tests.standins.slack.surfaces import Message, View
from tests.standins.slack.view_methods import dress_view, replace_view
from tests.standins.slack.words import Clickable, Payload, find_clickable
from tests.standins.slack.workspace import Channel, User

NO_CONNECTION = "We had some trouble connecting. Try again?"


class Refused(Exception):
    """Slack itself says no, before the app hears of it. The message is what the person sees."""


class Hands:
    """One person's clicks and forms; `Person` adds what they say."""

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

    @property
    def is_outsider(self) -> bool:
        """Whether they belong to another organisation."""
        return self.scene.world.is_outsider(self.id)

    @property
    def ephemerals(self) -> list[Message]:
        """The "only visible to you" messages, oldest first."""
        return self.user.ephemerals

    @property
    def open_view(self) -> View | None:
        """The modal on top, or None."""
        return self.user.views[-1] if self.user.views else None

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

    async def leaves_forms(self) -> None:
        """Close every modal without telling the app, as when the client is quit."""
        self.user.views.clear()

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

    # Shared with what they say

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

    async def _sends(self, kind: Kind, payload: Payload) -> Attempt:
        self.last_error = None
        return await self.postman.once(kind, payload)

    def _noted(self, attempt: Attempt) -> Attempt:
        if attempt.failure is not None:
            self.last_error = NO_CONNECTION
        return attempt
