"""What could not be sent, or came too late to be of use: listed, sent again, dropped, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func
from sqlmodel import Session, col, select

from storage.models.delivery import OutboxRow
from storage.outbox import UNDELIVERED, OutboxRepository

ROOT_FAILED = "the message it replies to could not be sent"
"""The trouble of a reply that failed only because of its root: it is sent as soon as the root is."""
ROOT_UNKNOWN = "the message it replies to is not known here"
ROOT_DROPPED = "the message it replies to was dropped"
ROOT_MISSED = "the message it replies to was too late"
BECAUSE_OF_ROOT = (ROOT_FAILED, ROOT_DROPPED, ROOT_MISSED)

_IS_FAILED = (
    col(OutboxRow.installation_id) == bindparam("installation_id"),
    col(OutboxRow.state) == "failed",
    col(OutboxRow.trouble) != ROOT_FAILED,
)
_FAILED = select(OutboxRow).where(*_IS_FAILED).order_by(col(OutboxRow.seq))
_FAILED_IN_SHORT = (
    select(OutboxRow.seq, OutboxRow.programme_id, OutboxRow.kind).where(*_IS_FAILED).order_by(col(OutboxRow.seq))
)
_REPLIES = (
    select(OutboxRow)
    .where(
        OutboxRow.thread_card == bindparam("card"),
        col(OutboxRow.state).in_(bindparam("states", expanding=True)),
        OutboxRow.sent_revision == 0,
    )
    .order_by(col(OutboxRow.seq))
)


_NEWEST = col(OutboxRow.seq).desc()


def _missed(installation_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    here = col(OutboxRow.installation_id) == installation_id
    return here, col(OutboxRow.state) == "missed", col(OutboxRow.not_before) >= since


class UndeliveredRepository:
    """Messages that wait for somebody's decision. Replies that failed only with their root are not counted beside it."""

    def __init__(self, session: Session, outbox: OutboxRepository) -> None:
        self._session = session
        self._outbox = outbox

    def failed(self, installation_id: int) -> Sequence[OutboxRow]:
        """What could not be sent, in the order it was said."""
        return self._session.exec(_FAILED, params={"installation_id": installation_id}).all()

    def failed_in_short(self, installation_id: int) -> Sequence[tuple[int | None, int | None, str]]:
        """The same as number, programme and kind alone: there may be very many, and each holds a whole card."""
        return self._session.exec(_FAILED_IN_SHORT, params={"installation_id": installation_id}).all()

    def missed(self, installation_id: int, since: datetime, limit: int = 100) -> Sequence[OutboxRow]:
        """What was due since then and was not posted, as it came too late; the newest first."""
        query = select(OutboxRow).where(*_missed(installation_id, since))
        return self._session.exec(query.order_by(col(OutboxRow.not_before).desc(), _NEWEST).limit(limit)).all()

    def count_missed(self, installation_id: int, since: datetime) -> int:
        """How many these are."""
        return self._session.exec(select(func.count()).where(*_missed(installation_id, since))).one()

    def by_seqs(self, seqs: Iterable[int]) -> Sequence[OutboxRow]:
        """These rows, in the order they were said."""
        query = select(OutboxRow).where(col(OutboxRow.seq).in_(list(seqs))).order_by(col(OutboxRow.seq))
        return self._session.exec(query).all()

    def replies_to(self, row: OutboxRow) -> Sequence[OutboxRow]:
        """Replies that wait for this unsent message, or failed only because of it, in order."""
        if row.ref is not None:
            return []
        given = {"card": row.key, "states": ["open", *UNDELIVERED]}
        found = self._session.exec(_REPLIES, params=given).all()
        return [each for each in found if each.state == "open" or each.trouble in BECAUSE_OF_ROOT]

    def send_again(self, row: OutboxRow, now: datetime) -> Sequence[OutboxRow]:
        """Send what failed or was missed after all, with the root it replies to and the replies that hang on it; answers
        all that goes out again, empty when it was decided already."""
        root = self._outbox.root_of(row)
        if root is not None and root.ref is None and root.state in UNDELIVERED:
            row = root
        if not self._outbox.retry(row, now):
            return []
        return [row, *(each for each in self.replies_to(row) if self._outbox.retry(each, now))]

    def drop(self, row: OutboxRow) -> Sequence[OutboxRow]:
        """Nobody wants what was not delivered any more, nor then the replies to it; answers all that was dropped."""
        self._session.refresh(row, with_for_update=True)
        if row.state not in UNDELIVERED:
            return []
        replies = self.replies_to(row)
        stands = row.sent_revision > 0  # what stands there stays, as it is; only this edit of it is dropped
        self._outbox.give_up(row, "sent" if stands else "dropped", row.trouble)
        for each in replies:
            self._outbox.give_up(each, "dropped", ROOT_DROPPED)
        return [row, *replies]

    def take_back_drop(self, rows: Iterable[OutboxRow]) -> Sequence[OutboxRow]:
        """What was dropped together is undelivered again, and waits for a decision; answers what it was."""
        back = [row for row in rows if row.state == "dropped" or 0 < row.sent_revision < row.revision]
        for row in back:
            self._outbox.give_up(row, "failed", ROOT_FAILED if row.trouble == ROOT_DROPPED else row.trouble)
        return back
