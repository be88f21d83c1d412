"""What is decided about a pulse: from when on it looks, what comes first, how a change is told. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.news import ContractRow, NewsRow

FIRST, LONGEST = timedelta(days=1), timedelta(days=14)
"""How far the first pulse looks back, and any pulse at most."""
CONTRACT_DAYS = (60, 30, 7, 1)
"""So many days ahead the end of a contract is told, once each."""
HORIZON = timedelta(days=CONTRACT_DAYS[0])
LONGEST_TITLE = 60
WORST = 1

_KINDS: Mapping[str, tuple[int, str, str]] = {
    # kind -> weight, how one is told ("issue 4 reported"), how several are ("3 issues reported")
    "issue.escalated": (45, "issue {} went up a level", "{} issues went up a level"),
    "issue.unseen": (40, "issue {} not acknowledged in time", "{} issues not acknowledged in time"),
    "issue.unsolved": (35, "issue {} not solved in time", "{} issues not solved in time"),
    "issue.opened": (30, "issue {} reported", "{} issues reported"),
    "plan.missed": (25, "plan {} missed a milestone", "{} milestones of plans missed"),
    "review.unheld": (20, "a review was not held", "{} reviews were not held"),
    "action.overdue": (15, "action {} is overdue", "{} action items are overdue"),
    "contract": (15, "the contract ends in {} days", "the contract ends in {} days"),
    "plan.agreed": (8, "plan {} agreed", "{} plans agreed"),
    "plan.met": (8, "plan {} reached a milestone", "{} milestones of plans reached"),
    "plan.closed": (8, "plan {} closed, its figure held", "{} plans closed"),
    "issue.closed": (5, "issue {} closed", "{} issues closed"),
    "figures.in": (3, "one figure came in", "{} figures came in"),
}
_OF_ONE_ISSUE = ("issue.closed", "issue.escalated", "issue.unsolved", "issue.unseen", "issue.opened")
"""Of several changes of one issue the first of these is told: it says the others."""
GOOD = ("plan.agreed", "plan.met", "plan.closed", "issue.closed", "figures.in")
"""Changes that are no trouble."""
_SEVERE = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one programme: phrases, the most pressing first; how many changes that were, and their weight."""

    programme_id: int
    phrases: tuple[str, ...]
    count: int
    weight: int
    trouble: bool


def since(told: datetime | None, now: datetime) -> datetime:
    """From when on it is told: since the last pulse, at most two weeks back; at first one day."""
    return now - FIRST if told is None else max(told, now - LONGEST)


def ending(contracts: Iterable[ContractRow], since_day: date, today: date) -> list[NewsRow]:
    """Contracts whose end came within one of the spans since the last look; the number is the days left."""
    found = []
    for row in contracts:
        marks = (row.ends_on - timedelta(days=days) for days in CONTRACT_DAYS)
        if any(since_day < mark <= today for mark in marks):
            found.append(NewsRow("contract", row.programme_id, (row.ends_on - today).days, "", 0))
    return found


def changes(rows: Iterable[NewsRow]) -> list[Change]:
    """What changed by programme, the most pressing first."""
    of: dict[int, list[NewsRow]] = defaultdict(list)
    for row in _once_an_issue(rows):
        of[row.programme_id].append(row)
    found = [_change(programme_id, theirs) for programme_id, theirs in of.items()]
    return sorted(found, key=lambda each: (-each.weight, each.programme_id))


def _once_an_issue(rows: Iterable[NewsRow]) -> list[NewsRow]:
    """Each issue once, with what says most about it; everything else as it is."""
    told: dict[tuple[int, int], NewsRow] = {}
    others = []
    for row in rows:
        if row.kind not in _OF_ONE_ISSUE:
            others.append(row)
            continue
        key = row.programme_id, row.number
        before = told.get(key, row)
        told[key] = min(before, row, key=lambda each: _OF_ONE_ISSUE.index(each.kind))
    return [*told.values(), *others]


def _change(programme_id: int, rows: Sequence[NewsRow]) -> Change:
    kinds: dict[str, list[NewsRow]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    ordered = sorted(kinds, key=lambda kind: (-_weight(kind, kinds[kind]), kind))
    return Change(
        programme_id,
        tuple(_phrase(kind, kinds[kind]) for kind in ordered),
        sum(_count(row) for row in rows),
        sum(_weight(kind, kinds[kind]) for kind in ordered),
        any(kind not in GOOD for kind in ordered),
    )


def _count(row: NewsRow) -> int:
    return row.number if row.kind == "figures.in" else 1


def _weight(kind: str, rows: Sequence[NewsRow]) -> int:
    severe = sum(row.severity == WORST for row in rows) if kind not in GOOD else 0
    return _KINDS[kind][0] * min(len(rows), 3) + _SEVERE * severe


def _phrase(kind: str, rows: Sequence[NewsRow]) -> str:
    """One record by its number and title, several by their count, with the worst severity."""
    _, one, several = _KINDS[kind]
    if kind == "figures.in":
        count = sum(row.number for row in rows)
        return one if count == 1 else several.format(count)
    if kind == "contract":
        days = rows[0].number
        return {0: "the contract ends today", 1: "the contract ends tomorrow"}.get(days, one.format(days))
    severities = Counter(row.severity for row in rows if row.severity)
    if len(rows) > 1:
        worst = f" ({severities[min(severities)]} of severity {min(severities)})" if severities else ""
        return several.format(len(rows)) + worst
    severity = f", severity {rows[0].severity}" if rows[0].severity and kind not in GOOD else ""
    return f"{one.format(rows[0].number)}{f': {_cut(rows[0].title)}' if rows[0].title else ''}{severity}"


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
