"""A country changes its clocks while an issue's deadline runs there: the deadline keeps its wall time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.issues import changes, voice
from handlers.issues.standing import Standing, standing_of
from handlers.records import zone_offsets
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ZoneChanged
from storage.models.issue import Issue
from storage.unit_of_work import UnitOfWork


def zone_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """What is still ahead fits its wall time again, for whoever works there. Done once: the rules it was computed by are kept
    anew in the same transaction. What runs day and night knows no clock."""
    assert isinstance(event, ZoneChanged)
    for issue in _open_issues(uow):
        standing = standing_of(issue, uow)
        if _follow(standing, event.zone, uow, now):
            uow.issues.note(issue)
            changes.set_timers(issue, uow)
            voice.show_card(standing_of(issue, uow), uow, now)
    zone_offsets.keep_zone(uow, event.zone, now)


def _open_issues(uow: UnitOfWork) -> Sequence[Issue]:
    return [
        issue
        for installation_id in uow.lateness.installations()
        for programme in uow.providers.programmes(installation_id)
        if programme.id is not None
        for issue in uow.issues.open_of(programme.id)
    ]


def _follow(standing: Standing, name: str, uow: UnitOfWork, now: datetime) -> bool:
    """Move the deadlines of each side that works in the zone ``name``; whether any moved."""
    issue, owner = standing.issue, standing.owner_side
    before = (issue.acknowledge_by, issue.resolve_by, issue.answer_by, issue.accept_by)

    def moved(moment: datetime, side: Side) -> datetime:
        there = standing.hours(side).zone.key == name
        return zone_offsets.followed(moment, name, uow) if there and moment > now else moment

    issue.acknowledge_by, issue.resolve_by = moved(issue.acknowledge_by, owner), moved(issue.resolve_by, owner)
    if issue.answer_by is not None:
        issue.answer_by = moved(issue.answer_by, owner.other)
    if issue.accept_by is not None:
        issue.accept_by = moved(issue.accept_by, owner.other)
    return before != (issue.acknowledge_by, issue.resolve_by, issue.answer_by, issue.accept_by)
