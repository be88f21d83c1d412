"""What a person sees of Block Kit: visible words, and the things that can be clicked, found by their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]

SELECTS = {"static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"}


@dataclass(frozen=True)
class Clickable:
    """One interactive element, the block it sits in, and the option chosen if it is a menu."""

    element: Payload
    block: Payload
    option: Payload | None = None


def text_of(thing: Any) -> str:
    """The words of a text object, of a plain string, or of nothing at all."""
    if isinstance(thing, dict):
        return str(thing.get("text", ""))
    return "" if thing is None else str(thing)


def elements_of(block: Payload) -> Iterator[Payload]:
    """The interactive elements of one block: an accessory, an input's element, or a row of actions."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield block[key]
    if block.get("type") in {"actions", "context_actions"}:
        yield from block.get("elements", [])


def options_of(element: Payload) -> list[Payload]:
    """All options of a menu, those inside option groups included."""
    grouped = [option for group in element.get("option_groups", []) for option in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def _words_of_element(element: Payload) -> Iterator[str]:
    yield text_of(element.get("text"))
    yield text_of(element.get("placeholder"))
    yield str(element.get("alt_text", ""))
    if element.get("type") in {"checkboxes", "radio_buttons"}:
        yield from (text_of(option.get("text")) for option in options_of(element))
    yield text_of((element.get("initial_option") or {}).get("text"))
    yield str(element.get("initial_value", ""))


def _words_of_rich_text(element: Payload) -> Iterator[str]:
    kind = element.get("type")
    if kind == "user":
        yield f"<@{element.get('user_id')}>"
    elif kind == "channel":
        yield f"<#{element.get('channel_id')}>"
    elif kind == "broadcast":
        yield f"<!{element.get('range')}>"
    elif kind == "emoji":
        yield f":{element.get('name')}:"
    elif kind == "link":
        yield str(element.get("text") or element.get("url", ""))
    else:
        yield text_of(element.get("text"))
    for child in element.get("elements", []):
        yield from _words_of_rich_text(child)


def _words_of_table(block: Payload) -> Iterator[str]:
    for row in block.get("rows", []):
        for cell in row:
            if cell.get("type") == "rich_text":
                yield from _words_of_rich_text(cell)
            else:
                yield str(cell.get("text", cell.get("value", "")))


def _words_of_chart(block: Payload) -> Iterator[str]:
    yield text_of(block.get("title"))
    chart = block.get("chart") or {}
    for series in [*chart.get("series", []), *chart.get("segments", [])]:
        yield str(series.get("name", series.get("label", "")))


def words_of_block(block: Payload) -> Iterator[str]:
    """Every visible run of words in one block, in reading order (runs may be empty)."""
    kind = block.get("type")
    if kind == "rich_text":
        yield "".join(_words_of_rich_text(block))
    elif kind == "table":
        yield from _words_of_table(block)
    elif kind == "data_visualization":
        yield from _words_of_chart(block)
    else:
        yield from (text_of(block.get(key)) for key in ("title", "label", "text"))
        yield from (text_of(field) for field in block.get("fields", []))
        yield str(block.get("alt_text", ""))
        if kind == "context":
            yield from (text_of(e.get("text", e.get("alt_text"))) for e in block.get("elements", []))
        for element in elements_of(block):
            yield from _words_of_element(element)
        yield text_of(block.get("hint"))


def words_of(blocks: list[Payload], text: str = "") -> str:
    """What the reader sees: the blocks' words a line each, or the text when there are no blocks."""
    if not blocks:
        return text
    return "\n".join(words for block in blocks for words in words_of_block(block) if words)


def clickables(blocks: list[Payload]) -> Iterator[Clickable]:
    """Everything that can be clicked: each button, and each option of each menu."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in SELECTS:
                for option in options_of(element):
                    yield Clickable(element, block, option)
            else:
                yield Clickable(element, block)


def label_of(clickable: Clickable) -> str:
    """The words on it: the option's, the button's, else the placeholder."""
    if clickable.option is not None:
        return text_of(clickable.option.get("text"))
    return text_of(clickable.element.get("text")) or text_of(clickable.element.get("placeholder"))


def find_clickable(blocks: list[Payload], label: str) -> Clickable:
    """The one element whose words are `label`; LookupError lists what there is when none or several match."""
    there = list(clickables(blocks))
    found = [clickable for clickable in there if label_of(clickable) == label]
    if not found:
        found = [clickable for clickable in there if label_of(clickable).strip().endswith(label)]
    if len(found) != 1:
        seen = ", ".join(repr(label_of(clickable)) for clickable in there) or "nothing to click"
        raise LookupError(f"{len(found)} elements read {label!r}; to be seen here: {seen}")
    return found[0]
