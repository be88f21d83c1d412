"""What becomes of a review in the rehearsed year: a rule over its week and its series, never chance.

Of thirteen weeks a series holds ten reviews, moves one, skips one, and nobody holds one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.example.companies import Company
from bot.example.meetings import Spoken
from storage.models.room import RoomUser

TURNS = 13
MOVED_TURN, SKIPPED_TURN, FORGOTTEN_TURN = 4, 7, 11
BEFORE_THE_FIRST = date(2001, 1, 1)
"""A Monday."""
DECISIONS = (
    "the two hardest call types get their own training hour",
    "mornings are staffed with one more until the month is over",
    "the knowledge base is read together every Friday",
    "refunds under twenty are given on the first call",
    "the weekend roster is shared two weeks ahead",
)
ACTIONS = ("Send the roster of next month", "Listen to ten calls together", "Write down the three most asked questions")
SKIPPED_BECAUSE = (
    "the whole team is at the training",
    "the auditors are in the house",
    "the stock count takes everybody",
)
MOVED_BECAUSE = ("half of us travel", "the forecast comes a day later", "our systems are updated that morning")


class Fate(StrEnum):
    """What people do about a review."""

    HOLD = "hold"
    MOVE = "move"
    SKIP = "skip"
    FORGET = "forget"


def fate(planned_wall: datetime, series_id: int) -> Fate:
    """By the week the cadence has it in; each series has its turns in other weeks than the others."""
    turn = (weeks_of(planned_wall) + 3 * series_id) % TURNS
    return {MOVED_TURN: Fate.MOVE, SKIPPED_TURN: Fate.SKIP, FORGOTTEN_TURN: Fate.FORGET}.get(turn, Fate.HOLD)


def weeks_of(planned_wall: datetime) -> int:
    """A number that grows by one every Monday."""
    return (planned_wall.date() - BEFORE_THE_FIRST).days // 7


def arranges(week: int, each: Company, manager: RoomUser) -> RoomUser:
    """Who asks for another day: one side as often as the other."""
    return manager if week % 2 else each.lead


def said_in(week: int, minutes: int, each: Company, ours: RoomUser) -> list[Spoken]:
    """What is said in the thread of a review of ``minutes``: short, with a decision, and every third week an action."""
    lead, other, even = each.lead, each.deputy, week % 2 == 0
    opens, joins = (lead, ours) if even else (ours, lead)
    said = [Spoken(0, opens, "begin review")]
    if week % 4 == 0:
        said.append(Spoken(2, other, "here"))
    said.append(Spoken(minutes // 2, joins, "\n".join(["here", *_noted(week, lead)])))
    return [*said, Spoken(minutes - 3, opens, "end review")]


def _noted(week: int, lead: RoomUser) -> list[str]:
    lines = [f"decision: {DECISIONS[week % len(DECISIONS)]}"]
    if week % 3 == 0:
        lines.append(f"action: {ACTIONS[week // 3 % len(ACTIONS)]} @{lead.name} due +5d")
    if week % 5 == 0:
        lines.append("risk: one trainer leaves at the end of the month")
    return lines


def another_day(starts: datetime) -> datetime:
    """The naive wall a moved review goes to: the next day at the same time; a Thursday goes to the day before, so that no
    one meets on a day of rest."""
    return starts + timedelta(days=-1 if starts.weekday() >= 3 else 1)
