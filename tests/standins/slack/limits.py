"""Slack's limits on blocks and views, each problem worded as Slack words it, with a JSON pointer.

Source of the numbers: Slack's Block Kit reference (blocks, block elements, composition objects, views).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from tests.standins.slack.words import Payload, elements_of, options_of, text_of

Surface = Literal["message", "modal", "home"]
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
ALERT_LEVELS = {None, "default", "info", "warning", "error", "success"}
BLOCK_TYPES = {
    "actions", "alert", "call", "card", "carousel", "container", "context", "context_actions", "data_table",
    "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text", "section",
    "table", "task_card", "video",
}  # fmt: skip
ELEMENT_TYPES = {
    "button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "external_select", "feedback_buttons", "file_input", "icon_button", "image",
    "multi_channels_select", "multi_conversations_select", "multi_external_select", "multi_static_select",
    "multi_users_select", "number_input", "overflow", "plain_text_input", "radio_buttons", "rich_text_input",
    "static_select", "timepicker", "url_text_input", "users_select", "workflow_button",
}  # fmt: skip
MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
Problems = Iterator[str]
FileIsShared = Callable[[Payload], bool]


def _says(problem: str, pointer: str) -> str:
    return f"[ERROR] {problem} [json-pointer:{pointer}]"


def _length(value: Any, most: int, pointer: str, least: int = 1) -> Problems:
    text = "" if value is None else str(value)
    if len(text) > most:
        yield _says(f"must be less than {most + 1} characters", pointer)
    if len(text) < least:
        yield _says(f"must be more than {least - 1} characters", pointer)


def _text(value: Any, most: int, pointer: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Problems:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield _says(f"must be a text object of type {' or '.join(kinds)}", pointer)
        return
    yield from _length(value.get("text"), most, f"{pointer}/text")


def _count(items: Any, least: int, most: int, pointer: str) -> Problems:
    if not isinstance(items, list):
        yield _says("must provide an array", pointer)
    elif len(items) > most:
        yield _says(f"no more than {most} items allowed", pointer)
    elif len(items) < least:
        yield _says(f"no fewer than {least} items allowed", pointer)


def _options(element: Payload, pointer: str) -> Problems:
    kind = str(element["type"])
    options = options_of(element)
    yield from _count(options, 1, MOST_OPTIONS.get(kind, 100), f"{pointer}/options")
    for number, option in enumerate(options):
        at = f"{pointer}/options/{number}"
        yield from _text(option.get("text"), 75, f"{at}/text")
        yield from _length(option.get("value"), 150, f"{at}/value")
    values = [option.get("value") for option in options]
    if len(set(map(str, values))) != len(values):
        yield _says("option values must be unique", f"{pointer}/options")
    initial = [
        *element.get("initial_options", []),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    if any(one not in options for one in initial):
        yield _says("initial option must match one of the options", f"{pointer}/initial_option")


def _element(element: Payload, pointer: str) -> Problems:
    kind = element.get("type")
    if kind not in ELEMENT_TYPES:
        yield _says(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if kind == "image":
        yield from _length(element.get("alt_text"), 2000, f"{pointer}/alt_text")
        return
    if "action_id" in element:
        yield from _length(element["action_id"], 255, f"{pointer}/action_id")
    if kind == "button":
        yield from _text(element.get("text"), 75, f"{pointer}/text", ("plain_text",))
        yield from _length(element.get("value"), 2000, f"{pointer}/value", least=0)
        yield from _length(element.get("url"), 3000, f"{pointer}/url", least=0)
        if element.get("style") not in {None, "primary", "danger"}:
            yield _says("style must be primary or danger", f"{pointer}/style")
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, f"{pointer}/placeholder", ("plain_text",))
    if kind in {"static_select", "multi_static_select", "checkboxes", "radio_buttons", "overflow"}:
        yield from _options(element, pointer)
    if kind == "plain_text_input":
        yield from _length(element.get("initial_value"), element.get("max_length", 3000), f"{pointer}/initial_value", 0)


def _section(block: Payload, pointer: str) -> Problems:
    if "text" in block:
        yield from _text(block["text"], 3000, f"{pointer}/text")
    elif "fields" not in block:
        yield _says("missing required field: text", pointer)
    if "fields" in block:
        yield from _count(block["fields"], 1, 10, f"{pointer}/fields")
        for number, one in enumerate(block["fields"]):
            yield from _text(one, 2000, f"{pointer}/fields/{number}")


def _actions(block: Payload, pointer: str) -> Problems:
    yield from _count(block.get("elements"), 1, 25, f"{pointer}/elements")


def _context(block: Payload, pointer: str) -> Problems:
    yield from _count(block.get("elements"), 1, 10, f"{pointer}/elements")
    for number, one in enumerate(block.get("elements", [])):
        at = f"{pointer}/elements/{number}"
        yield from _element(one, at) if one.get("type") == "image" else _text(one, 3000, at)


def _input(block: Payload, pointer: str) -> Problems:
    yield from _text(block.get("label"), 2000, f"{pointer}/label", ("plain_text",))
    if "hint" in block:
        yield from _text(block["hint"], 2000, f"{pointer}/hint", ("plain_text",))
    if not isinstance(block.get("element"), dict):
        yield _says("missing required field: element", pointer)


def _image(block: Payload, pointer: str) -> Problems:
    yield from _length(block.get("alt_text"), 2000, f"{pointer}/alt_text")
    if not block.get("image_url") and not block.get("slack_file"):
        yield _says("missing required field: image_url or slack_file", pointer)
    yield from _length(block.get("image_url"), 3000, f"{pointer}/image_url", least=0)


def _table(block: Payload, pointer: str) -> Problems:
    yield from _count(block.get("rows"), 1, 100, f"{pointer}/rows")
    for number, row in enumerate(block.get("rows", [])):
        yield from _count(row, 1, 20, f"{pointer}/rows/{number}")
        for column, cell in enumerate(row):
            if cell.get("type") not in {"raw_text", "raw_number", "rich_text"}:
                yield _says(f"unsupported type: {cell.get('type')}", f"{pointer}/rows/{number}/{column}/type")
            elif cell["type"] == "raw_text":
                yield from _length(cell.get("text"), 10000, f"{pointer}/rows/{number}/{column}/text")


def _chart(block: Payload, pointer: str) -> Problems:
    yield from _length(text_of(block.get("title")), 50, f"{pointer}/title")
    chart = block.get("chart") or {}
    if chart.get("type") not in {"line", "bar", "area", "pie"}:
        yield _says(f"unsupported type: {chart.get('type')}", f"{pointer}/chart/type")
    elif chart["type"] != "pie":
        yield from _count(chart.get("series"), 1, 6, f"{pointer}/chart/series")
        labels = [[point.get("label") for point in one.get("data", [])] for one in chart.get("series", [])]
        for number, one in enumerate(chart.get("series", [])):
            yield from _count(one.get("data"), 1, 20, f"{pointer}/chart/series/{number}/data")
            if labels[number] != labels[0] or any(point.get("value") is None for point in one.get("data", [])):
                yield _says("every series needs a value for every category", f"{pointer}/chart/series/{number}/data")


def _header(block: Payload, pointer: str) -> Problems:
    yield from _text(block.get("text"), 150, f"{pointer}/text", ("plain_text",))


def _alert(block: Payload, pointer: str) -> Problems:
    yield from _text(block.get("text"), 3000, f"{pointer}/text")
    if block.get("level") not in ALERT_LEVELS:
        yield _says("unknown level", f"{pointer}/level")


BY_TYPE: dict[str, Callable[[Payload, str], Problems]] = {
    "section": _section,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "image": _image,
    "table": _table,
    "data_visualization": _chart,
    "header": _header,
    "alert": _alert,
}


def _block(block: Payload, pointer: str, surface: Surface) -> Problems:
    kind = block.get("type")
    if kind not in BLOCK_TYPES or (kind == "alert" and surface != "modal"):
        yield _says(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if kind in {"table", "data_visualization"} and surface != "message":
        yield _says(f"unsupported type: {kind}", f"{pointer}/type")
    if "block_id" in block:
        yield from _length(block["block_id"], 255, f"{pointer}/block_id")
    if kind in BY_TYPE:
        yield from BY_TYPE[kind](block, pointer)
    for number, element in enumerate(elements_of(block)):
        yield from _element(element, f"{pointer}/elements/{number}")


def _unique(names: list[str], what: str) -> Problems:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"[ERROR] {what} already exists: {name}"
        seen.add(name)


def block_problems(blocks: Any, surface: Surface, file_is_shared: FileIsShared, charts: bool = True) -> list[str]:
    """Why Slack would refuse these blocks, empty if it would not. `charts=False`: data_visualization is unknown."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return [_says("must provide an array of objects", "/blocks")]
    found = list(_count(blocks, 0, MOST_BLOCKS[surface], "/blocks"))
    for number, block in enumerate(blocks):
        found += _block(block, f"/blocks/{number}", surface)
        if block.get("type") == "data_visualization" and not charts:
            found.append(_says("unsupported type: data_visualization", f"/blocks/{number}/type"))
        slack_file = block.get("slack_file")
        if isinstance(slack_file, dict) and not file_is_shared(slack_file):
            found.append(_says("invalid slack file", f"/blocks/{number}/slack_file"))
    found += _unique([block["block_id"] for block in blocks if "block_id" in block], "block_id")
    for block in blocks:
        found += _unique([one["action_id"] for one in elements_of(block) if "action_id" in one], "action_id")
    if sum(block.get("type") == "data_visualization" for block in blocks) > 2:
        found.append(_says("no more than 2 data_visualization blocks allowed", "/blocks"))
    if sum(block.get("type") == "table" for block in blocks) > 1:
        found.append(_says("only one table allowed", "/blocks"))
    return found


def view_problems(view: Any, file_is_shared: FileIsShared, charts: bool = True) -> list[str]:
    """Why Slack would refuse this modal or Home tab, empty if it would not."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return [_says("must provide a view of type modal or home", "/view/type")]
    found: list[str] = []
    if view["type"] == "modal":
        found += _text(view.get("title"), 24, "/view/title", ("plain_text",))
        for key in ("submit", "close"):
            if view.get(key) is not None:
                found += _text(view[key], 24, f"/view/{key}", ("plain_text",))
        has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view.get("blocks") or [])
        if has_input and view.get("submit") is None:
            found.append(_says("missing required field: submit (the view has an input block)", "/view"))
    found += _length(view.get("private_metadata"), 3000, "/view/private_metadata", least=0)
    found += _length(view.get("callback_id"), 255, "/view/callback_id", least=0)
    surface: Surface = "home" if view["type"] == "home" else "modal"
    return found + block_problems(view.get("blocks"), surface, file_is_shared, charts)
