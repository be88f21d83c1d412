"""Open issues on a review's agenda: what both companies see, worst first, lateness of both sides alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.agendas import Scope
from handlers.issues import consent, lists, rules
from handlers.issues.standing import Standing, standing_of
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Element, Listing, Span, Strong, Text, When, Words
from storage.unit_of_work import UnitOfWork

MOST = 6
"""How many issues an agenda names; the rest is counted."""


def section(scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
    """Open issues that both companies know of, and how many were closed since the last review."""
    programme = scope.programme
    assert programme.id is not None
    shared = [each for each in uow.issues.open_of(programme.id) if each.visibility == Visibility.SHARED]
    shared.sort(key=lambda each: -each.level)  # what was escalated comes first, else worst first as before
    shown = [standing_of(each, uow) for each in shared[:MOST]]
    said: list[Element] = []
    if shown:
        said.append(Listing(tuple(line(each, scope.now) for each in shown), len(shared) - len(shown)))
    else:
        said.append(Words(("No open issues.",)))
    closed = 0 if scope.since is None else _closed(programme.id, scope.since, scope.now, uow)
    if closed:
        said.append(Words((f"{closed} closed since the last review.",)))
    return said


def line(standing: Standing, now: datetime) -> Text:
    """One issue: number, title, severity, whom it waits for, and who is late since when."""
    issue = standing.issue
    state = lists.STATES[issue.state]
    if issue.state == "waiting":
        state = f"waiting on {standing.names[consent.whose_turn(standing)]}"
    spans: list[Span] = [
        Strong(f"Issue {issue.number}"),
        f": {issue.title} · severity {issue.severity} · {standing.owner.name} · {state}",
    ]
    if issue.level > 1:
        spans.append(f" · escalated to level {issue.level}")
    late = rules.overdue(issue, standing.clocks, now)
    if late is not None:
        spans += [f" · overdue with {standing.names[late.side]} since ", When(late.since, standing.owner.zone, "date")]
    return tuple(spans)


def _closed(programme_id: int, since: datetime, now: datetime, uow: UnitOfWork) -> int:
    closed = uow.issues.closed_between(programme_id, since, now)
    return sum(each.state == "accepted" and each.visibility == Visibility.SHARED for each in closed)
