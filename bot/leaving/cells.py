"""A value as a cell of a CSV file: exact, and harmless in a spreadsheet.

A spreadsheet runs a cell that begins with = + - @ (or their full-width twins) as a formula, and people's words may begin
with anything. Such a text gets an apostrophe before it, and so does one that begins with an apostrophe already: whoever
takes one leading apostrophe away has the exact words. Numbers, days and moments are never touched.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import ValidationError

from bot.plain import plain
from handlers.reviews.calendars.rules import without_secrets
from handlers.saying import decode
from handlers.vocabulary.outgoing import Errand, Reaction

STARTS_FORMULA = tuple("=+-@＝＋－＠")
GUARD = "'"


def cell(value: object) -> str:
    """The text of a cell. Nothing (None) is an empty cell, never a zero.

    Moments are UTC and days plain, both ISO 8601; wall-clock times have no zone. Raises ``TypeError`` for a kind of value
    nobody decided about.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return guarded(json.dumps(value, ensure_ascii=False, sort_keys=True))
    raise TypeError(f"a {type(value).__name__} has no way of being written as a cell")


def guarded(words: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run, or would take the apostrophe of."""
    begins = words.lstrip()[:1]
    risky = words[:1] in ("\t", "\r", "\n") or begins in STARTS_FORMULA or words[:1] == GUARD
    return f"{GUARD}{words}" if words and begins and risky else words


def card_words(content: str) -> str:
    """A message as its readers saw it, but for calendar addresses, which let whoever has them in; what an earlier version
    wrote and nobody can read any more stays as it is."""
    try:
        said = decode(content)
    except ValidationError:
        return content
    if isinstance(said, Reaction):
        return f":{said.name}:"
    if isinstance(said, Errand):
        return ""
    return without_secrets(plain(said))
