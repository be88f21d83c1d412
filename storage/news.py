"""What changed with the providers somebody steers since a moment: one question over all of them, and one about contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session

from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.models.escalation import EscalationJump
from storage.models.issue import Issue
from storage.models.metrics import Figure
from storage.models.person import Person
from storage.models.plan import ImprovementPlan, PlanMilestone
from storage.models.provider import Owner, Programme, Provider
from storage.models.review import Review, ReviewSeries

MOST = 2000
"""Changes that are read; more are not counted one by one."""

# To a type checker the attributes of a model are plain values; here they are columns.
_action: Any = ActionItem
_audit: Any = AuditEntry
_figure: Any = Figure
_issue: Any = Issue
_jump: Any = EscalationJump
_milestone: Any = PlanMilestone
_owner: Any = Owner
_person: Any = Person
_plan: Any = ImprovementPlan
_programme: Any = Programme
_provider: Any = Provider
_review: Any = Review
_series: Any = ReviewSeries


class NewsRow(NamedTuple):
    """One change. ``kind`` is what happened ("issue.opened"); ``number`` what people call the record by, or how many;
    ``severity`` is an issue's, else 0."""

    kind: str
    programme_id: int
    number: int
    title: str
    severity: int


class AskRow(NamedTuple):
    """Something the client asked of a provider: "issue", "action", or "again" for a record that was asked about once more.

    ``number`` is the record's where it is new, else 0; ``waits`` whether it is still open; ``severity`` an issue's, else 0.
    ``zone`` and ``country`` are the provider's.
    """

    programme_id: int
    kind: str
    number: int
    waits: bool
    severity: int
    at: datetime
    zone: str
    country: str


class ContractRow(NamedTuple):
    """A contract that ends on a day, with one of the provider's programmes."""

    programme_id: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class Window:
    """Whose news, and of when: after ``since``, up to ``until``; ``since_day`` and ``until_day`` are the days of the two at
    the person's place. ``every``: of all active programmes, not only of those the person holds a post in."""

    installation_id: int
    person_id: int
    since: datetime
    until: datetime
    since_day: date
    until_day: date
    every: bool


def _scope(every: bool) -> Select[Any]:
    """The programmes that are asked about."""
    query = select(_programme.id).where(
        _programme.installation_id == bindparam("installation_id"), _programme.state == "active"
    )
    if every:
        return query
    return query.join(_owner, _owner.programme_id == _programme.id).where(
        _owner.person_id == bindparam("person_id"), _owner.until.is_(None)
    )


def _within(moment: Any) -> Any:
    return and_(moment > bindparam("since"), moment <= bindparam("until"))


def _by_others(moment: Any) -> Any:
    """Nobody needs to be told what they did themselves; one step in an index."""
    return ~exists().where(_audit.person_id == bindparam("person_id"), _audit.at == moment)


@cache
def _news(every: bool) -> CompoundSelect[Any]:
    scope = _scope(every)

    def told(kind: str, table: Any, *which: Any, title: Any = None, severity: Any = None) -> Select[Any]:
        shown = table.title if title is None else title
        weight = literal(0) if severity is None else severity
        query = select(literal(kind).label("kind"), table.programme_id, table.number, shown, weight.label("severity"))
        return query.where(table.programme_id.in_(scope), *which)

    def issue(kind: str, *which: Any) -> Select[Any]:
        return told(kind, _issue, _issue.state != "withdrawn", *which, severity=_issue.severity)

    unseen = or_(_issue.acknowledged_at.is_(None), _issue.acknowledged_at > _issue.acknowledge_by)
    figures = (
        select(literal("figures.in"), _figure.programme_id, func.count(), literal(""), literal(0))
        .where(_figure.programme_id.in_(scope), _within(_figure.reported_at), _figure.superseded_at.is_(None))
        .where(or_(_figure.reported_by.is_(None), _figure.reported_by != bindparam("person_id")))
        .group_by(_figure.programme_id)
    )
    milestones = [
        told(f"plan.{state}", _plan)
        .join(_milestone, _milestone.plan_id == _plan.id)
        .where(_milestone.state == state, _within(_milestone.checked_at))
        for state in ("met", "missed")
    ]
    jumped = select(_jump.issue_id).where(_jump.programme_id.in_(scope), _within(_jump.at))
    parts = [
        issue("issue.opened", _within(_issue.reported_at), _issue.reporter_id != bindparam("person_id")),
        issue("issue.closed", _within(_issue.closed_at), _by_others(_issue.closed_at)),
        issue("issue.unseen", _within(_issue.acknowledge_by), unseen, _issue.closed_at.is_(None)),
        issue("issue.escalated", _issue.id.in_(jumped)),
        issue("issue.unsolved", _within(_issue.resolve_by), _issue.state.in_(("open", "acknowledged"))),
        told(
            "action.overdue",
            _action,
            _action.state.in_(OPEN),
            _action.due_on >= bindparam("since_day"),
            _action.due_on < bindparam("until_day"),
        ),
        told("plan.agreed", _plan, _within(_plan.agreed_at), _by_others(_plan.agreed_at)),
        told("plan.closed", _plan, _plan.state == "closed", _within(_plan.closed_at), _by_others(_plan.closed_at)),
        *milestones,
        told("review.unheld", _review, _review.state == "not held", _within(_review.asked_at), title=_series.name).join(
            _series, _series.id == _review.series_id
        ),
        figures,
    ]
    return union_all(*parts).order_by("kind", "severity").limit(MOST)


@cache
def _contracts(every: bool) -> Select[Any]:
    return (
        select(func.min(_programme.id), _provider.contract_end)
        .join(_programme, _programme.provider_id == _provider.id)
        .where(_programme.id.in_(_scope(every)))
        .where(_provider.contract_end >= bindparam("until_day"), _provider.contract_end <= bindparam("horizon"))
        .group_by(_provider.id, _provider.contract_end)
        .order_by(_provider.contract_end)
        .limit(MOST)
    )


AGAIN = ("action.reopened", "action.due", "action.owner", "issue.reopened", "issue.owner")
"""Changes by the client's people that ask once more for what was asked already."""


@cache
def _asks(every: bool) -> CompoundSelect[Any]:
    scope, asker, owner = _scope(every), aliased(_person), aliased(_person)
    issues = (
        select(
            _issue.programme_id,
            literal("issue"),
            _issue.number,
            _issue.closed_at.is_(None),
            _issue.severity,
            _issue.reported_at.label("at"),
            _provider.zone,
            _provider.country,
        )
        .join(_provider, _provider.id == _issue.provider_id)
        .join(asker, asker.id == _issue.reporter_id)
        .join(owner, owner.id == _issue.owner_id)
        .where(_issue.programme_id.in_(scope), asker.side == "client", owner.side == "provider")
        .where(_within(_issue.reported_at), _issue.visibility == "SH")
    )
    actions = (
        select(
            _action.programme_id,
            literal("action"),
            _action.number,
            _action.state.in_(OPEN),
            literal(0),
            _action.created_at,
            _provider.zone,
            _provider.country,
        )
        .join(_provider, _provider.id == _action.provider_id)
        .join(asker, asker.id == _action.created_by)
        .where(_action.programme_id.in_(scope), asker.side == "client", _action.side == "provider")
        .where(_within(_action.created_at), _action.review_id.is_(None), _action.plan_id.is_(None))
    )
    again = (
        select(
            _audit.programme_id,
            literal("again"),
            literal(0),
            literal(False),
            literal(0),
            _audit.at,
            _provider.zone,
            _provider.country,
        )
        .join(asker, asker.id == _audit.person_id)
        .join(_programme, _programme.id == _audit.programme_id)
        .join(_provider, _provider.id == _programme.provider_id)
        .where(asker.installation_id == bindparam("installation_id"), asker.side == "client")
        .where(_audit.programme_id.in_(scope), _within(_audit.at), _audit.what.in_(AGAIN), _audit.visibility == "SH")
    )
    return union_all(issues, actions, again).order_by("at", "number").limit(MOST)


class NewsRepository:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def changes(self, window: Window) -> list[NewsRow]:
        """Everything that changed, at most ``MOST`` rows; what the person did themselves is left out."""
        rows = self._session.connection().execute(_news(window.every), _params(window))
        return [NewsRow._make(each) for each in rows.all()]

    def asks(self, window: Window) -> list[AskRow]:
        """What the client's people asked of the providers, outside reviews and plans; oldest first."""
        rows = self._session.connection().execute(_asks(window.every), _params(window))
        return [AskRow._make(each) for each in rows.all()]

    def contracts(self, window: Window, horizon: date) -> Sequence[ContractRow]:
        """Contracts that end from the window's last day to ``horizon``, soonest first."""
        rows = self._session.connection().execute(_contracts(window.every), {**_params(window), "horizon": horizon})
        return [ContractRow._make(each) for each in rows.all()]


def _params(window: Window) -> dict[str, Any]:
    return {
        "installation_id": window.installation_id,
        "person_id": window.person_id,
        "since": window.since,
        "until": window.until,
        "since_day": window.since_day,
        "until_day": window.until_day,
    }
