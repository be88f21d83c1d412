"""A review made up for examples and for the test that renders every card. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handlers.reviews.meeting.wording import Kind
from handlers.reviews.series.samples import NOW, sample
from handlers.reviews.standing import Standing
from storage.models.review import Review, ReviewEntry

STARTS = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
NASTY = "<!channel> *bold* & <b>מדיניות</b> \u202eright <@U1> [a](https://evil.example) " + "x" * 150


def review(
    state: str = "planned", *, name: str = "Weekly operations review", moved_by: str = "", reason: str = ""
) -> Standing:
    """A weekly review between London and Manila, as it stands in one of its states."""
    of = sample(name=name)
    record = Review(
        id=7,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        series_id=1,
        number=7,
        planned_wall=datetime(2026, 3, 11 if moved_by and state == "planned" else 12, 9, 0),
        starts_at=STARTS,
        minutes=30,
        state=state,
        moved_by=moved_by,
        reason=reason,
        started_at=STARTS if state in ("under way", "held") else None,
        ended_at=STARTS + timedelta(minutes=25) if state == "held" else None,
        created_at=NOW,
    )
    return Standing(record, of.series, of.programme, of.provider, of.sides)


def entry(kind: Kind, words: str, number: int = 1) -> ReviewEntry:
    """One line of it."""
    return ReviewEntry(
        id=number, review_id=7, entry_kind=kind, words=words, person_id=1, source="reply", state="open", at=STARTS
    )
