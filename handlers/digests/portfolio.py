"""The portfolio: all of a client's providers in one internal message a week.

It goes to every internal channel that several programmes share; where there is none, to each manager directly. A client with
a single programme gets none: its internal digest says it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers import places
from handlers.calendar import Pattern, instant_of, wall_of, zone
from handlers.digests import keeping
from handlers.digests import portfolio_kept as kept
from handlers.digests.gathering import Gathering, TellPlan
from handlers.digests.inner import trends_of
from handlers.digests.meetings import unheld
from handlers.digests.overall import Line, lateness
from handlers.digests.portfolio_cards import Portfolio, portfolio_card
from handlers.digests.portfolio_kept import monday_of
from handlers.digests.rules import following
from handlers.digests.week import Moment
from handlers.graces import WEEKLY
from handlers.metrics.requests import running
from handlers.metrics.weeks import WEEK, last_complete
from handlers.saying import About, say, show
from handlers.schedules import every
from handlers.vocabulary.address import Direct, InternalChannel, Thread, Visibility
from handlers.vocabulary.events import Fired
from handlers.vocabulary.outgoing import DirectPost, InternalPost
from storage.models.person import Person
from storage.models.schedule import Schedule
from storage.unit_of_work import UnitOfWork

SUBJECT, KIND = "portfolio", "digest.portfolio"
USUALLY = "mon 09:00"
FEWEST = 2
"""Fewer programmes make no portfolio."""
MANAGERS = ("manager", "executive")


def ensure(uow: UnitOfWork, installation_id: int, anchor: str, now: datetime) -> Schedule | None:
    """The portfolio's schedule, set up with the client's second programme: Monday at nine on the first manager's clock,
    ``anchor`` where nobody manages. None while there is nothing to compare."""
    known = uow.schedules.of(SUBJECT, installation_id)
    if known is not None:
        return known
    if len(uow.providers.programmes(installation_id)) < FEWEST:
        return None
    first = next(iter(_managers(uow, installation_id)), None)
    where = anchor if first is None or first.zone == "UTC" else first.zone  # UTC: nobody told where they are
    return every(uow, SUBJECT, installation_id, installation_id, USUALLY, where, now)


def later_today(uow: UnitOfWork, installation_id: int, now: datetime) -> datetime | None:
    """A minute after today's portfolio if that is still to come, on its own calendar; else None. One that is caught up
    together with what is acted on comes in this very tick, so it is waited for as well."""
    kept.look_up(uow, installation_id)
    schedule = uow.schedules.of(SUBJECT, installation_id)
    if schedule is None or schedule.state != "active" or kept.paused(uow, installation_id):
        return None
    newest, wall = kept.newest(uow, installation_id), schedule.next_wall
    left_out = kept.leaves_out(uow, installation_id, wall - WEEK)
    if newest is not None and newest < monday_of(wall - WEEK) and not left_out and _caught_up_now(schedule, uow, now):
        return now + timedelta(minutes=1)
    where = zone(schedule.zone)
    if kept.leaves_out(uow, installation_id, wall) or schedule.next_at <= now:
        return None
    if wall_of(schedule.next_at, where).date() != wall_of(now, where).date():
        return None
    return None if newest == monday_of(wall) else schedule.next_at + timedelta(minutes=1)


def _had(uow: UnitOfWork, installation_id: int, wall: datetime) -> bool:
    return (kept.newest(uow, installation_id) or "") >= monday_of(wall)


def _caught_up_now(schedule: Schedule, uow: UnitOfWork, now: datetime) -> bool:
    """Whether its last time came while nothing ran: after what is acted on now was due, and the calendar has moved on."""
    last = instant_of(schedule.next_wall - WEEK, zone(schedule.zone))
    return uow.late_since is not None and uow.late_since <= last <= now


def post(fired: Fired, uow: UnitOfWork, now: datetime, tell_plan: TellPlan | None = None) -> list[Gathering]:
    """Send the week's portfolio, once a week however its time is moved; answers what it tells of, nothing if it was not
    sent."""
    installation_id, wall = fired.subject_id, datetime.fromisoformat(fired.wall)
    schedule = uow.schedules.of(SUBJECT, installation_id)
    if schedule is None or kept.silent(uow, installation_id, wall) or _had(uow, installation_id, wall):
        return []
    gatherings = _gatherings(uow, installation_id, now, tell_plan)
    if len(gatherings) < FEWEST:
        return []
    kept.keep_newest(uow, installation_id, monday_of(wall), now)
    portfolio = _portfolio(gatherings, schedule, uow, now)
    for to in _destinations(gatherings, installation_id, uow):
        _say(portfolio, to, schedule, monday_of(wall), uow, now)
    return gatherings


def again(uow: UnitOfWork, installation_id: int, now: datetime, tell_plan: TellPlan | None = None) -> None:
    """Something that the newest portfolio tells turned out otherwise: it shows that, without another message."""
    schedule, monday = uow.schedules.of(SUBJECT, installation_id), kept.newest(uow, installation_id)
    sent_at = kept.sent_at(uow, installation_id)
    if schedule is None or monday is None or sent_at is None:
        return
    gatherings = _gatherings(uow, installation_id, now, tell_plan, sent_at)
    card = portfolio_card(_portfolio(gatherings, schedule, uow, now, sent_at))
    for to in _destinations(gatherings, installation_id, uow):
        show(uow, _once(installation_id, monday, to), card, now)


def preview(uow: UnitOfWork, schedule: Schedule, now: datetime) -> Portfolio:
    """All running programmes as they stand now."""
    return _portfolio(_gatherings(uow, schedule.subject_id, now), schedule, uow, now)


# --- what it tells


def _gatherings(
    uow: UnitOfWork,
    installation_id: int,
    now: datetime,
    tell_plan: TellPlan | None = None,
    sent_at: datetime | None = None,
) -> list[Gathering]:
    """Each running programme as it stands; one whose digest came that day as of that digest, which hangs below. ``sent_at``:
    when the portfolio was sent that is told again."""
    at = sent_at or now
    found, programmes = [], uow.providers.programmes(installation_id)
    ids = [each.id for each in programmes if each.id is not None]
    uow.providers.look_ahead(ids)
    keeping.look_up(uow, *ids)
    for programme in programmes:
        assert programme.id is not None
        runs = running(uow, programme.id, now)
        if runs is not None and programme.created_at <= at:
            posted = keeping.posted_today(uow, programme.id, at, programme.anchor_zone)
            moment = Moment(wall_of(at, zone(programme.anchor_zone)), at) if posted is None else posted.moment
            week = None if posted is None else posted.week
            found.append(Gathering(uow, *runs, moment, now, week, tell_plan))
    return found


def _portfolio(
    gatherings: Sequence[Gathering],
    schedule: Schedule,
    uow: UnitOfWork,
    now: datetime,
    sent_at: datetime | None = None,
) -> Portfolio:
    where, pattern = zone(schedule.zone), Pattern.parse(schedule.pattern)
    wall = wall_of(now, where)
    programmes = [each.programme for each in gatherings]
    return Portfolio(
        week=_week(gatherings, last_complete(sent_at or now, where)),
        lines=tuple(_line(places.programme_name(uow, each.programme, programmes), each) for each in gatherings),
        pattern=schedule.pattern,
        anchor=schedule.zone,
        next_at=schedule.next_at if schedule.next_at > now else following(pattern, where, wall)[1],
    )


def _week(gatherings: Sequence[Gathering], usual: date) -> date:
    """The week that most digests cover, the newer of two; ``usual`` where there is none."""
    found = Counter(each.week for each in gatherings)
    return max(found, key=lambda week: (found[week], week), default=usual)


def _line(name: str, gathering: Gathering) -> Line:
    trends = trends_of(gathering)
    digest = gathering.digest
    on_it = {*digest.acted, *(each.metric for each in gathering.actions)}
    return Line(
        name=name,
        client=digest.client,
        digest=digest,
        late=lateness(digest.overdue, gathering.late(Visibility.INTERNAL)),
        declining=tuple(
            each.metric.name
            for each in gathering.states
            if trends[each.metric.id].level.alerts and each.metric.id not in on_it
        ),
        plans=tuple(each.number for each in gathering.plans),
        unheld=tuple(unheld(gathering.reviewed.since(gathering.since))),
    )


# --- where it goes


def _destinations(
    gatherings: Sequence[Gathering], installation_id: int, uow: UnitOfWork
) -> list[InternalChannel] | list[Direct]:
    """The internal channels that several running programmes share; without one, each manager."""
    channels = Counter(places.internal_channel(uow, each.programme_id) for each in gatherings)
    shared = [channel for channel, programmes in channels.items() if channel is not None and programmes >= FEWEST]
    if shared:
        return shared
    directs = (places.direct_to(uow, person) for person in _managers(uow, installation_id))
    return [each for each in directs if each is not None]


def _managers(uow: UnitOfWork, installation_id: int) -> list[Person]:
    return [each for each in uow.people.of_client(installation_id) if each.role in MANAGERS and each.left_at is None]


def _say(
    portfolio: Portfolio, to: InternalChannel | Direct, schedule: Schedule, monday: str, uow: UnitOfWork, now: datetime
) -> None:
    installation_id = schedule.subject_id
    about = About(installation_id, KIND, f"schedule, week {portfolio.week.isoformat()}", SUBJECT, installation_id)
    once, card = _once(installation_id, monday, to), portfolio_card(portfolio)
    if not isinstance(to, InternalChannel):
        say(uow, DirectPost(to, card), about, once, now, until=now + WEEKLY)
        return
    root = keeping.root_today(uow, to.place, now, schedule.zone)
    said = to if root is None else replace(to, thread=Thread(card=root))
    say(uow, InternalPost(said, card), about, once, now, until=now + WEEKLY)
    if root is None:
        keeping.keep_root(uow, to.place, keeping.root_of(once, uow), now)


def _once(installation_id: int, monday: str, to: InternalChannel | Direct) -> str:
    """One a week and place."""
    return (
        f"{KIND}:{installation_id}:{monday}:{to.place.channel if isinstance(to, InternalChannel) else to.account.user}"
    )
