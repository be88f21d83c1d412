"""Forms as they are sent to Teams and come back: one with every kind of input, and what Teams makes of what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.vocabulary.outgoing import Field, Form, Option

Json = dict[str, Any]
PEOPLE = (
    Option("5b2c7d0e-8a44-4c39-9a57-2f10f7a1a001", "Jo Santos"),
    Option("29:1paolo-of-the-vendor", "Paolo <Reyes> & Söhne"),
)
"""By the object id of their directory, or by what Teams calls somebody of whom it does not tell that."""
COMMAS = (Option("new, old", "New, and old ones"), Option("new", "New ones only"), Option("", "Neither"))

FORM = Form(
    "issue.report",
    "Report an issue",
    "Report issue",
    (
        Field("title", "What is wrong, in a line", hint="Both companies read it in the channel", longest=120),
        Field("detail", "What happened?", "text", required=False),
        Field(
            "severity",
            "Severity",
            "choice",
            initial="3",
            options=tuple(
                Option(str(each), f"{each}: {words}") for each, words in enumerate(("critical", "high", "low"), 1)
            ),
        ),
        Field("due", "Resolve by", "date", required=False, hint="Their own working day, Manila"),
        Field(
            "kind", "Kind", "choice", required=False, options=(Option("service", "Service"), Option("people", "People"))
        ),
    ),
    "both companies",
    "It is posted in #northwind-shared, and Northwind Manila is asked to acknowledge it.",
    "programme:1",
)


def every_kind() -> tuple[Form, dict[str, str]]:
    """A form with each kind of input, and what somebody entered."""
    fields = (
        Field("owner", "Owner", "person", options=PEOPLE),
        Field("which", "Which ones", "choice", options=COMMAS),
        Field(
            "metrics",
            "Metrics",
            "choices",
            options=tuple(Option(f"m{each}", f"Metric {each}, week") for each in range(130)),
        ),
        Field("day", "Day", "date"),
        Field("time", "Time", "time"),
    )
    values = {
        "owner": PEOPLE[1].value,
        "which": "new, old",
        "metrics": "m2,m129",
        "day": "2026-11-30",
        "time": "08:30",
    }
    return Form("kinds.all", "Every kind", "Send", fields, "you", hidden="id:1"), values


def typed_into(card: Json, values: Mapping[str, str]) -> Json:
    """What Teams sends as an Execute's ``data``: what the button brings, and every input's value as text under its id."""
    submit = card["actions"][0]
    inputs = [part for part in card["body"] if part["type"].startswith("Input.")]
    entered = {part["id"]: values.get(part["id"], part.get("value", "")) for part in inputs}
    return {**submit["data"], **entered}
