"""How a digest is said: to both companies, to the client, and what hangs in its thread.

A channel gets one unprompted message a day: where several programmes share a channel, the first digest of the day stands in
it and the others hang in its thread.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import places
from handlers.digests import cards, keeping, parts, portfolio
from handlers.digests.details import detail_lines
from handlers.digests.gathering import Gathering
from handlers.digests.inner import inside
from handlers.digests.keeping import Posted
from handlers.digests.picture import picture_of
from handlers.graces import WEEKLY
from handlers.saying import About, say, show
from handlers.schedules import once_at
from handlers.vocabulary.address import InternalChannel, SharedChannel, Thread
from handlers.vocabulary.outgoing import DirectPost, InternalCard, InternalPost, SharedPost
from storage.unit_of_work import UnitOfWork

SUBJECT, LATER = "digest", "digest.insides"
"""What a digest's messages are about; and a client's single firing that says the internal ones whose portfolio did not
come."""
SHARED, INTERNAL, DETAIL = "digest.weekly", "digest.internal", "digest.detail"
NO_CHANNEL = "The digest was not posted to both companies: no shared channel is bound, or its sharing changed."


def say_shared(gathering: Gathering, posted: Posted) -> None:
    """To both companies, with the detail in its thread; nothing where they have no channel to read it in."""
    uow, now = gathering.uow, gathering.now
    to = places.shared_channel(uow, gathering.programme_id)
    if to is None:
        return
    several = _several(uow, to)
    root = keeping.root_today(uow, to.place, now, gathering.programme.anchor_zone) if several else None
    card = cards.shared_card(gathering.digest, picture_of(gathering.digest))
    said = to if root is None else replace(to, thread=Thread(card=root))
    once = posted.once(SHARED, gathering.programme_id)
    say(uow, SharedPost(said, card), _about(gathering, SHARED), once, now, until=now + WEEKLY)
    key = keeping.root_of(once, uow)
    if several and root is None:
        keeping.keep_root(uow, to.place, key, now)
    _say_detail(gathering, posted, replace(to, thread=Thread(card=root or key)))


def show_shared(gathering: Gathering, posted: Posted) -> None:
    """Both companies' digest and its detail as they are now, if they were said."""
    uow = gathering.uow
    once = posted.once(SHARED, gathering.programme_id)
    if show(uow, once, cards.shared_card(gathering.digest, picture_of(gathering.digest)), gathering.now):
        _show_detail(gathering, posted)


def say_internal(gathering: Gathering, posted: Posted) -> None:
    """To the client. Where several programmes share an internal channel and the day's portfolio is still to come, it waits
    and hangs in the portfolio's thread."""
    uow, now = gathering.uow, gathering.now
    to = places.internal_destination(uow, gathering.programme_id)
    if to is None:
        return
    once = posted.once(INTERNAL, gathering.programme_id)
    if not isinstance(to, InternalChannel):
        post = DirectPost(to, _internal(gathering, posted))
        say(uow, post, _about(gathering, INTERNAL), once, now, until=now + WEEKLY)
        return
    several = _several(uow, to)
    root = keeping.root_today(uow, to.place, now, gathering.programme.anchor_zone) if several else None
    coming = portfolio.later_today(uow, gathering.programme.installation_id, now) if several and root is None else None
    if coming is not None:
        once_at(uow, LATER, gathering.programme.installation_id, gathering.programme.installation_id, coming)
        return
    said = to if root is None else replace(to, thread=Thread(card=root))
    inside_post = InternalPost(said, _internal(gathering, posted))
    say(uow, inside_post, _about(gathering, INTERNAL), once, now, until=now + WEEKLY)
    if several and root is None:
        keeping.keep_root(uow, to.place, keeping.root_of(once, uow), now)


def look_up(uow: UnitOfWork, *posted: tuple[int, Posted]) -> None:
    """Read which messages of these programmes' digests were said, in one question."""
    uow.outbox.look_ahead(
        each.once(kind, programme_id) for programme_id, each in posted for kind in (SHARED, DETAIL, INTERNAL)
    )


def waits(uow: UnitOfWork, programme_id: int, posted: Posted) -> bool:
    """Whether the client's digest was not said yet."""
    return uow.outbox.by_once(posted.once(INTERNAL, programme_id)) is None


def show_internal(gathering: Gathering, posted: Posted) -> None:
    """The client's digest as it is now, if it was said."""
    once = posted.once(INTERNAL, gathering.programme_id)
    if not waits(gathering.uow, gathering.programme_id, posted):
        show(gathering.uow, once, _internal(gathering, posted), gathering.now)


def _internal(gathering: Gathering, posted: Posted) -> InternalCard:
    shared = gathering.uow.outbox.by_once(posted.once(SHARED, gathering.programme_id))
    found = inside(gathering, NO_CHANNEL if shared is None else "")
    return cards.internal_card(gathering.digest, found, picture_of(gathering.digest))


def _say_detail(gathering: Gathering, posted: Posted, to: SharedChannel) -> None:
    """Where the figures came from and the long lists whole, once there are any, in the digest's thread."""
    lines, left = detail_lines(gathering.states, gathering.uow), parts.left_over(gathering.digest)
    if lines or left:
        once = posted.once(DETAIL, gathering.programme_id)
        post = SharedPost(to, cards.detail_card(lines, left))
        say(gathering.uow, post, _about(gathering, DETAIL), once, gathering.now)


def _show_detail(gathering: Gathering, posted: Posted) -> None:
    """The detail follows its digest; it is said now if there was nothing to tell before."""
    uow = gathering.uow
    lines, left = detail_lines(gathering.states, uow), parts.left_over(gathering.digest)
    once = posted.once(DETAIL, gathering.programme_id)
    if not (lines or left) or show(uow, once, cards.detail_card(lines, left), gathering.now):
        return
    above = uow.outbox.by_once(posted.once(SHARED, gathering.programme_id))
    to = places.shared_channel(uow, gathering.programme_id)
    if above is not None and to is not None:
        _say_detail(gathering, posted, replace(to, thread=Thread(card=above.thread_card or above.key)))


def _several(uow: UnitOfWork, to: SharedChannel | InternalChannel) -> bool:
    """Whether other programmes speak in this channel too."""
    place = to.place
    bound = uow.providers.channels_at(place.platform, place.workspace, place.channel)
    return len({each.programme_id for each in bound}) > 1


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


def tell(uow: UnitOfWork, programme_id: int, text: str, event: str, now: datetime) -> None:
    """A word about the digest itself to both companies, in the thread of the newest one; nothing before the first, and
    nothing where they have no channel."""
    posted = keeping.newest(uow, programme_id)
    above = None if posted is None else uow.outbox.by_once(posted.once(SHARED, programme_id))
    to = places.shared_channel(uow, programme_id)
    if above is None or to is None:
        return
    about = About(
        above.installation_id,
        "digest.changed",
        "a manager changed it",
        subject=SUBJECT,
        subject_id=programme_id,
        programme_id=programme_id,
        provider_id=above.provider_id,
    )
    thread = Thread(card=above.thread_card or above.key)
    say(uow, SharedPost(replace(to, thread=thread), cards.word_card(text)), about, f"digest.changed:{event}", now)
