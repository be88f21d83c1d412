"""The week's reviews in a line a series, and the next one on both sides' clocks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers.calendar import clocks, wall_of
from storage.models.review import Review

SHORT, LONG = "EEEE", "EEEE d MMMM"
LEFT_OUT = {"skipped": "was skipped", "cancelled": "was cancelled"}
NOUNS = {"decision": "decisions", "action": "actions", "risk": "risks"}
LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class Meeting:
    """A review with what a line needs: how its series is called, the series' zone, and how many lines of each kind it has
    ("decision", "action", "risk")."""

    review: Review
    name: str
    where: ZoneInfo
    outcome: Mapping[str, int]

    def day(self, pattern: str) -> str:
        """The day it starts on, on the series' clock."""
        return format_datetime(wall_of(self.review.starts_at, self.where), pattern, locale="en_GB")


def told(meetings: Sequence[Meeting], now: datetime) -> list[str]:
    """What became of the week's reviews, one line a series, in the order they began; nothing of what is still to come."""
    series: dict[int, list[Meeting]] = {}
    for each in meetings:
        if each.review.state != "planned" or each.review.starts_at <= now:
            series.setdefault(each.review.series_id, []).append(each)
    return [_alone(several[0]) if len(several) == 1 else _together(several) for several in series.values()]


def unheld(meetings: Sequence[Meeting]) -> list[str]:
    """What nobody held, one line a series: "Weekly review of Thursday 5 March was not held", "Daily check-in: 2 of 5 not
    held"."""
    series: dict[int, list[Meeting]] = {}
    for each in meetings:
        if each.review.state in ("held", "not held"):
            series.setdefault(each.review.series_id, []).append(each)
    said = []
    for several in series.values():
        missed = [each for each in several if each.review.state == "not held"]
        if missed and len(several) == 1:
            said.append(_alone(several[0]))
        elif missed:
            said.append(f"{several[0].name}: {len(missed)} of {len(several)} not held")
    return said


def _alone(meeting: Meeting) -> str:
    review = meeting.review
    if review.state == "held":
        return f"{meeting.name} held {meeting.day(SHORT)}{_moved(meeting)}: {_outcome([meeting])}"
    subject = f"{meeting.name} of {meeting.day(LONG)}"
    if review.state in LEFT_OUT:
        return f"{subject} {LEFT_OUT[review.state]}{_because(review.reason)}"
    if review.state == "not held":
        return f"{subject} was not held{_because(review.reason)}"
    return f"{subject} is under way" if review.state == "under way" else f"{subject}: nobody has begun it"


def _together(meetings: Sequence[Meeting]) -> str:
    """ "Daily check-in held 3 of 4; not held Tuesday; skipped Friday (Good Friday): 2 decisions"."""
    out = [each for each in meetings if each.review.state in LEFT_OUT]
    due = [each for each in meetings if each not in out]
    held = [each for each in due if each.review.state == "held"]
    parts = [f"{meetings[0].name} held {len(held)} of {len(due)}"] if due else [f"{meetings[0].name} had no turn"]
    missed = [each.day(SHORT) for each in due if each not in held]
    if missed:
        parts.append(f"not held {', '.join(missed)}")
    parts += [f"skipped {each.day(SHORT)}{_because(each.review.reason)}" for each in out]
    outcome = _outcome(held)
    return "; ".join(parts) + (f": {outcome}" if any(_counted(held).values()) else "")


def _moved(meeting: Meeting) -> str:
    """ " instead of Friday (Good Friday in the United Kingdom)" where it was not held on its usual day."""
    review = meeting.review
    if not review.moved_by or review.planned_wall.date() == wall_of(review.starts_at, meeting.where).date():
        return ""
    usual = format_datetime(review.planned_wall, SHORT, locale="en_GB")
    return f" instead of {usual}{_because(review.reason)}"


def _because(reason: str) -> str:
    short = " ".join(reason.split())
    if not short:
        return ""
    return f" ({short if len(short) <= LONGEST_REASON else short[: LONGEST_REASON - 1] + '…'})"


def _counted(meetings: Sequence[Meeting]) -> Counter[str]:
    found = Counter[str]()
    for each in meetings:
        found.update(each.outcome)
    return found


def _outcome(meetings: Sequence[Meeting]) -> str:
    """ "3 decisions, 1 action"."""
    found = _counted(meetings)
    parts = [f"{found[one]} {one if found[one] == 1 else many}" for one, many in NOUNS.items() if found[one]]
    return ", ".join(parts) or "no decisions"


def coming(meeting: Meeting | None, zones: Sequence[ZoneInfo]) -> str:
    """The next review: its name, its moment on every clock of ``zones``, and why it is not on its usual day."""
    if meeting is None:
        return ""
    usual = _moved(meeting)
    return f"{meeting.name}, {clocks(meeting.review.starts_at, zones)}{usual}"
