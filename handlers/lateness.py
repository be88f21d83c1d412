"""What is said after its moment says so, and why.

A message that comes late carries one small line above everything else, on every platform and through all its later edits:
"Late: due Monday 08:30. I was not running from Saturday 22:10 to Monday 14:05."
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from handlers.calendar import WorkHours, add_business_time
from handlers.vocabulary.outgoing import AnyCard, Code, Note, Text, When, Words
from storage.unit_of_work import UnitOfWork

FIRED_LATE = timedelta(minutes=5)
"""What the calendar acts on later than this is late."""
SENT_LATE = timedelta(minutes=30)
"""What waited in the outbox longer than this is late: a platform may ask for a pause of minutes at any time."""
SHORTEST = timedelta(minutes=10)
"""A shorter rest of the bot is nobody's business."""
GAPS = "downtime.gaps"
"""Setting: the newest rests of the bot, as JSON pairs of ISO instants, oldest first."""
KEPT = 5
_LINE: TypeAdapter[Text] = TypeAdapter(Text)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing ran between these two instants."""

    since: datetime
    until: datetime


def late_line(due_at: datetime, now: datetime, gaps: Sequence[Gap], zone: str) -> Text:
    """Why something that was due at ``due_at`` is only said ``now``; ``zone`` names the clock where the reader's is unknown.

    The reason is the first rest of the bot in between; without one it is only said that it could not come earlier.
    """
    due = ("Late: due ", When(due_at, zone))
    gap = next((each for each in gaps if each.until >= due_at and each.since <= now), None)
    if gap is None:
        return (*due, ". It could not be sent earlier.")
    return (*due, ". I was not running from ", When(gap.since, zone), " to ", When(gap.until, zone), ".")


def heard_out(
    began: datetime, due: datetime, gaps: Sequence[Gap], longest: timedelta, hours: WorkHours
) -> tuple[datetime, Gap | None]:
    """When the silence that ``began`` and was to count at ``due`` really counts (UTC), and the rest of the bot that moved it
    there, if one did: whoever spoke while nothing ran may not have been heard, and has as long again to say so.

    As long again is the length of the rest in ``hours``, those of whoever is silent, and never more than ``longest``.
    """
    found: tuple[datetime, Gap | None] = due, None
    for gap in gaps:
        if gap.until > began:
            again = add_business_time(gap.until, min(gap.until - gap.since, longest), hours)
            if again > found[0]:
                found = again, gap
    return found


def said_again(what: str, way_out: str, gap: Gap, until: datetime, zone: str) -> Text:
    """To whoever may have spoken while nothing ran: ``what`` ("Action 3") counts as accepted later, and how to object;
    ``zone`` names the clock where the reader's is unknown."""
    rest: Text = ("I was not running from ", When(gap.since, zone), " to ", When(gap.until, zone))
    accepted: Text = (f", so I may have missed a word. {what} counts as accepted on ", When(until, zone))
    return (*rest, *accepted, " unless somebody objects. Who did so already, please say it again: ", Code(way_out), ".")


def dump(line: Text) -> str:
    """The line as it is kept with a message."""
    return _LINE.dump_json(line).decode()


def worn(card: AnyCard, late: str | None) -> AnyCard:
    """The card as it is delivered: with the kept line ``late`` above everything else, if there is one."""
    if late is None:
        return card
    rest = card.elements or (Words((card.text,)),)
    return replace(card, elements=(Note(_LINE.validate_json(late)), *rest))


# --- the bot's rests


def gaps(uow: UnitOfWork) -> list[Gap]:
    """The newest rests of the bot, oldest first."""
    return read_gaps(uow.settings.get(GAPS))


def read_gaps(kept: str | None) -> list[Gap]:
    """The rests as they are kept; none for None."""
    pairs = json.loads(kept or "[]")
    return [Gap(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in pairs]


def note_gap(uow: UnitOfWork, gap: Gap) -> None:
    """Keep a rest of the bot. One that began when the newest did is that one, and lasted longer than was known."""
    known = [each for each in gaps(uow) if each.since != gap.since]
    pairs = [(each.since.isoformat(), each.until.isoformat()) for each in (*known, gap)]
    uow.settings.set(GAPS, json.dumps(pairs[-KEPT:]))
