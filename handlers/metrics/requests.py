"""The weekly request for figures: one card a week, only for what is missing, edited as figures come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers.calendar import instant_of, zone
from handlers.graces import ASKING
from handlers.metrics.cards import Request, request_card
from handlers.metrics.followed import MONTH_DAYS
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Metric
from handlers.metrics.weeks import WEEK, last_complete
from handlers.places import mention, shared_channel
from handlers.saying import About, say, show
from handlers.schedules import once_at
from handlers.vocabulary.address import Side, Thread
from handlers.vocabulary.events import FiguresReported, Fired
from handlers.vocabulary.outgoing import SharedPost
from storage.metrics import Reading
from storage.models.delivery import OutboxRow
from storage.models.metrics import TrackedMetric
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

KIND = "metrics.request"
SUBJECT = "figures"
LATER = "figures.later"
"""Subject of the single firing that asks in the thread of a digest that comes later the same day."""
LOOK_BACK = timedelta(days=100)
"""How far back one looks whether a metric is reported by months."""


def once_of(programme_id: int, week: date) -> str:
    """The request's name for ever."""
    return f"{SUBJECT}:{programme_id}:{week.isoformat()}"


def ask(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Ask for what is missing of the last whole week; nothing missing, nothing said.

    On a digest's own day the request waits for it and hangs in its thread: a channel gets one unprompted message a day.
    """
    found = running(uow, fired.subject_id, now)
    if found is None:
        return
    programme, provider = found
    digest = _digest_later_today(uow, programme, now)
    if digest is not None:
        once_at(uow, LATER, fired.subject_id, programme.installation_id, digest + timedelta(minutes=1))
        return
    _ask(uow, programme, provider, instant_of(datetime.fromisoformat(fired.wall), zone(provider.zone)), now)


def ask_under_digest(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The request that waited for the day's digest."""
    found = running(uow, fired.subject_id, now)
    if found is not None:
        _ask(uow, *found, now, now)


def _ask(uow: UnitOfWork, programme: Programme, provider: Provider, due: datetime, now: datetime) -> None:
    assert programme.id is not None
    week = last_complete(due, zone(programme.anchor_zone))
    tracked = uow.metrics.tracked(programme.id)
    missing = missing_of(uow, programme.id, tracked, week)
    to = shared_channel(uow, programme.id, _thread_of_todays_digest(uow, programme, now)) if missing else None
    if to is None:
        return
    request = _request(uow, programme, provider, week, missing, len(tracked))
    about = About(
        programme.installation_id,
        KIND,
        "schedule",
        subject=SUBJECT,
        subject_id=programme.id,
        programme_id=programme.id,
        provider_id=provider.id,
    )
    say(uow, SharedPost(to, request_card(request)), about, once_of(programme.id, week), now, until=now + ASKING)


def _digest_later_today(uow: UnitOfWork, programme: Programme, now: datetime) -> datetime | None:
    """When this programme's digest still comes today, on the anchor's calendar."""
    assert programme.id is not None
    schedule = uow.schedules.of("digest", programme.id)
    if schedule is None or schedule.state != "active" or schedule.next_at <= now:
        return None
    where = zone(programme.anchor_zone)
    return schedule.next_at if schedule.next_at.astimezone(where).date() == now.astimezone(where).date() else None


def _thread_of_todays_digest(uow: UnitOfWork, programme: Programme, now: datetime) -> Thread | None:
    """The thread that today's digest stands in. Where the digest is about another week, replies there count for the request
    from now on (``replies.week_of_thread``)."""
    assert programme.id is not None
    where = zone(programme.anchor_zone)
    today = now.astimezone(where).date()
    posted = uow.outbox.about("digest", programme.id, "digest.weekly", since=now - timedelta(days=2))
    newest = posted[-1] if posted else None
    if newest is None or newest.created_at.astimezone(where).date() != today:
        return None
    return Thread(card=newest.thread_card or newest.key)


def asked_in_thread(uow: UnitOfWork, row: OutboxRow) -> date | None:
    """The week of the newest request for figures in the thread of ``row``, a digest; None when there is none."""
    if row.programme_id is None:
        return None
    asked = [
        each
        for each in uow.outbox.about(SUBJECT, row.programme_id, KIND, row.created_at)
        if each.thread_card == row.key
    ]
    return date.fromisoformat(asked[-1].once.rpartition(":")[2]) if asked else None


def refresh(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Figures came in: the request of that week, if there was one, shows how many are there."""
    assert isinstance(event, FiguresReported)
    week = event.period_start - timedelta(days=event.period_start.weekday())
    once = once_of(event.programme_id, week)
    if uow.outbox.by_once(once) is None:
        return
    programme = uow.providers.programme(event.programme_id)
    provider = None if programme is None else uow.providers.provider(programme.provider_id)
    if programme is not None and provider is not None:
        tracked = uow.metrics.tracked(event.programme_id)
        missing = missing_of(uow, event.programme_id, tracked, week)
        show(uow, once, request_card(_request(uow, programme, provider, week, missing, len(tracked))), now)


def running(uow: UnitOfWork, programme_id: int, now: datetime) -> tuple[Programme, Provider] | None:
    """The programme and its provider while the calendar speaks for them; None once it is over."""
    programme = uow.providers.programme(programme_id)
    provider = None if programme is None else uow.providers.provider(programme.provider_id)
    if programme is None or provider is None or programme.state != "active":
        return None
    today = now.astimezone(zone(programme.anchor_zone)).date()
    over = provider.contract_end is not None and provider.contract_end < today
    return None if over else (programme, provider)


def _request(
    uow: UnitOfWork, programme: Programme, provider: Provider, week: date, missing: tuple[Metric, ...], expected: int
) -> Request:
    assert programme.id is not None
    owner = uow.providers.accountable(programme.id, Side.PROVIDER)
    return Request(
        provider=provider.name,
        programme_id=programme.id,
        week=week,
        missing=missing,
        expected=expected,
        asked=None if owner is None else mention(uow, owner),
        when=programme.figures_wall,
    )


def missing_of(uow: UnitOfWork, programme_id: int, tracked: Sequence[TrackedMetric], week: date) -> tuple[Metric, ...]:
    """The key metrics without any figure within a week. What is reported by months owes no weekly figures."""
    newest: dict[tuple[str, str], Reading] = {}
    there = set()
    for row in uow.metrics.readings([programme_id], week + WEEK, start=week - LOOK_BACK):
        series = row.metric, row.definition
        newest[series] = row
        if row.period_start + timedelta(days=row.period_days) > week:
            there.add(series)
    monthly = {series for series, row in newest.items() if row.period_days >= MONTH_DAYS}
    known = catalogue().metrics
    return tuple(
        known[each.metric]
        for each in tracked
        if each.metric in known and (each.metric, each.definition) not in there | monthly
    )
