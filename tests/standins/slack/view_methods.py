"""`views.*`: modals and Home tabs."""

from __future__ import annotations

import time
from typing import Any

from tests.standins.slack.calls import ApiError, Call
from tests.standins.slack.limits import view_problems
from tests.standins.slack.scene import Scene
from tests.standins.slack.surfaces import View
from tests.standins.slack.words import Payload
from tests.standins.slack.workspace import Trigger, User

DEEPEST_STACK = 3


def checked_view(scene: Scene, view: Any, kind: str) -> Payload:
    """The view, or `invalid_arguments` with every problem, as Slack answers for views."""
    problems = view_problems(view, scene.file_is_shared, scene.knows_charts)
    if not problems and view["type"] != kind:
        problems = [f"[ERROR] unsupported type: {view['type']} [json-pointer:/view/type]"]
    if problems:
        raise ApiError("invalid_arguments", response_metadata={"messages": problems})
    return dict(view)


def dress_view(scene: Scene, person: User, view: Payload, root: View | None = None) -> View:
    """A view with the ids Slack adds; `app_installed_team_id` is the host's, `team_id` the person's."""
    world = scene.world
    view_id = world.new_id("V")
    payload: Payload = {
        "id": view_id,
        "team_id": person.team_id,
        "app_id": world.app_id,
        "app_installed_team_id": world.host.id,
        "bot_id": world.bot_id,
        "root_view_id": root.payload["root_view_id"] if root is not None else view_id,
        "previous_view_id": root.id if root is not None else None,
        "hash": f"{world.new_ts()}.{world.secret()[:8]}",
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "state": {"values": {}},
        **view,
    }
    payload["blocks"] = world.with_block_ids(payload["blocks"])
    return View(payload, person.id)


def take_trigger(scene: Scene, trigger_id: str) -> Trigger:
    """Use up a trigger id: three seconds, once."""
    trigger = scene.world.triggers.get(trigger_id)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if time.monotonic() > trigger.expires:
        raise ApiError("expired_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    trigger.used = True
    return trigger


def _remember(scene: Scene, view: View) -> Payload:
    external_id = view.payload["external_id"]
    if external_id and any(one.payload["external_id"] == external_id for one in scene.world.views.values()):
        raise ApiError("duplicate_external_id")
    scene.world.views[view.id] = view
    return {"view": view.payload}


def open_view(scene: Scene, call: Call) -> Payload:
    """views.open: replaces whatever the person had open."""
    view = checked_view(scene, call.args.get("view"), "modal")
    trigger = take_trigger(scene, call.text("trigger_id"))
    person = scene.world.users[trigger.person_id]
    if trigger.view_id is not None and person.views:
        return _stack(scene, person, view)
    opened = dress_view(scene, person, view)
    answer = _remember(scene, opened)
    person.views[:] = [opened]
    return answer


def _stack(scene: Scene, person: User, view: Payload) -> Payload:
    if len(person.views) >= DEEPEST_STACK:
        raise ApiError("push_limit_reached")
    opened = dress_view(scene, person, view, root=person.views[-1])
    answer = _remember(scene, opened)
    person.views.append(opened)
    return answer


def push_view(scene: Scene, call: Call) -> Payload:
    """views.push: upon the view the interaction came from."""
    view = checked_view(scene, call.args.get("view"), "modal")
    person = scene.world.users[take_trigger(scene, call.text("trigger_id")).person_id]
    if not person.views:
        raise ApiError("not_found")
    return _stack(scene, person, view)


def replace_view(scene: Scene, view: View, fresh: Payload) -> None:
    """Show new content in an open view; what was typed stays where block_id and action_id stay."""
    kept = {"id", "team_id", "app_id", "app_installed_team_id", "bot_id", "root_view_id", "previous_view_id"}
    person = scene.world.users[view.person_id]
    dressed = dress_view(scene, person, fresh).payload
    view.payload = {**dressed, **{key: view.payload[key] for key in kept}}
    view.errors = {}
    there = {str(block["block_id"]) for block in view.blocks}
    view.state = {block_id: values for block_id, values in view.state.items() if block_id in there}


def update_view(scene: Scene, call: Call) -> Payload:
    """views.update by `view_id` or `external_id`, refused with `hash_conflict` when the view changed meanwhile."""
    fresh = checked_view(scene, call.args.get("view"), "modal")
    wanted = (call.args.get("view_id"), call.args.get("external_id"))
    found = [v for v in scene.world.views.values() if v.id == wanted[0] or v.payload["external_id"] == (wanted[1] or 0)]
    is_open = found and found[0] in scene.world.users[found[0].person_id].views
    if not is_open:
        raise ApiError("not_found")
    if call.args.get("hash") and call.args["hash"] != found[0].payload["hash"]:
        raise ApiError("hash_conflict")
    replace_view(scene, found[0], fresh)
    return {"view": found[0].payload}


def publish_view(scene: Scene, call: Call) -> Payload:
    """views.publish: says ok for external members too, but they never see it."""
    if not scene.home_enabled:
        raise ApiError("not_enabled")
    view = checked_view(scene, call.args.get("view"), "home")
    person = scene.world.users.get(call.text("user_id"))
    if person is None:
        raise ApiError("user_not_found")
    before = scene.world.homes.get(person.id)
    if call.args.get("hash") and before is not None and call.args["hash"] != before.payload["hash"]:
        raise ApiError("hash_conflict")
    published = dress_view(scene, person, view)
    scene.world.homes[person.id] = published
    if not scene.world.is_outsider(person.id):
        person.home = published
    return {"view": published.payload}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
