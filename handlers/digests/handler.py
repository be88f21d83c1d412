"""The weekly digest: posted once a programme and week, edited while it is the newest and its figures still move."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers import places
from handlers.calendar import instant_of, week_of, zone
from handlers.digests import cards
from handlers.digests.details import detail_lines
from handlers.digests.gathering import Gathering
from handlers.digests.picture import picture_of
from handlers.digests.week import Moment
from handlers.metrics.requests import running
from handlers.saying import About, say, show
from handlers.vocabulary.address import InternalChannel, SharedChannel, Thread
from handlers.vocabulary.events import FiguresReported, Fired
from handlers.vocabulary.outgoing import DirectPost, InternalPost, Picture, SharedPost
from storage.unit_of_work import UnitOfWork

SUBJECT = "digest"
SHARED, INTERNAL, DETAIL = "digest.weekly", "digest.internal", "digest.detail"
NO_CHANNEL = "The digest was not posted to both companies: no shared channel is bound, or its sharing changed."


@dataclass(frozen=True, slots=True)
class Posted:
    """The newest digest of a programme, so that later figures find it."""

    monday: date
    week: date
    moment: Moment

    def once(self, kind: str, programme_id: int) -> str:
        """The name of one of its messages, for ever."""
        return f"{kind}:{programme_id}:{self.monday.isoformat()}"

    def dump(self) -> str:
        """As it is kept."""
        moment = self.moment
        parts = [self.monday.isoformat(), self.week.isoformat(), moment.wall.isoformat(), moment.late, moment.skipped]
        return json.dumps(parts)


def post(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Post the week's digest to both companies and to the client. Ended and paused programmes stay silent."""
    found = running(uow, fired.subject_id, now)
    if found is None or paused(uow, fired.subject_id):
        return
    programme, provider = found
    wall = datetime.fromisoformat(fired.wall)
    moment = Moment(wall, instant_of(wall, zone(programme.anchor_zone)), fired.late, fired.covers - 1)
    gathering = Gathering(uow, programme, provider, moment, now)
    posted = Posted(week_of(wall.date())[0], gathering.week, moment)
    uow.settings.set(_name(fired.subject_id), posted.dump())
    picture = picture_of(gathering.digest)
    shared = _say_shared(gathering, posted, picture)
    _say_internal(gathering, posted, picture, "" if shared else NO_CHANNEL)


def refresh(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Figures of the covered week came in or were corrected: the newest digest shows them."""
    assert isinstance(event, FiguresReported)
    posted = _newest(uow, event.programme_id)
    if posted is None or event.period_start - timedelta(days=event.period_start.weekday()) != posted.week:
        return
    found = running(uow, event.programme_id, now)
    if found is None:
        return
    gathering = Gathering(uow, *found, posted.moment, now, posted.week)
    picture = picture_of(gathering.digest)
    shared = show(uow, posted.once(SHARED, event.programme_id), cards.shared_card(gathering.digest, picture), now)
    inside = gathering.inside("" if shared else NO_CHANNEL)
    internal = cards.internal_card(gathering.digest, inside, picture)
    show(uow, posted.once(INTERNAL, event.programme_id), internal, now)
    if shared:
        _show_detail(gathering, posted)


def paused(uow: UnitOfWork, programme_id: int) -> bool:
    """Whether a manager paused the digest."""
    return uow.settings.get(f"digest.paused:{programme_id}") == "yes"


def pause(uow: UnitOfWork, programme_id: int, *, on: bool) -> None:
    """Pause or resume; the schedule goes on, so that nothing is caught up later."""
    uow.settings.set(f"digest.paused:{programme_id}", "yes" if on else "no")


def _say_shared(gathering: Gathering, posted: Posted, picture: Picture | None) -> bool:
    """False when both companies have no channel to read it in."""
    to = places.shared_channel(gathering.uow, gathering.programme_id)
    if to is None:
        return False
    card = cards.shared_card(gathering.digest, picture)
    once = posted.once(SHARED, gathering.programme_id)
    key = say(gathering.uow, SharedPost(to, card), _about(gathering, SHARED), once, gathering.now)
    _say_detail(gathering, posted, replace(to, thread=Thread(card=key)))
    return True


def _say_detail(gathering: Gathering, posted: Posted, to: SharedChannel) -> None:
    """Where the figures came from, once there are any, in the digest's thread."""
    lines = detail_lines(gathering.states, gathering.uow)
    if lines:
        once = posted.once(DETAIL, gathering.programme_id)
        post_ = SharedPost(to, cards.detail_card(lines))
        say(gathering.uow, post_, _about(gathering, DETAIL), once, gathering.now)


def _show_detail(gathering: Gathering, posted: Posted) -> None:
    """The detail follows its digest; it is said now if there was nothing to tell before."""
    lines = detail_lines(gathering.states, gathering.uow)
    once = posted.once(DETAIL, gathering.programme_id)
    if not lines or show(gathering.uow, once, cards.detail_card(lines), gathering.now):
        return
    above = gathering.uow.outbox.by_once(posted.once(SHARED, gathering.programme_id))
    to = places.shared_channel(gathering.uow, gathering.programme_id)
    if above is not None and to is not None:
        _say_detail(gathering, posted, replace(to, thread=Thread(card=above.key)))


def _say_internal(gathering: Gathering, posted: Posted, picture: Picture | None, not_shared: str) -> None:
    to = places.internal_destination(gathering.uow, gathering.programme_id)
    if to is None:
        return
    card = cards.internal_card(gathering.digest, gathering.inside(not_shared), picture)
    post_ = InternalPost(to, card) if isinstance(to, InternalChannel) else DirectPost(to, card)
    once = posted.once(INTERNAL, gathering.programme_id)
    say(gathering.uow, post_, _about(gathering, INTERNAL), once, gathering.now)


def _about(gathering: Gathering, kind: str) -> About:
    """The reason names the covered week: a reply in the thread is about it."""
    return About(
        gathering.programme.installation_id,
        kind,
        f"schedule, week {gathering.week.isoformat()}",
        subject=SUBJECT,
        subject_id=gathering.programme_id,
        programme_id=gathering.programme_id,
        provider_id=gathering.provider.id,
    )


def _newest(uow: UnitOfWork, programme_id: int) -> Posted | None:
    kept = uow.settings.get(_name(programme_id))
    programme = None if kept is None else uow.providers.programme(programme_id)
    if kept is None or programme is None:
        return None
    monday, week, written, late, skipped = json.loads(kept)
    wall = datetime.fromisoformat(written)
    moment = Moment(wall, instant_of(wall, zone(programme.anchor_zone)), late, skipped)
    return Posted(date.fromisoformat(monday), date.fromisoformat(week), moment)


def _name(programme_id: int) -> str:
    return f"digest.newest:{programme_id}"
