"""What to do with a row now: wait, look in the channel's history, or send. The database's part before a request.

Each question is a short transaction of its own, and the mark of an attempt is committed before anything leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.delivery.errands import Ask, Errands
from bot.delivery.pacing import Pacing
from bot.delivery.patience import Patience
from bot.delivery.results import Results
from bot.delivery.silence import ANOTHERS, silent
from bot.delivery.thread_order import behind, stand_alone
from bot.ports import Delivery
from bot.watching.logs import learnt
from handlers.lateness import worn
from handlers.noise.guard import NEVER_STANDS
from handlers.noise.kinds import OF_THEIR_OWN
from handlers.saying import Content, account_of, apart, decode, note_waiting, place_of, with_why
from handlers.vocabulary.address import Platform, Visibility
from handlers.vocabulary.outgoing import AnyCard, Errand, File, Picture, Reaction
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND, FILE, PICTURE
from storage.undelivered import ROOT_DROPPED, ROOT_FAILED, ROOT_MISSED, ROOT_UNKNOWN
from storage.unit_of_work import UnitOfWork, Units


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Look:
    """An earlier attempt may have reached the platform: look for it first."""

    delivery: Delivery
    since: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Send:
    """It is marked as tried since ``marked``: send it now, or not at all."""

    delivery: Delivery
    marked: datetime


class Preparing:
    """Reads a row and decides. ``reconcile`` as the courier has it."""

    def __init__(
        self,
        units: Units,
        clock: Callable[[], datetime],
        patience: Mapping[Platform, Patience],
        errands: Errands,
        results: Results,
        *,
        reconcile: bool,
        pacing: Pacing,
    ) -> None:
        self._units = units
        self._clock = clock
        self._patience = patience
        self._errands = errands
        self._results = results
        self._reconcile = reconcile
        self._pacing = pacing

    def prepare(self, key: str) -> Wait | Look | Send | Ask | None:
        """What to do with the row now; None when there is nothing to do any more."""
        now = self._clock()
        with self._units() as uow:
            found = uow.outbox.locked_and_paused(key)
            if found is None or found[0].state != "open":
                return None
            row, paused = found
            if Platform(row.platform) not in self._patience:
                self._nowhere(row, uow, now)
                uow.commit()
                return None
            learnt(platform=row.platform, kind=row.kind, generation=row.generation)
            wait = self._must_wait(row, paused, uow, now)
            if wait is not None:
                uow.commit()
                return wait if row.state == "open" else None
            content = _read(row)
            if content is None:
                self._results.fail(row, uow, now, "this version cannot read the stored card")
                uow.commit()
                return None
            if row.kind == ERRAND:
                return self._errands.begin(row, uow, now)
            if row.trying_since is None and (why := silent(row, uow)):
                self._keep_silent(row, why, uow, now)
                uow.commit()
                return None
            if self._reconcile and _unclear(row) and row.first_try is not None:
                return Look(self._delivery(row, content, uow), row.first_try, row.attempts)
            turn = self._pacing.wait(row, uow, now)
            if turn > 0:
                uow.commit()
                return Wait(turn)
            return self._marked(row, content, uow, now)

    def mark(self, key: str, attempts: int) -> Wait | Send | None:
        """Nothing was found in the history: mark the next attempt and send, unless somebody else did meanwhile, or it is of
        no use any more (the earlier attempt may be from before a long rest)."""
        now = self._clock()
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or row.state != "open":
                return None
            if row.attempts != attempts:
                return Wait(self._patience[Platform(row.platform)].unclear)
            if row.sent_revision == 0 and _is_over(row, now):
                self._miss(row, uow)
                uow.commit()
                return None
            turn = self._pacing.wait_again(row, uow, now)
            if turn > 0:
                uow.commit()
                return Wait(turn)
            return self._marked(row, decode(row.content), uow, now)

    def _marked(self, row: OutboxRow, content: Content, uow: UnitOfWork, now: datetime) -> Send | None:
        if row.attempts >= self._patience[Platform(row.platform)].attempts:
            self._results.fail(row, uow, now, f"no clear answer after {row.attempts} attempts")
            uow.commit()
            return None
        if row.first_try is None and row.sent_revision == 0:
            note_waiting(row, uow, now)
        delivery = self._delivery(row, content, uow)
        row.trying_since = row.last_try = now
        row.first_try = row.first_try or now
        row.attempts += 1
        uow.session.add(row)
        uow.commit()
        return Send(delivery, now)

    def _must_wait(self, row: OutboxRow, paused: datetime | None, uow: UnitOfWork, now: datetime) -> Wait | None:
        """Its time has not come or is over, its platform asked for quiet, an earlier post of its thread is not out, or one
        is uncertain."""
        patience = self._patience[Platform(row.platform)]
        if _too_late(row, now):
            self._miss(row, uow)
            return Wait(0)
        moments = [row.not_before, paused or row.not_before]
        if self._reconcile and row.trying_since is not None and row.last_try is not None:
            moments.append(row.last_try + timedelta(seconds=patience.unclear))
        until = max(moments)
        if until > now:
            return Wait((until - now).total_seconds())
        if row.sent_revision > 0:
            return None
        return self._behind_root(row, uow, now) or self._behind_earlier(row, uow, now, patience)

    def _nowhere(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
        """Its platform was in use before and has no door in this process: trying again would not help."""
        if row.kind == ERRAND:
            uow.outbox.give_up(row, "dropped", NO_DOOR.format(row.platform))
        else:
            self._results.fail(row, uow, now, NO_DOOR.format(row.platform))

    def _keep_silent(self, row: OutboxRow, why: str, uow: UnitOfWork, now: datetime) -> None:
        """Nothing is said there. What stands there already and belongs to others' channel now stays as it is: nobody misses it."""
        if why == ANOTHERS and row.sent_revision > 0:
            uow.outbox.give_up(row, "dropped", why)
        else:
            self._results.fail(row, uow, now, why)

    def _miss(self, row: OutboxRow, uow: UnitOfWork) -> None:
        self._results.miss(row, uow, f"it was of use until {row.expires_at:%Y-%m-%d %H:%M} UTC only")

    def _behind_root(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> Wait | None:
        """A reply needs the message it replies to; where that will never stand, the reply shares its fate. What only hangs
        there because the channel had a message that day takes its place."""
        if row.thread_card is None:
            return None
        root = uow.outbox.root_of(row)
        if root is not None and root.ref is None and root.state in NEVER_STANDS and row.kind in OF_THEIR_OWN:
            stand_alone(row, root, uow)
            return None
        if root is None or (root.ref is None and root.state == "failed"):
            self._results.fail(row, uow, now, ROOT_UNKNOWN if root is None else ROOT_FAILED)
            return Wait(0)
        if root.ref is not None:
            return None
        if root.state in _FATES:
            uow.outbox.give_up(row, root.state, _FATES[root.state])
            return Wait(0)
        return Wait(behind(row, root, now))

    def _behind_earlier(self, row: OutboxRow, uow: UnitOfWork, now: datetime, patience: Patience) -> Wait | None:
        earlier = uow.outbox.earlier_in_thread(row, now, timedelta(seconds=patience.in_order))
        return None if earlier is None else Wait(behind(row, earlier, now))

    def _delivery(self, row: OutboxRow, content: Content, uow: UnitOfWork) -> Delivery:
        root = uow.outbox.root_of(row)
        assert not isinstance(content, Errand)
        part = _attachment(row, content)
        if part is None and not isinstance(content, Reaction):
            content = with_why(worn(content, row.late), row)
        return Delivery(
            key=row.key,
            revision=row.revision,
            visibility=Visibility(row.visibility),
            card=content,
            place=place_of(row),
            account=account_of(row),
            thread=row.thread_ref if root is None else root.ref,
            ref=row.ref if row.sent_revision > 0 else None,
            attachment=part,
            upload=None if part is None else row.ref,
        )


NO_DOOR = "{0} is not set up here any more: set it up again, or type setup unbind {0} in the provider's other channel"
_FATES = {"dropped": ROOT_DROPPED, "missed": ROOT_MISSED}


def _too_late(row: OutboxRow, now: datetime) -> bool:
    """Whether it is of no use any more and surely stands nowhere yet."""
    return row.sent_revision == 0 and row.trying_since is None and _is_over(row, now)


def _is_over(row: OutboxRow, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _unclear(row: OutboxRow) -> bool:
    """Whether an earlier attempt at the first post may have reached the platform."""
    return row.trying_since is not None and row.sent_revision == 0


def _attachment(row: OutboxRow, content: AnyCard | Reaction) -> Picture | File | None:
    """What a row shares that stands for a part of a card; None when it says the card itself."""
    if row.kind not in {PICTURE, FILE} or isinstance(content, Reaction):
        return None
    return next(iter(apart(content)), None)


def _read(row: OutboxRow) -> Content | None:
    """What the row says; None when this version cannot read it."""
    try:
        return decode(row.content)
    except ValidationError:
        return None
