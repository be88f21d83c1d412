"""Slack's limits once more, written from its documentation and not from our renderer: it checks the renderer.

Source: docs.slack.dev, reference of Block Kit blocks, elements, composition objects and views.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

OURS = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>|]+>|<https?://[^<>|\s]+\|[^<>|]+>")
"""The only angle brackets that may stand in ``mrkdwn``: a person, a moment, a link with words."""


def _length(words: object, most: int, where: str, least: int = 1) -> Iterator[str]:
    if not isinstance(words, str):
        yield f"{where}: no text but {words!r}"
    elif not least <= len(words.encode("utf-16-le")) // 2 <= most:
        yield f"{where}: {len(words)} characters, allowed are {least} to {most}"


def _count(items: object, most: int, where: str) -> Iterator[str]:
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        yield f"{where}: {len(items) if isinstance(items, list) else items!r} items, allowed are 1 to {most}"


def _mrkdwn(words: str, where: str) -> Iterator[str]:
    if re.search("[<>]", OURS.sub("", words)) or re.search(r"&(?!amp;|lt;|gt;)", OURS.sub("", words)):
        yield f"{where}: not escaped once: {words[:80]!r}"


def _text(text: Json, most: int, where: str, kinds: tuple[str, ...] = ("plain_text",)) -> Iterator[str]:
    if text.get("type") not in kinds:
        yield f"{where}: type {text.get('type')!r}, allowed are {kinds}"
    yield from _length(text.get("text"), most, where)
    if text.get("type") == "mrkdwn":
        yield from _mrkdwn(text["text"], where)


def _options(options: list[Json], where: str) -> Iterator[str]:
    yield from _count(options, 100, where)
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        yield f"{where}: a value twice"
    for option in options:
        yield from _text(option["text"], 75, f"{where}.text")
        yield from _length(option["value"], 150, f"{where}.value")


def _element(element: Json, where: str) -> Iterator[str]:
    yield from _length(element.get("action_id"), 255, f"{where}.action_id")
    if element["type"] == "button":
        yield from _text(element["text"], 75, f"{where}.text")
        yield from _length(element.get("value", ""), 2000, f"{where}.value", least=0)
        if element.get("style", "primary") not in ("primary", "danger"):
            yield f"{where}.style: {element['style']}"
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, f"{where}.placeholder")
    if "select" in element["type"] and element["type"] != "users_select":
        yield from _options(element["options"], f"{where}.options")


def _rich(block: Json, where: str) -> Iterator[str]:
    """Well formed, and not longer than a section could be."""
    yield from _count(block["elements"], 100, where)
    shown = 0
    for part in block["elements"]:
        if part["type"] not in ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"):
            yield f"{where}: {part['type']}"
        rows = part["elements"] if part["type"] == "rich_text_list" else [part]
        yield from _count(rows, 100, f"{where}.{part['type']}")
        for row in rows:
            yield from _count(row["elements"], 200, f"{where}.elements")
            for piece in row["elements"]:
                yield from _piece(piece, where)
                shown += len(piece.get("text") or piece.get("fallback") or piece.get("user_id"))
    if shown > 3600:
        yield f"{where}: {shown} characters in one block"


def _piece(piece: Json, where: str) -> Iterator[str]:
    allowed = {"text": "text", "link": "url", "user": "user_id", "date": "timestamp"}
    if not piece.get(allowed.get(piece["type"], "")):
        yield f"{where}: {piece}"
    if piece["type"] == "text" and re.search("<[!@#]", piece["text"]):
        yield f"{where}: looks like a mention: {piece['text'][:40]!r}"


def _block(block: Json, where: str) -> Iterator[str]:
    kind = block["type"]
    if kind == "header":
        yield from _text(block["text"], 150, where)
    elif kind == "context":
        yield from _count(block["elements"], 10, where)
        for element in block["elements"]:
            yield from _text(element, 3000, where, ("plain_text", "mrkdwn"))
    elif kind == "section":
        yield from _text(block["text"], 3000, where, ("plain_text", "mrkdwn"))
        yield from _element(block["accessory"], f"{where}.accessory")
    elif kind == "actions":
        yield from _count(block["elements"], 25, where)
        for element in block["elements"]:
            yield from _element(element, where)
    elif kind == "rich_text":
        yield from _rich(block, where)
    elif kind == "image":
        yield from _length(block.get("alt_text"), 2000, where)
    elif kind == "input":
        yield from _text(block["label"], 2000, f"{where}.label")
        yield from _element(block["element"], where)
    else:
        yield f"{where}: {kind} is not a block we use"


def _blocks(blocks: list[Json], most: int) -> Iterator[str]:
    yield from _count(blocks, most, "blocks")
    ids = [block.get("block_id") for block in blocks]
    if None in ids or len(set(ids)) != len(ids):
        yield f"block_id missing or twice: {ids}"
    for at, block in enumerate(blocks):
        yield from _length(block.get("block_id"), 255, f"blocks[{at}].block_id")
        yield from _block(block, f"blocks[{at}]")
    acting = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    acting += [block["accessory"] for block in blocks if "accessory" in block]
    pressed = [element["action_id"] for element in acting]
    if len(set(pressed)) != len(pressed):
        yield f"action_id twice: {pressed}"


def blocks_violations(blocks: list[Json], most: int) -> list[str]:
    """Everything Slack would refuse in the blocks of a view."""
    return list(_blocks(blocks, most))


def message_violations(text: str, blocks: list[Json]) -> list[str]:
    """Everything Slack would refuse, or understand as a mention, in a message."""
    return [*_length(text, 4000, "text"), *_mrkdwn(text, "text"), *_blocks(blocks, 50)]


def modal_violations(view: Json) -> list[str]:
    """Everything Slack would refuse in a modal."""
    titles = [problem for name in ("title", "submit", "close") for problem in _text(view[name], 24, name)]
    carried = _length(view["private_metadata"], 3000, "private_metadata", least=0)
    return [*titles, *carried, *_blocks(view["blocks"], 100)]
