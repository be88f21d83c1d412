"""The questions of an overview. A statement costs more to make than to ask, so each is made once.

``theirs`` narrows one to a single provider, for its own people.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from storage.actions import OPEN as OPEN_ACTIONS
from storage.issues import OPEN as OPEN_ISSUES
from storage.models.absence import Absence
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.models.issue import Issue
from storage.models.metrics import Figure, MetricTarget, TrackedMetric
from storage.models.person import Person, PersonAccount
from storage.models.plan import ImprovementPlan
from storage.models.provider import Channel, Owner, Programme, Provider
from storage.models.replica import Replica
from storage.models.review import Review, ReviewSeries
from storage.models.schedule import Schedule
from storage.models.setting import Setting
from storage.outbox import REACTION
from storage.reviews import AHEAD
from storage.undelivered import ROOT_FAILED

MONTH_DAYS = 28
"""The shortest month: figures of such periods are of a month."""
MONTHS_BACK = timedelta(days=100)
"""How far back the newest figure of a month may lie."""
MOST_REVIEWS = 500

# To a type checker the attributes of a model are plain values; here they are columns.
_absence: Any = Absence
_action: Any = ActionItem
_audit: Any = AuditEntry
_channel: Any = Channel
_figure: Any = Figure
_plan: Any = ImprovementPlan
_issue: Any = Issue
_target: Any = MetricTarget
_outbox: Any = OutboxRow
_owner: Any = Owner
_person: Any = Person
_account: Any = PersonAccount
_programme: Any = Programme
_provider: Any = Provider
_review: Any = Review
_series: Any = ReviewSeries
_schedule: Any = Schedule
_setting: Any = Setting
_replica: Any = Replica
_tracked: Any = TrackedMetric


def _within(query: Select[Any], table: Any, theirs: bool) -> Select[Any]:
    """Of the installation, and of one provider where only that is to be seen."""
    query = query.where(table.installation_id == bindparam("installation_id"))
    return query.where(table.provider_id == bindparam("provider_id")) if theirs else query


def _visible(query: Select[Any], table: Any, theirs: bool) -> Select[Any]:
    """The same, of records that have a visibility."""
    visible = table.visibility.in_(bindparam("visibilities", expanding=True))
    return _within(query, table, theirs).where(visible)


def _answers(side: str) -> Any:
    """Whether somebody who has not left answers for a side of the programme."""
    held = exists().where(
        _owner.programme_id == _programme.id,
        _owner.side == side,
        _owner.role == "owner",
        _owner.until.is_(None),
        _person.id == _owner.person_id,
        _person.left_at.is_(None),
    )
    return held.correlate(_programme)


def _owner_away() -> Any:
    """Whether the owner of the asker's side is away on their day."""
    away = exists().where(
        _owner.programme_id == _programme.id,
        _owner.side == bindparam("side"),
        _owner.role == "owner",
        _owner.until.is_(None),
        _absence.person_id == _owner.person_id,
        _absence.first_day <= bindparam("today"),
        _absence.last_day >= bindparam("today"),
        _absence.ended_at.is_(None),
    )
    return away.correlate(_programme)


def _heard_at() -> Any:
    """The newest entry of each of the provider's people is one step in an index, however long the log."""
    newest = select(func.max(_audit.at)).where(_audit.person_id == _person.id).correlate(_person)
    theirs = select(func.max(newest.scalar_subquery())).where(_person.provider_id == _programme.provider_id)
    return theirs.correlate(_programme).scalar_subquery()


def _channels(*which: Any) -> Any:
    """How many channels of the programme are such."""
    counted = select(func.count()).select_from(_channel).where(_channel.programme_id == _programme.id, *which)
    return counted.correlate(_programme).scalar_subquery()


@cache
def programmes(theirs: bool) -> Select[Any]:
    """Programmes that are not over, each with what is counted for it."""
    my_role = select(func.max(_owner.role)).where(
        _owner.programme_id == _programme.id,
        _owner.person_id == bindparam("person_id"),
        _owner.side == bindparam("side"),
        _owner.until.is_(None),
    )
    query = (
        select(
            _programme.id,
            _programme.provider_id,
            _provider.name,
            _programme.name,
            _provider.country,
            _provider.zone,
            _provider.contract_end,
            _programme.state,
            _programme.anchor_zone,
            _programme.digest_wall,
            _programme.figures_wall,
            _programme.created_at,
            _schedule.next_at,
            _setting.value,
            my_role.correlate(_programme).scalar_subquery(),
            _owner_away(),
            _answers("client"),
            _answers("provider"),
            _channels(_channel.kind == "shared", ~_channel.frozen),
            _channels(_channel.frozen),
            _heard_at(),
        )
        .join(_provider, _provider.id == _programme.provider_id)
        .outerjoin(
            _schedule,
            and_(_schedule.subject == "digest", _schedule.subject_id == _programme.id, _schedule.state == "active"),
        )
        .outerjoin(_setting, _setting.name == literal("digest.paused:") + cast(_programme.id, String))
        .where(_programme.state != "ended")
        .order_by(_provider.name, _programme.name, _programme.id)
    )
    return _within(query, _programme, theirs)


@cache
def issues(theirs: bool) -> Select[Any]:
    """Open issues."""
    owner, reporter = aliased(_person), aliased(_person)
    until = case(
        (_issue.state == "open", _issue.acknowledge_by),
        (_issue.state == "acknowledged", _issue.resolve_by),
        (_issue.state == "waiting", _issue.answer_by),
        else_=_issue.accept_by,
    )
    query = (
        select(
            _issue.id,
            _issue.programme_id,
            _issue.number,
            _issue.version,
            _issue.title,
            _issue.severity,
            _issue.state,
            _issue.waiting_on,
            _issue.owner_id,
            owner.side,
            _issue.reporter_id,
            reporter.side,
            _issue.reported_at,
            until,
            _issue.level,
        )
        .join(owner, owner.id == _issue.owner_id)
        .join(reporter, reporter.id == _issue.reporter_id)
        .where(_issue.state.in_(OPEN_ISSUES))
        .order_by(_issue.severity, _issue.reported_at, _issue.id)
    )
    return _visible(query, _issue, theirs)


@cache
def actions(theirs: bool) -> Select[Any]:
    """Action items that are open or wait for a yes."""
    owner, creator = aliased(_person), aliased(_person)
    query = (
        select(
            _action.id,
            _action.programme_id,
            _action.number,
            _action.version,
            _action.title,
            _action.state,
            _action.side,
            _action.due_on,
            _action.owner_id,
            owner.zone,
            _action.created_by,
            creator.side,
            _action.done_at,
        )
        .join(owner, owner.id == _action.owner_id)
        .join(creator, creator.id == _action.created_by)
        .where(_action.state.in_((*OPEN_ACTIONS, "done")))
        .order_by(_action.due_on, _action.id)
    )
    return _visible(query, _action, theirs)


@cache
def figures(theirs: bool, some: bool) -> Select[Any]:
    """Tracked metrics with their targets and recent figures; each figure is found by the whole of its index. ``some``: of the
    programmes that are named."""
    recent = or_(
        _figure.period_start >= bindparam("start"),
        and_(_figure.period_start >= bindparam("months"), _figure.period_days >= MONTH_DAYS),
    )
    query = (
        select(
            _tracked.id,
            _tracked.programme_id,
            _tracked.metric,
            _target.id,
            _target.target,
            _target.minimum,
            _target.effective_from,
            _figure.id,
            _figure.queue,
            _figure.period_start,
            _figure.period_days,
            type_coerce(_figure.numerator, String),
            type_coerce(_figure.denominator, String),
            type_coerce(_figure.value, String),
        )
        .join(_programme, _programme.id == _tracked.programme_id)
        .outerjoin(
            _target,
            and_(_target.tracked_metric_id == _tracked.id, _target.effective_from < bindparam("end")),
        )
        .outerjoin(
            _figure,
            and_(
                _figure.programme_id == _tracked.programme_id,
                _figure.metric == _tracked.metric,
                _figure.definition == _tracked.definition,
                _figure.period_start >= bindparam("months"),
                _figure.period_start < bindparam("end"),
                _figure.superseded_at.is_(None),
                recent,
            ),
        )
        .where(_tracked.until.is_(None), _programme.state != "ended")
    )
    if some:
        query = query.where(_programme.id.in_(bindparam("programme_ids", expanding=True)))
    return _within(query, _programme, theirs)


@cache
def reviews(theirs: bool) -> Select[Any]:
    """Reviews that are ahead, and those somebody was asked about."""
    query = (
        select(
            _review.id,
            _review.programme_id,
            _review.number,
            _review.version,
            _series.name,
            _review.state,
            _review.starts_at,
            _review.asked_at,
        )
        .join(_series, _series.id == _review.series_id)
        .where(
            _review.state.in_((*AHEAD, "not held")),
            or_(_review.state.in_(AHEAD), _review.asked_at >= bindparam("since")),
        )
        .order_by(_review.starts_at, _review.id)
        .limit(MOST_REVIEWS)
    )
    return _visible(query, _review, theirs)


def _place() -> ColumnElement[str]:
    """Where a message goes: the name of its person, else "#" and its channel's."""
    person = (
        select(_person.name)
        .join(_account, _account.person_id == _person.id)
        .where(
            _account.platform == _outbox.platform,
            _account.workspace == _outbox.account_workspace,
            _account.user == _outbox.account_user,
            _person.installation_id == _outbox.installation_id,
        )
    )
    channel = select(func.max(_channel.name)).where(
        _channel.platform == _outbox.platform,
        _channel.workspace == _outbox.workspace,
        _channel.channel == _outbox.channel,
    )
    name = func.coalesce(func.nullif(channel.correlate(_outbox).scalar_subquery(), ""), _outbox.channel)
    found = case(
        (_outbox.account_user != "", person.limit(1).correlate(_outbox).scalar_subquery()),
        else_=literal("#").concat(func.ltrim(name, "#")),
    )
    return func.coalesce(found, "")


@cache
def waiting(theirs: bool) -> CompoundSelect[Any]:
    """Plans that wait for words and messages that could not be sent, as rows of one shape."""
    nobody = cast(null(), Integer)
    plans = select(
        literal("plan"),
        _plan.id,
        _plan.programme_id,
        _plan.number,
        _plan.version,
        _plan.title,
        _plan.state,
        _plan.client_agreed_by,
        _plan.provider_agreed_by,
        _plan.created_by,
        _plan.created_at.label("at"),
        literal(""),
    ).where(_plan.state.in_(("draft", "proposed")))
    failed = select(
        literal("delivery"),
        _outbox.seq,
        _outbox.programme_id,
        literal(0),
        literal(0),
        _outbox.kind,
        _outbox.trouble,
        nobody,
        nobody,
        nobody,
        _outbox.created_at,
        _place(),
    ).where(_outbox.state == "failed", _outbox.created_at >= bindparam("since"))
    failed = failed.where(_outbox.programme_id.is_not(None), _outbox.kind != REACTION, _outbox.trouble != ROOT_FAILED)
    both = union_all(_visible(plans, _plan, theirs), _visible(failed, _outbox, theirs))
    return both.order_by("at")


_checked, _pulse, _gaps = aliased(_setting), aliased(_setting), aliased(_setting)
PERSON = (
    select(
        _person.morning,
        _person.zone,
        _absence.first_day,
        _absence.last_day,
        _checked.value,
        _pulse.value,
        select(func.max(_replica.beat_at)).scalar_subquery(),
        select(_gaps.value).where(_gaps.name == bindparam("gaps")).scalar_subquery(),
    )
    .outerjoin(
        _absence,
        and_(
            _absence.person_id == _person.id,
            _absence.last_day >= bindparam("today"),
            _absence.ended_at.is_(None),
        ),
    )
    .outerjoin(_checked, _checked.name == bindparam("checked"))
    .outerjoin(_pulse, _pulse.name == bindparam("pulse"))
    .where(_person.id == bindparam("person_id"))
    .order_by(_absence.first_day)
    .limit(1)
)
"""The asker, with the absence that is on or comes next, two settings, and when the clock last ticked and rested."""
