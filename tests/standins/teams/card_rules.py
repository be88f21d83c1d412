"""What Teams refuses of an Adaptive Card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.standins.teams.cards import INPUTS, PARTS, Payload, parts_of

NEWEST = (1, 5)
ELEMENTS = frozenset(
    [
        "TextBlock",
        "RichTextBlock",
        "Image",
        "ImageSet",
        "Media",
        "Container",
        "ColumnSet",
        "Column",
        "FactSet",
        "ActionSet",
        "Table",
        "TableRow",
        "TableCell",
        "Input.Text",
        "Input.Number",
        "Input.Date",
        "Input.Time",
        "Input.Toggle",
        "Input.ChoiceSet",
        "Icon",
        "CodeBlock",
        "Badge",
        "Carousel",
        "CompoundButton",
        "Rating",
        "ProgressBar",
        "ProgressRing",
        "Input.Rating",
        "Chart.Line",
        "Chart.Donut",
        "Chart.Pie",
        "Chart.VerticalBar",
        "Chart.VerticalBar.Grouped",
        "Chart.HorizontalBar",
        "Chart.HorizontalBar.Stacked",
        "Chart.Gauge",
        "Component",
    ]
)
ACTIONS = frozenset(
    [
        "Action.Execute",
        "Action.Submit",
        "Action.OpenUrl",
        "Action.ShowCard",
        "Action.ToggleVisibility",
        "Action.Popover",
    ]
)
SHOWN_ACTIONS = 6
"""Root actions that a card shows; Teams moves the others into an overflow menu only where they say so."""


def card_problems(card: Any) -> list[str]:
    """Why Teams would not take this card, empty if it would."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["the content is no AdaptiveCard"]
    version = str(card.get("version", ""))
    try:
        numbers = tuple(int(part) for part in version.split("."))
    except ValueError:
        return [f"version {version!r} is no version"]
    found = [] if numbers <= NEWEST else [f"version {version} is newer than 1.5"]
    if not card.get("body") and not card.get("actions"):
        found.append("the card is empty")
    found += _known(card)
    ids = [str(part["id"]) for part in parts_of(card) if part.get("id")]
    found += [f"the id {one!r} stands twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    shown = [one for one in card.get("actions") or [] if one.get("mode", "primary") == "primary"]
    if len(shown) > SHOWN_ACTIONS:
        found.append(f"{len(shown)} primary actions, Teams shows {SHOWN_ACTIONS}")
    return found


def _known(node: Payload, inside: bool = False) -> list[str]:
    kind = str(node.get("type", "AdaptiveCard"))
    known = kind in ELEMENTS | ACTIONS | {"AdaptiveCard"}
    if inside and not known:
        fallback = node.get("fallback")
        if fallback == "drop":
            return []
        return _known(fallback, True) if isinstance(fallback, dict) else [f"{kind!r} is unknown and has no fallback"]
    found = list(_lacking(node, kind))
    for name in PARTS:
        children = node.get(name) or []
        if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
            found.append(f"{kind}.{name} is no list of objects")
            continue
        for child in children:
            found += _known({"type": _implied(kind, name), **child}, True)
    for name in ("selectAction", "card"):
        if isinstance(node.get(name), dict):
            found += _known(node[name], True)
    return found


def _implied(kind: str, name: str) -> str:
    """Columns, rows and cells need not say what they are."""
    return {"columns": "Column", "rows": "TableRow", "cells": "TableCell", "images": "Image"}.get(name, "")


def _lacking(node: Payload, kind: str) -> Iterator[str]:
    needs = {
        "TextBlock": "text",
        "RichTextBlock": "inlines",
        "Image": "url",
        "FactSet": "facts",
        "ActionSet": "actions",
        "Action.OpenUrl": "url",
        "Action.ShowCard": "card",
    }
    if kind in needs and node.get(needs[kind]) is None:
        yield f"{kind} without {needs[kind]}"
    if kind in INPUTS and not node.get("id"):
        yield f"{kind} without id"
    if kind in INPUTS and node.get("isRequired") and not node.get("label"):
        yield f"{kind} {node.get('id')!r} is required and has no label"
    if kind == "Action.Execute" and not node.get("verb"):
        yield f"Action.Execute {node.get('title')!r} without verb"
    if kind == "Input.ChoiceSet":
        yield from _bad_choices(node)


def _bad_choices(node: Payload) -> Iterator[str]:
    choices = node.get("choices") or []
    if not choices and "choices.data" not in node:
        yield f"Input.ChoiceSet {node.get('id')!r} without choices"
    for one in choices:
        if not isinstance(one, dict) or not isinstance(one.get("title"), str) or not isinstance(one.get("value"), str):
            yield f"Input.ChoiceSet {node.get('id')!r}: a choice needs title and value as text"
