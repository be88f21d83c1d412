"""What one person's mornings are made of: a few questions for each person, whatever the number of programmes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.plan import ImprovementPlan
from storage.models.provider import Owner, Programme, Provider
from storage.models.reminder import Ping
from storage.models.review import Review, ReviewSeries
from storage.plans import LET_GO
from storage.remembering import remembered

MOST = 200
"""Rows of a kind that are read for one message, which shows ten."""


class PostRow(NamedTuple):
    """A post somebody holds in an active programme: "owner" or "deputy"."""

    programme_id: int
    role: str


class AheadRow(NamedTuple):
    """A review with the name of its series."""

    review_id: int
    programme_id: int
    series: str
    starts_at: datetime


_IDS: Any = bindparam("programme_ids", expanding=True)
_ME: Any = bindparam("person_id")
_SIDE: Any = bindparam("side")
_POSTS: Any = (
    sa_select(col(Owner.programme_id), col(Owner.role))
    .join(Programme, col(Programme.id) == col(Owner.programme_id))
    .where(col(Owner.person_id) == _ME, col(Owner.until).is_(None), col(Programme.state) == "active")
    .order_by(col(Owner.programme_id), col(Owner.role).desc())
)
_OPEN_ACTIONS = (
    select(ActionItem)
    .where(col(ActionItem.programme_id).in_(_IDS), col(ActionItem.state).in_(OPEN))
    .order_by(col(ActionItem.due_on), col(ActionItem.id))
)
_SEVERAL = (
    sa_select(col(Programme.provider_id))
    .where(col(Programme.state) != "ended")
    .group_by(col(Programme.provider_id))
    .having(func.count() > 1)
)
_NAMES = (
    sa_select(col(Programme.id), col(Provider.name), col(Programme.name), col(Provider.id).in_(_SEVERAL))
    .join(Provider, col(Provider.id) == col(Programme.provider_id))
    .where(col(Programme.id).in_(_IDS))
)


def _asked(record: Any, by: Any) -> Any:
    """Whoever began it is asked; where nobody of their side did, who answers for the programme."""
    return or_(by == _ME, and_(col(Person.side) != _SIDE, col(record.programme_id).in_(_IDS)))


_ACTIONS_TO_ACCEPT = (
    select(ActionItem)
    .join(Person, col(Person.id) == col(ActionItem.created_by))
    .join(Programme, col(Programme.id) == col(ActionItem.programme_id))
    .where(col(ActionItem.state) == "done", col(ActionItem.side) != _SIDE, col(Programme.state) == "active")
    .where(_asked(ActionItem, ActionItem.created_by))
    .order_by(col(ActionItem.done_at), col(ActionItem.id))
    .limit(MOST)
)
_ISSUES_ASKED = (
    select(Issue)
    .join(Person, col(Person.id) == col(Issue.reporter_id))
    .join(Programme, col(Programme.id) == col(Issue.programme_id))
    .where(col(Programme.state) == "active", col(Issue.visibility) == "SH")
    .where(
        or_(
            and_(col(Issue.state) == "done", _asked(Issue, Issue.reporter_id)),
            and_(col(Issue.state) == "waiting", col(Issue.waiting_on) == _SIDE, col(Issue.programme_id).in_(_IDS)),
        )
    )
    .order_by(col(Issue.severity), col(Issue.reported_at), col(Issue.id))
    .limit(MOST)
)
_PLANS = (
    select(ImprovementPlan)
    .where(col(ImprovementPlan.programme_id).in_(_IDS), col(ImprovementPlan.state) == "proposed")
    .order_by(col(ImprovementPlan.proposed_at), col(ImprovementPlan.id))
    .limit(MOST)
)
_LET_GO = (
    select(ImprovementPlan)
    .where(col(ImprovementPlan.programme_id).in_(_IDS), col(ImprovementPlan.state) == "withdrawn")
    .where(col(ImprovementPlan.closed_at) >= bindparam("since"), col(ImprovementPlan.reason) == LET_GO)
    .order_by(col(ImprovementPlan.closed_at), col(ImprovementPlan.id))
    .limit(MOST)
)
_REVIEWS = (
    sa_select(col(Review.id), col(Review.programme_id), col(ReviewSeries.name), col(Review.starts_at))
    .join(ReviewSeries, col(ReviewSeries.id) == col(Review.series_id))
    .where(col(Review.programme_id).in_(_IDS), col(Review.state) == bindparam("state"))
    .where(col(Review.starts_at) >= bindparam("start"), col(Review.starts_at) < bindparam("end"))
    .order_by(col(Review.starts_at), col(Review.id))
    .limit(MOST)
)
_ASKED_REVIEWS = _REVIEWS.where(col(Review.asked_at).is_not(None))
_FINISHED_ACTIONS = (
    select(ActionItem)
    .where(ActionItem.owner_id == _ME, col(ActionItem.state).in_(("done", "accepted")))
    .where(col(ActionItem.done_at) >= bindparam("start"), col(ActionItem.done_at) < bindparam("end"))
    .order_by(col(ActionItem.done_at), col(ActionItem.id))
)
_FINISHED_ISSUES = (
    select(Issue)
    .where(Issue.owner_id == _ME, col(Issue.state).in_(("done", "accepted")))
    .where(col(Issue.done_at) >= bindparam("start"), col(Issue.done_at) < bindparam("end"))
    .order_by(col(Issue.done_at), col(Issue.id))
)


class MorningRepository:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def posts(self, person_id: int) -> list[PostRow]:
        """The posts somebody holds in active programmes, by programme."""
        rows = remembered(self._session, (Owner, Programme), _POSTS, person_id=person_id)
        return [PostRow._make(each) for each in rows]

    def open_actions(self, programme_ids: Sequence[int]) -> Sequence[ActionItem]:
        """Open action items of these programmes, by due day."""
        return self._session.exec(_OPEN_ACTIONS, params={"programme_ids": list(programme_ids)}).all()

    def names(self, programme_ids: Sequence[int]) -> dict[int, str]:
        """What each programme is called: its provider's name, and its own where the provider has several."""
        rows = self._session.connection().execute(_NAMES, {"programme_ids": list(programme_ids)})
        return {
            number: f"{provider}: {programme}" if several else provider
            for number, provider, programme, several in rows.all()
            if number is not None
        }

    def actions_to_accept(self, person_id: int, side: str, programme_ids: Sequence[int]) -> Sequence[ActionItem]:
        """What the other side called done and this person is asked about, oldest first. ``programme_ids``: those the person
        answers for."""
        return self._session.exec(_ACTIONS_TO_ACCEPT, params=_who(person_id, side, programme_ids)).all()

    def issues_asked(self, person_id: int, side: str, programme_ids: Sequence[int]) -> Sequence[Issue]:
        """Shared issues that wait for this person's yes, or for an answer of the side they answer for; worst first."""
        return self._session.exec(_ISSUES_ASKED, params=_who(person_id, side, programme_ids)).all()

    def plans_to_agree(self, programme_ids: Sequence[int]) -> Sequence[ImprovementPlan]:
        """Proposed plans of these programmes, oldest first."""
        return self._session.exec(_PLANS, params={"programme_ids": list(programme_ids)}).all()

    def drafts_let_go(self, programme_ids: Sequence[int], since: datetime) -> Sequence[ImprovementPlan]:
        """Drafts of these programmes' plans that were written from the figures and withdrawn at ``since`` or later, as nobody
        had touched them."""
        return self._session.exec(_LET_GO, params={"programme_ids": list(programme_ids), "since": since}).all()

    def reviews_ahead(self, programme_ids: Sequence[int], start: datetime, end: datetime) -> list[AheadRow]:
        """Planned reviews that start from ``start`` (inclusive) to ``end`` (exclusive), soonest first."""
        return self._reviews(_REVIEWS, "planned", programme_ids, start, end)

    def reviews_unheld(self, programme_ids: Sequence[int], start: datetime, end: datetime) -> list[AheadRow]:
        """Reviews of that span of which it was asked whether they were held, and nobody said so."""
        return self._reviews(_ASKED_REVIEWS, "not held", programme_ids, start, end)

    def _reviews(
        self, query: Any, state: str, programme_ids: Sequence[int], start: datetime, end: datetime
    ) -> list[AheadRow]:
        asked = {"programme_ids": list(programme_ids), "state": state, "start": start, "end": end}
        return [AheadRow._make(each) for each in self._session.connection().execute(query, asked).all()]

    def finished_actions(self, person_id: int, start: datetime, end: datetime) -> Sequence[ActionItem]:
        """A person's action items that they called done in the span and that were not opened again, oldest first."""
        asked = {"person_id": person_id, "start": start, "end": end}
        return self._session.exec(_FINISHED_ACTIONS, params=asked).all()

    def finished_issues(self, person_id: int, start: datetime, end: datetime) -> Sequence[Issue]:
        """The same of issues."""
        asked = {"person_id": person_id, "start": start, "end": end}
        return self._session.exec(_FINISHED_ISSUES, params=asked).all()

    def stood_in(self, person_id: int, start: datetime, end: datetime) -> list[tuple[str, int]]:
        """Who was reminded in somebody's place in the span (names), and of how many of their action items."""
        query = (
            sa_select(col(Person.name), func.count(func.distinct(Ping.action_item_id)))
            .join(Ping, col(Ping.person_id) == col(Person.id))
            .where(col(Ping.step).like(f"%:for:{person_id}"), col(Ping.at) >= start, col(Ping.at) < end)
            .group_by(col(Person.id), col(Person.name))
            .order_by(col(Person.name))
        )
        return [(name, count) for name, count in self._session.connection().execute(query).all()]

    def new_for(self, person_id: int, start: datetime, end: datetime) -> tuple[int, int]:
        """How many open action items and issues of somebody's were made in the span."""
        actions = (
            select(func.count())
            .select_from(ActionItem)
            .where(ActionItem.owner_id == person_id, col(ActionItem.state).in_(OPEN))
            .where(col(ActionItem.created_at) >= start, col(ActionItem.created_at) < end)
        )
        issues = (
            select(func.count())
            .select_from(Issue)
            .where(Issue.owner_id == person_id, col(Issue.closed_at).is_(None))
            .where(col(Issue.reported_at) >= start, col(Issue.reported_at) < end)
        )
        return self._session.exec(actions).one(), self._session.exec(issues).one()


def _who(person_id: int, side: str, programme_ids: Sequence[int]) -> dict[str, Any]:
    return {"person_id": person_id, "side": side, "programme_ids": list(programme_ids)}
