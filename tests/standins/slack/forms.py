"""Filling in Block Kit inputs by their labels, and the state Slack makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as wall_time
from typing import Any

from tests.standins.slack.surfaces import View
from tests.standins.slack.words import Payload, elements_of, options_of, text_of

TEXT_INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
# Element type -> (key in the state, key of the initial value in the block).
SINGLE_VALUES = {
    **{kind: ("value", "initial_value") for kind in TEXT_INPUTS},
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
LISTS = {"selected_options", "selected_users", "selected_conversations", "selected_channels"}


def option_named(element: Payload, words: str) -> Payload:
    """The option that reads so, or whose value is so; LookupError lists what there is."""
    for option in options_of(element):
        if words in {text_of(option["text"]), option.get("value")}:
            return option
    there = [text_of(option["text"]) for option in options_of(element)]
    raise LookupError(f"no option reads {words!r}; there are {there}")


def _plain(value: Any) -> Any:
    """A date, a time of day or a person as Slack writes them."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, wall_time):
        return value.strftime("%H:%M")
    return getattr(value, "id", value)


def _many(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else [value]


def state_of(element: Payload, value: Any) -> Payload:
    """The state of one element once `value` is chosen or typed; None clears it."""
    kind = str(element["type"])
    if kind not in SINGLE_VALUES:
        raise LookupError(f"a {kind} cannot be filled in")
    key, _ = SINGLE_VALUES[kind]
    if value is None:
        chosen: Any = [] if key in LISTS else None
    elif key == "selected_option":
        chosen = option_named(element, str(value))
    elif key == "selected_options":
        chosen = [option_named(element, str(one)) for one in _many(value)]
    elif key in LISTS:
        chosen = [_plain(one) for one in _many(value)]
    else:
        chosen = str(value) if kind in TEXT_INPUTS else _plain(value)
    return {"type": kind, key: chosen}


def _initial(element: Payload) -> Payload:
    kind = str(element["type"])
    key, initial = SINGLE_VALUES[kind]
    return {"type": kind, key: element.get(initial, [] if key in LISTS else None)}


def filled_state(blocks: list[Payload], typed: dict[str, dict[str, Payload]]) -> dict[str, dict[str, Payload]]:
    """`state.values`: initial values, with what the person typed or chose over them."""
    values: dict[str, dict[str, Payload]] = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") not in SINGLE_VALUES:
                continue
            block_id, action_id = str(block["block_id"]), str(element.get("action_id", ""))
            state = typed.get(block_id, {}).get(action_id) or _initial(element)
            values.setdefault(block_id, {})[action_id] = state
    return values


def labelled(blocks: list[Payload], label: str) -> tuple[Payload, Payload]:
    """The block and element with this label (an input's label, a section's words, or a placeholder)."""
    there: list[str] = []
    for block in blocks:
        for element in elements_of(block):
            names = {text_of(block.get("label")), text_of(block.get("text")), text_of(element.get("placeholder"))}
            if element.get("type") not in SINGLE_VALUES:
                continue
            if label in names:
                return block, element
            there += sorted(names - {""})
    raise LookupError(f"no field is labelled {label!r}; there are {there}")


def missing_required(view: View) -> dict[str, str]:
    """Block id -> what Slack's own client says at a required field left empty or a text of the wrong length."""
    values = filled_state(view.blocks, view.state)
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = values.get(str(block["block_id"]), {}).get(str(element.get("action_id", "")), {})
        value = next((one for key, one in state.items() if key != "type"), None)
        if value in (None, "", []):
            if not block.get("optional"):
                errors[str(block["block_id"])] = "Please complete this required field."
        elif element["type"] == "plain_text_input":
            least, most = element.get("min_length", 0), element.get("max_length", 3000)
            if not least <= len(value) <= most:
                errors[str(block["block_id"])] = f"Please enter between {least} and {most} characters."
    return errors
