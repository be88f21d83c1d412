"""The history of series and of what was arranged in them: each change is kept with the state before it, so that it can be
taken back. States hold ids, states and moments; names, links and reasons are people's words, kept beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.records import history
from handlers.records.record import UNDO_WITHIN
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.review import Review, ReviewSeries
from storage.unit_of_work import UnitOfWork

SERIES, REVIEW = "series", "review"
SERIES_FACTS = ("state", "rule", "minutes", "anchor_zone", "template", "ahead_days")
SERIES_WORDS = ("name", "link", "agenda")
REVIEW_FACTS = ("state", "moved_by", "sequence", "minutes")
REVIEW_MOMENTS = ("starts_at", "closed_at")


def facts_of_series(series: ReviewSeries) -> dict[str, Any]:
    """A series' state without anybody's words."""
    ended = None if series.ended_at is None else series.ended_at.isoformat()
    plain = {name: getattr(series, name) for name in SERIES_FACTS}
    return {**plain, "first_wall": series.first_wall.isoformat(), "ended_at": ended}


def words_of_series(series: ReviewSeries) -> dict[str, str]:
    """What people wrote into it."""
    return {name: getattr(series, name) for name in SERIES_WORDS}


def restore_series(series: ReviewSeries, facts: Mapping[str, Any], words: Mapping[str, str]) -> None:
    """Put a series back to what was written down. The caller saves it."""
    for name in SERIES_FACTS:
        setattr(series, name, facts[name])
    for name in SERIES_WORDS:
        setattr(series, name, words.get(name, getattr(series, name)))
    series.first_wall = datetime.fromisoformat(facts["first_wall"])
    series.ended_at = None if facts["ended_at"] is None else datetime.fromisoformat(facts["ended_at"])


def facts_of_review(row: Review) -> dict[str, Any]:
    """A review's state without anybody's words."""
    return {**history.state_of(row, REVIEW_FACTS, REVIEW_MOMENTS), "planned_wall": row.planned_wall.isoformat()}


def put_review_back(row: Review, entry: AuditEntry, uow: UnitOfWork) -> None:
    """Put a review back to what stood before the change that ``note_review`` wrote down. The caller saves it."""
    before = json.loads(entry.facts)["before"]
    history.put_back(row, before, REVIEW_FACTS, REVIEW_MOMENTS)
    row.planned_wall = datetime.fromisoformat(before["planned_wall"])
    row.reason = uow.audit.words(entry) or ""


def note_series(
    series: ReviewSeries,
    what: str,
    before: Mapping[str, Any] | None,
    words: Mapping[str, str],
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
) -> AuditEntry:
    """Write a change of a series down. ``before`` and ``words`` are how it was; ``before`` None: it is new."""
    assert series.id is not None
    entry = AuditEntry(
        installation_id=series.installation_id,
        programme_id=series.programme_id,
        at=now,
        person_id=None if asker is None else asker.person_id,
        what=what,
        subject=SERIES,
        subject_id=series.id,
        visibility="SH",
        facts=json.dumps({"before": before, "after": facts_of_series(series)}, sort_keys=True),
    )
    uow.audit.note(entry, json.dumps(words, ensure_ascii=False))
    return entry


def note_review(
    row: Review, what: str, before: Mapping[str, Any], was: str, asker: Asker | None, uow: UnitOfWork, now: datetime
) -> AuditEntry:
    """Write down that a review was arranged anew; ``was`` is the reason that stood there before."""
    return history.note(row, REVIEW, what, (before, facts_of_review(row)), asker, uow, now, was)


def last_to_undo(
    subject: str, subject_id: int, allowed: tuple[str, ...], asker: Asker, uow: UnitOfWork, now: datetime
) -> AuditEntry:
    """The asker's last change, if it can still be taken back. Raises ``Declined`` with the reason."""
    entries = uow.audit.of(subject, subject_id)
    last = entries[-1] if entries else None
    if last is None or last.what not in allowed:
        raise Declined("There is nothing to take back any more: it has gone on since.")
    if last.person_id != asker.person_id:
        who = None if last.person_id is None else uow.people.get(last.person_id)
        raise Declined(f"{'Somebody else' if who is None else who.name} changed it since, so it cannot be taken back.")
    if now - last.at > UNDO_WITHIN:
        raise Declined("That was more than ten minutes ago. You can still change it again.")
    return last
