"""A record's history as one person sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.records.past import Change, Past, Step
from handlers.vocabulary.outgoing import AnyCard, Button, Element, Item, Note, PrivateCard, Span, Text, When, Words

LISTED = 15
"""The newest steps that are shown; the older ones are counted."""
LONGEST = 300
"""Characters of somebody's words in a line."""


def history_card(past: Past, zone: str) -> PrivateCard:
    """Who changed what when, the newest last. ``zone`` is the reader's."""
    shown = past.steps[-LISTED:]
    text = f"History of {past.title}"
    said: list[Element] = []
    if len(past.steps) > len(shown):
        said.append(Note((f"{len(past.steps) - len(shown)} earlier steps are not shown.",)))
    said += [Item(_line(step, zone)) for step in shown]
    return PrivateCard(
        text=text,
        title=text,
        elements=tuple(said) or (Words(("Nothing has changed since it began.",)),),
        buttons=(past.button,),
    )


def which_card(number: int, choices: tuple[tuple[str, str], ...]) -> PrivateCard:
    """Several records have this number. ``choices`` are a button's value and its label."""
    text = f"Several have the number {number}. Which one?"
    buttons = tuple(Button("history.show", label, value) for value, label in choices)
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=buttons)


def _line(step: Step, zone: str) -> Text:
    spans: list[Span] = [When(step.at, zone), f" {step.who} {step.did}"]
    for change in step.changes:
        spans.append(f" · {change.name}: {_short(change.before)} \N{RIGHTWARDS ARROW} {_short(change.after)}")
    if step.words.strip():
        spans.append(f" · “{_short(step.words)}”")
    return tuple(spans)


def _short(words: str) -> str:
    said = " ".join(words.split()) or "nothing"
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


# --- for the contract test ------------------------------------------------------------------------------------------


def _past(words: str) -> Past:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    steps = (
        Step(at, "Maya Brooks", "reported it"),
        Step(
            at + timedelta(hours=1),
            words,
            "acknowledged it",
            (Change("Status", "not acknowledged yet", "being worked on"),),
        ),
        Step(
            at + timedelta(hours=2), "Maya Brooks", "edited it", (Change("Title", words, "Refund calls wait"),), words
        ),
    )
    return Past(f"Issue 12: {words}", steps, Button("issue.show", "Issue 12", "12"))


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    return [
        history_card(_past("Jo Santos"), "Europe/London"),
        which_card(12, (("issue:12", "Issue 12"), ("action:40", "Action 12"))),
    ]


def worst_cases() -> list[AnyCard]:
    """Words beyond every limit, with markup, and from right to left; more steps than fit."""
    words = ("x" * 3000, "<!channel> & *bold* `code`", "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u05e8\u05d5\u05ea \u202e")
    pasts = [_past(each) for each in words]
    return [history_card(replace(each, steps=each.steps * 30), "Asia/Manila") for each in pasts]
