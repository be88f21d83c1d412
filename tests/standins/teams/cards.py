"""Adaptive Cards as people meet them: what they read, what can be pressed, and what is typed into inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Payload = dict[str, Any]
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
INPUTS = frozenset(
    ["Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet", "Input.Rating"]
)
PARTS = ("body", "items", "columns", "rows", "cells", "images", "actions", "pages")
SHAPES = {
    "Input.Date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "Input.Time": re.compile(r"\d{2}:\d{2}"),
    "Input.Number": re.compile(r"-?\d+(\.\d+)?"),
}


class NotOnTheCard(LookupError):
    """What was to be pressed or filled in is not on the card."""


def parts_of(node: Payload) -> Iterator[Payload]:
    """The node itself and all elements and actions in it, in the order in which they are read."""
    yield node
    for name in PARTS:
        for child in node.get(name) or []:
            if isinstance(child, dict):
                yield from parts_of(child)
    for name in ("selectAction", "card"):
        if isinstance(node.get(name), dict):
            yield from parts_of(node[name])


def actions_of(card: Payload) -> list[Payload]:
    """Everything that can be pressed."""
    return [part for part in parts_of(card) if str(part.get("type", "")).startswith("Action.")]


def inputs_of(card: Payload) -> list[Payload]:
    """Everything that can be filled in."""
    return [part for part in parts_of(card) if part.get("type") in INPUTS and part.get("isVisible", True)]


def titles(card: Payload) -> list[str]:
    """What the buttons read."""
    return [str(action.get("title", "")) for action in actions_of(card)]


def text_of_card(card: Payload) -> str:
    """All words of the card, as a reader meets them."""
    found: list[str] = []
    for part in parts_of(card):
        kind = part.get("type")
        if kind == "TextBlock":
            found.append(str(part.get("text", "")))
        elif kind == "RichTextBlock":
            runs = part.get("inlines") or []
            found.append("".join(run if isinstance(run, str) else str(run.get("text", "")) for run in runs))
        elif kind == "FactSet":
            found += [f"{fact.get('title', '')} {fact.get('value', '')}" for fact in part.get("facts") or []]
        elif kind in INPUTS:
            found.append(str(part.get("label") or part.get("title") or ""))
    return "\n".join(words for words in found if words)


def find_action(card: Payload, label: str) -> Payload:
    """The action that reads `label`, else whose id or verb it is. NotOnTheCard tells what can be pressed."""
    actions = actions_of(card)
    for name in ("title", "id", "verb"):
        for action in actions:
            if action.get(name) == label and action.get("isEnabled", True):
                return action
    raise NotOnTheCard(f"nothing on the card reads {label!r}; there are {titles(card)}")


def find_input(card: Payload, label: str) -> Payload:
    """The input with this label, with a label that begins so, or with this id or placeholder."""
    inputs = inputs_of(card)
    for fits in (
        lambda one: label in {one.get("label"), one.get("title")},
        lambda one: one.get("id") == label,
        lambda one: str(one.get("label") or one.get("title") or "").startswith(label),
        lambda one: one.get("placeholder") == label,
    ):
        found = [one for one in inputs if fits(one)]
        if found:
            return found[0]
    raise NotOnTheCard(f"no input is {label!r}; there are {[one.get('label') or one.get('id') for one in inputs]}")


def typed(element: Payload, value: Any) -> str:
    """A value as the input sends it. ValueError if the input would not take it."""
    kind, words = element["type"], "" if value is None else value
    if kind == "Input.ChoiceSet":
        return _chosen(element, words)
    if kind == "Input.Toggle":
        return str(element.get("valueOn", "true") if words else element.get("valueOff", "false"))
    words = str(words)
    if words and kind in SHAPES and not SHAPES[kind].fullmatch(words):
        raise ValueError(f"{element.get('label')!r}: {words!r} cannot be chosen in {kind}")
    if kind == "Input.Text" and len(words) > int(element.get("maxLength") or len(words)):
        raise ValueError(f"{element.get('label')!r} takes {element['maxLength']} characters, not {len(words)}")
    return words


def _chosen(element: Payload, value: Any) -> str:
    wanted = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)] if value != "" else []
    if len(wanted) > 1 and not element.get("isMultiSelect"):
        raise ValueError(f"{element.get('label')!r} takes one choice")
    by_title = {str(one["title"]): str(one["value"]) for one in reversed(element.get("choices") or [])}
    values = set(by_title.values())
    anybody = "choices.data" in element or (element.get("style") == "filtered" and "choices.data" in element)
    found = []
    for one in wanted:
        if one not in values and one not in by_title and not anybody:
            raise ValueError(f"{element.get('label')!r} has no choice {one!r}; there are {[*by_title]}")
        found.append(one if one in values else by_title.get(one, one))
    return ",".join(found)


def filled(card: Payload, values: dict[str, str]) -> dict[str, str]:
    """What the inputs send: typed values and those the card came with; an empty input sends nothing but for toggles."""
    found: dict[str, str] = {}
    for one in inputs_of(card):
        value = values.get(str(one.get("id")), str(one.get("value", "")))
        if one["type"] == "Input.Toggle" and not value:
            value = str(one.get("valueOff", "false"))
        if one.get("id") and value != "":
            found[str(one["id"])] = value
    return found


def missing(card: Payload, values: dict[str, str]) -> list[str]:
    """What Teams says of required inputs that are empty, and of texts that do not match their pattern."""
    sent = filled(card, values)
    return [
        str(one.get("errorMessage") or f"{one.get('label') or one.get('id')} is required")
        for one in inputs_of(card)
        if one.get("isRequired") and not sent.get(str(one.get("id")))
    ]
