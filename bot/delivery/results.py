"""What came of an attempt: kept in a transaction of its own, and what follows from it.

A card whose platform cannot hold its picture or files gets a row for each, in its thread, once it stands. A file is shared
anew when an edit of its card changed it; what is not out yet by then is not sent any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery.patience import Patience
from bot.ports import Gateway, Later, Outcome, Refused, Sent, Unsure
from bot.watching.measures import Count, uncounted
from handlers.deliveries.telling import gave_up
from handlers.saying import apart, apart_row, decode, file_once
from handlers.vocabulary.address import Place, Platform
from handlers.vocabulary.outgoing import Errand, File, Reaction
from storage.models.delivery import OutboxRow
from storage.outbox import FILE, PICTURE, REACTION
from storage.unit_of_work import UnitOfWork, Units

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Away:
    """The history could not be read: what was tried before stays as uncertain as it was."""

    after: float


@dataclass(frozen=True, slots=True)
class Untold:
    """The platform can never say whether an earlier attempt stands there, and it was decided not to post again."""

    why: str


class Results:
    """Keeps outcomes. ``reconcile`` as the courier has it."""

    def __init__(
        self,
        units: Units,
        gateways: Mapping[Platform, Gateway],
        clock: Callable[[], datetime],
        patience: Mapping[Platform, Patience],
        *,
        reconcile: bool,
        count: Count = uncounted,
    ) -> None:
        self._count = count
        self._units = units
        self._gateways = gateways
        self._clock = clock
        self._patience = patience
        self._reconcile = reconcile

    def record(self, key: str, revision: int, outcome: Outcome | Away | Untold) -> float | None:
        """Keep what came of the attempt; answers as an attempt does."""
        now = self._clock()
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or (row.state != "open" and not isinstance(outcome, Sent)):
                return None
            wait = self._outcome(row, revision, outcome, uow, now)
            uow.session.add(row)
            uow.commit()
        self._count(row.platform, type(outcome).__name__.lower())
        log.info("delivery.outcome", key=key, outcome=type(outcome).__name__, attempts=row.attempts)
        return wait

    def keep_upload(self, key: str, file: str | None) -> None:
        """Keep under which id the row's file waits on the platform; None: it does not any more."""
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is not None and row.sent_revision == 0:
                row.ref = file
                uow.session.add(row)
                uow.commit()

    def fail(self, row: OutboxRow, uow: UnitOfWork, now: datetime, why: str) -> None:
        """Give up loudly: the row stays, a manager is told."""
        self._count(row.platform, "failed")
        uow.outbox.give_up(row, "failed", why)
        gave_up(row, uow, now)

    def miss(self, row: OutboxRow, uow: UnitOfWork, why: str) -> None:
        """Too late to be of use: the row stays, and is listed."""
        self._count(row.platform, "missed")
        uow.outbox.give_up(row, "missed", why)

    def _outcome(
        self, row: OutboxRow, revision: int, outcome: Outcome | Away | Untold, uow: UnitOfWork, now: datetime
    ) -> float | None:
        patience = self._patience[Platform(row.platform)]
        match outcome:
            case Sent(ref, place, _):
                self._stands(row, revision, ref, place, now)
                self._more_follows(row, place, uow, now)
                return None if row.state == "sent" else 0.0
            case Later(after, scope):
                if scope != "message":
                    uow.pauses.keep(row, scope, now, now + timedelta(seconds=after))
                _surely_not_posted(row)
                return self._later(row, uow, now, after)
            case Away(after):
                return self._later(row, uow, now, after)
            case Untold(why):
                row.attempts = 0  # with its mark kept: news must not post it again, only somebody who looked may
                self.fail(row, uow, now, why)
                return None
            case Refused(why, gone):
                _surely_not_posted(row)
                if gone and row.sent_revision > 0:
                    uow.outbox.give_up(row, "dropped", "it was deleted where it stood, and is not posted again")
                elif gone and row.kind == REACTION:
                    uow.outbox.give_up(row, "dropped", why)
                else:
                    self.fail(row, uow, now, why)
                return None
            case Unsure(why):
                row.trouble = why
                return max(patience.unclear if self._reconcile else 0.0, min(patience.longest, 2.0**row.attempts))

    def _stands(self, row: OutboxRow, revision: int, ref: str, place: Place, now: datetime) -> None:
        row.ref, row.channel = ref, place.channel
        row.sent_revision = max(row.sent_revision, revision)
        row.sent_at = row.sent_at or now
        row.trying_since = row.first_try = row.last_try = None
        row.attempts, row.trouble = 0, ""
        row.state = "sent" if row.sent_revision >= row.revision else row.state

    def _more_follows(self, row: OutboxRow, place: Place, uow: UnitOfWork, now: datetime) -> None:
        """Where a card cannot hold its picture and files, each is a row of its own in the card's thread."""
        if row.kind in {PICTURE, FILE} or not self._gateways[Platform(row.platform)].files_apart:
            return
        card = decode(row.content)
        if isinstance(card, Reaction | Errand):
            return
        for part in apart(card):
            fresh = apart_row(row, part, place.channel, now)
            if uow.outbox.put(fresh) is fresh and isinstance(part, File):
                self._supersede(row, part, fresh, uow)

    def _supersede(self, row: OutboxRow, part: File, fresh: OutboxRow, uow: UnitOfWork) -> None:
        """An earlier state of the file that nobody tried to send yet stays here: two of them could arrive in any order."""
        for older in uow.outbox.untried(file_once(row, part)):
            if older is not fresh:
                older.state, older.trouble = "dropped", "the card holds a newer one"
                uow.session.add(older)

    def _later(self, row: OutboxRow, uow: UnitOfWork, now: datetime, after: float) -> float | None:
        give_up = timedelta(seconds=self._patience[Platform(row.platform)].give_up)
        if row.first_try is not None and now - row.first_try > give_up:
            self.fail(row, uow, now, "it could not even be tried for too long: see `python -m bot check`")
            return None
        return max(0.05, after)


def _surely_not_posted(row: OutboxRow) -> None:
    """Takes this attempt's mark back; an earlier attempt that is still uncertain keeps one."""
    row.attempts = max(0, row.attempts - 1)
    if row.attempts == 0 or row.sent_revision > 0:
        row.trying_since = row.last_try = None
