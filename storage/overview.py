"""Everything of one installation at a glance: a few questions over all its programmes, whatever their number.

Its rows are plain tuples: full objects of two hundred providers cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlmodel import Session

from storage import overview_queries as queries
from storage.overview_rows import ActionRow, FigureRow, IssueRow, PersonRow, ProgrammeRow, ReviewRow, WaitingRow

Row = TypeVar("Row", bound=NamedTuple)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose eyes: a person on a ``side`` of an installation. ``provider_id`` narrows everything to one provider (None:
    all of them); ``internal`` is whether they may know of what is the client's alone."""

    installation_id: int
    person_id: int
    side: str
    provider_id: int | None
    internal: bool

    @property
    def params(self) -> dict[str, Any]:
        """What every question is asked with."""
        return {
            "installation_id": self.installation_id,
            "provider_id": self.provider_id,
            "person_id": self.person_id,
            "side": self.side,
            "visibilities": ["SH", "INT"] if self.internal else ["SH"],
        }


class OverviewRepository:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _ask(self, row: type[Row], query: Any, params: dict[str, Any]) -> list[Row]:
        return [row._make(each) for each in self._session.connection().execute(query, params).all()]

    def programmes(self, seen: Seen, today: date) -> list[ProgrammeRow]:
        """Drafts, running and paused programmes by provider and name. ``today`` is the asker's day."""
        return self._ask(
            ProgrammeRow, queries.programmes(seen.provider_id is not None), {**seen.params, "today": today}
        )

    def issues(self, seen: Seen) -> list[IssueRow]:
        """Open issues, worst and oldest first."""
        return self._ask(IssueRow, queries.issues(seen.provider_id is not None), seen.params)

    def actions(self, seen: Seen) -> list[ActionRow]:
        """Action items that are open or wait for a yes, by due day."""
        return self._ask(ActionRow, queries.actions(seen.provider_id is not None), seen.params)

    def figures(
        self, seen: Seen, start: date, end: date, programme_ids: Sequence[int] | None = None
    ) -> list[FigureRow]:
        """What is tracked, with all targets in force before ``end`` and all figures of periods that start from ``start``
        (months: from a hundred days earlier) to ``end`` (exclusive), in no order. Of all programmes, or of ``programme_ids``."""
        months = start - queries.MONTHS_BACK
        return self._ask(
            FigureRow,
            queries.figures(seen.provider_id is not None, programme_ids is not None),
            {**seen.params, "start": start, "end": end, "months": months}
            | ({} if programme_ids is None else {"programme_ids": programme_ids}),
        )

    def reviews(self, seen: Seen, since: datetime) -> list[ReviewRow]:
        """Reviews that are planned or under way, and those it was asked about since ``since``; soonest first."""
        return self._ask(ReviewRow, queries.reviews(seen.provider_id is not None), {**seen.params, "since": since})

    def waiting(self, seen: Seen, since: datetime) -> list[WaitingRow]:
        """Drafted and proposed plans, and what could not be delivered since ``since``; oldest first."""
        return self._ask(WaitingRow, queries.waiting(seen.provider_id is not None), {**seen.params, "since": since})

    def person(self, seen: Seen, today: date, checked: str, pulse: str, gaps: str) -> PersonRow | None:
        """The asker, with the values kept under the setting names ``checked``, ``pulse`` and ``gaps``, and the last tick."""
        asked = {**seen.params, "today": today, "checked": checked, "pulse": pulse, "gaps": gaps}
        return next(iter(self._ask(PersonRow, queries.PERSON, asked)), None)
