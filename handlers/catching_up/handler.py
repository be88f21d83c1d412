"""The bot was not running: that is kept, and told once where something came late or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import lateness, places, schedules
from handlers.catching_up import reading
from handlers.catching_up.cards import Told, gap_card
from handlers.lateness import Gap
from handlers.saying import About, say
from handlers.vocabulary.address import Direct, InternalChannel
from handlers.vocabulary.events import Fired
from handlers.vocabulary.outgoing import DirectPost, InternalPost
from handlers.waking import awake, hours_of_channel
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

SUBJECT, KIND = "downtime", "downtime.gap"
SETTLED = timedelta(minutes=2)
"""After what was due has been caught up, so that it can be told what that was."""
OF_USE = timedelta(days=3)
MANAGERS = ("manager", "executive")

To = InternalChannel | Direct


def gap(uow: UnitOfWork, since: datetime, until: datetime) -> None:
    """Nothing ran from ``since`` to ``until``. Called before the first tick after it, so that what comes late can say why;
    what came of it is told two minutes later. Called again for the same gap it only grows. Shorter ones are nobody's
    business."""
    if until - since < lateness.SHORTEST:
        return
    lateness.note_gap(uow, Gap(since, until))
    for installation_id in uow.lateness.installations():
        schedules.once_at(uow, SUBJECT, installation_id, installation_id, until + SETTLED)


def announce(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Tell each internal place what came late and what did not come there; nothing where nothing did."""
    known = lateness.gaps(uow)
    if not known:
        return
    last = known[-1]
    missed = reading.missed_since(fired.subject_id, last.since, uow)
    late = reading.said_late(fired.subject_id, last.since, uow)
    concerned = {each.programme_id for each in missed} | {each.programme_id for each in late}
    for to, ids in _destinations(fired.subject_id, concerned, uow).items():
        kinds = [each.kind for each in late if each.programme_id in ids]
        told = Told(last, kinds, list(reading.of_programme(missed, ids)), _zone(to, ids, fired.subject_id, uow))
        _say(told, to, ids, fired.subject_id, uow, now)


def _destinations(installation_id: int, concerned: set[int | None], uow: UnitOfWork) -> Mapping[To, set[int | None]]:
    """Where it is told, and of which programmes: their internal channel, else whoever answers for them on the client's side.
    What belongs to no programme is told at the first of these places, else to whoever manages."""
    found: dict[To, set[int | None]] = defaultdict(set)
    for programme_id in sorted(each for each in concerned if each is not None):
        to = places.internal_destination(uow, programme_id)
        if to is not None:
            found[to].add(programme_id)
    without = concerned - set().union(*found.values())
    if without:
        for to in list(found)[:1] or _managers(installation_id, uow):
            found[to] |= without
    return found


def _managers(installation_id: int, uow: UnitOfWork) -> list[To]:
    people = [each for each in uow.people.of_client(installation_id) if each.role in MANAGERS and each.left_at is None]
    directs = (places.direct_to(uow, each) for each in people)
    return [each for each in directs if each is not None]


def _zone(to: To, ids: set[int | None], installation_id: int, uow: UnitOfWork) -> str:
    """The reader's clock: a person's own, a channel's anchor."""
    if isinstance(to, Direct):
        account = to.account
        person = uow.people.by_account(installation_id, account.platform, account.workspace, account.user)
        return "UTC" if person is None else person.zone
    programme = _any_programme(ids, uow)
    return "UTC" if programme is None else programme.anchor_zone


def _say(told: Told, to: To, ids: set[int | None], installation_id: int, uow: UnitOfWork, now: datetime) -> None:
    programme = _any_programme(ids, uow)
    about = About(
        installation_id,
        KIND,
        "not running",
        SUBJECT,
        installation_id,
        None if programme is None else programme.id,
        None if programme is None else programme.provider_id,
    )
    where = to.account.user if isinstance(to, Direct) else to.place.channel
    once = f"{KIND}:{installation_id}:{told.gap.since.isoformat()}:{where}"
    card = gap_card(told)
    post = DirectPost(to, card) if isinstance(to, Direct) else InternalPost(to, card)
    hours = None if programme is None or isinstance(to, Direct) else hours_of_channel(uow, programme)
    moment = None if hours is None else awake(now, hours)
    say(uow, post, about, once, now, not_before=moment, until=now + OF_USE)


def _any_programme(ids: set[int | None], uow: UnitOfWork) -> Programme | None:
    first = min((each for each in ids if each is not None), default=None)
    return None if first is None else uow.providers.programme(first)
