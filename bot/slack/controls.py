"""Buttons and selects as Block Kit elements, and the literal text objects on them."""

from __future__ import annotations

from collections import Counter

from bot.slack import limits
from bot.slack.limits import cut, fitting
from bot.slack.rich_text import Json, literal
from handlers.vocabulary.outgoing import Button, Choose, Option


def _action_id(action: str, used: Counter[str]) -> str:
    """Unique in the message: "issue.done", then "issue.done#1"; the listener drops what follows ``#``."""
    number, used[action] = used[action], used[action] + 1
    return fitting(f"{action}#{number}" if number else action, limits.IDENTIFIER, "Button.action")


def button(pressed: Button, used: Counter[str]) -> Json:
    """A button. ``used`` counts how often each action stands in the message already. Raises ValueError for too long a value."""
    drawn: Json = {
        "type": "button",
        "action_id": _action_id(pressed.action, used),
        "text": plain_text(pressed.label, limits.BUTTON_TEXT),
    }
    if pressed.value:
        drawn["value"] = fitting(pressed.value, limits.BUTTON_VALUE, f"Button.value of {pressed.action}")
    if pressed.style:
        drawn["style"] = pressed.style
    return drawn


def select(choose: Choose, used: Counter[str]) -> Json:
    """A select with the first hundred choices; ``used`` as for a button."""
    return {
        "type": "static_select",
        "action_id": _action_id(choose.action, used),
        "placeholder": plain_text(choose.placeholder, limits.PLACEHOLDER),
        "options": options(choose.options),
    }


def options(choices: tuple[Option, ...]) -> list[Json]:
    """The first hundred choices of a select. Slack refuses a value twice, and an empty one."""
    return [
        {
            "text": plain_text(choice.label, limits.OPTION_TEXT),
            "value": fitting(choice.value, limits.OPTION_VALUE, f'Option.value of "{choice.label[:40]}"') or "-",
        }
        for choice in {choice.value: choice for choice in reversed(choices)}.values()
    ][: -limits.OPTIONS - 1 : -1]


def plain_text(words: str, limit: int) -> Json:
    """A literal text object; ``emoji`` off, or a person's ``:fire:`` would burn."""
    return {"type": "plain_text", "text": cut(literal(words).strip(), limit) or "–", "emoji": False}
