"""What is to be said: one row a message, enqueued in the transaction that caused it.

The engine that carries deliveries is reached through one function, ``Enqueue``, given by the application.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, bindparam, or_, text, update
from sqlmodel import Session, col, select

from storage.models.delivery import OutboxRow
from storage.models.person import PersonAccount
from storage.pauses import paused_until
from storage.remembering import first_remembered, forget

Enqueue = Callable[[Session, OutboxRow, float], None]
"""Hands the row's next generation to the engine within this session's transaction, after so many seconds."""


REACTION, PICTURE, FILE = "reaction", "picture", "file"
UNORDERED = (REACTION, PICTURE, FILE)
"""Kinds of rows that stand in a thread without an order: nothing waits for them and they wait for nothing but the root."""
HELD, FOLDED = "held", "folded"
"""States of what waits for its reader's morning message, and of what stands in one: no message of its own."""
UNDELIVERED = ("failed", "missed")
"""States in which somebody may still decide."""
ERRAND = "errand"
"""The kind of a row that says nothing: it asks the platform something on our behalf."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# The questions asked for every message. A statement costs more to make than to ask, so these are made once.
_BY_KEY = select(OutboxRow).where(OutboxRow.key == bindparam("key"))
_LOCKED = _BY_KEY.with_for_update().execution_options(populate_existing=True)
_LOCKED_AND_PAUSED = (
    select(OutboxRow, paused_until())
    .where(OutboxRow.key == bindparam("key"))
    .with_for_update(of=OutboxRow)
    .execution_options(populate_existing=True)
)
_BY_ONCE = select(OutboxRow).where(OutboxRow.once == bindparam("once"))
_BY_ONCES = select(OutboxRow).where(col(OutboxRow.once).in_(bindparam("onces", expanding=True)))
_HELD = (
    select(OutboxRow)
    .join(
        PersonAccount,
        and_(
            col(PersonAccount.platform) == col(OutboxRow.platform),
            col(PersonAccount.workspace) == col(OutboxRow.account_workspace),
            col(PersonAccount.user) == col(OutboxRow.account_user),
        ),
    )
    .where(text("parley_outbox.state = 'held'"), PersonAccount.person_id == bindparam("person_id"))
    .order_by(col(OutboxRow.seq))
)
_FOLDED_IN = (
    select(OutboxRow)
    .where(text("parley_outbox.state = 'folded'"), OutboxRow.thread_card == bindparam("key"))
    .order_by(col(OutboxRow.seq))
)
_BY_REFERENCE = select(OutboxRow).where(
    OutboxRow.platform == bindparam("platform"),
    OutboxRow.workspace == bindparam("workspace"),
    OutboxRow.channel == bindparam("channel"),
    OutboxRow.ref == bindparam("ref"),
)
_DUE = (
    select(OutboxRow.key, OutboxRow.generation)
    .where(OutboxRow.state == "open", col(OutboxRow.not_before) <= bindparam("now"))
    .order_by(col(OutboxRow.seq))
)
_NEXT = select(col(OutboxRow.not_before)).where(OutboxRow.state == "open").order_by(col(OutboxRow.not_before)).limit(1)
_NEXT_AFTER = _NEXT.where(col(OutboxRow.not_before) > bindparam("after"))
_TWINS = select(OutboxRow).where(OutboxRow.mirror_of == bindparam("key")).order_by(col(OutboxRow.seq))
# The states stand in the statements themselves: an index for each holds what waits, and what is folded, and nothing else.
_EARLIER = (
    select(OutboxRow)
    .where(
        OutboxRow.state == "open",
        OutboxRow.sent_revision == 0,
        OutboxRow.platform == bindparam("platform"),
        OutboxRow.channel == bindparam("channel"),
        col(OutboxRow.seq) < bindparam("seq"),
        col(OutboxRow.not_before) <= bindparam("now"),
        col(OutboxRow.kind).not_in(UNORDERED),
        or_(col(OutboxRow.first_try).is_(None), col(OutboxRow.first_try) > bindparam("stuck_since")),
    )
    .order_by(col(OutboxRow.seq))
    .limit(1)
)
_EARLIER_UNDER_CARD = _EARLIER.where(OutboxRow.thread_card == bindparam("card"))
_EARLIER_UNDER_REF = _EARLIER.where(OutboxRow.thread_ref == bindparam("ref"))
_EARLIER_UNDER_BOTH = _EARLIER.where(
    or_(col(OutboxRow.thread_card) == bindparam("card"), col(OutboxRow.thread_ref) == bindparam("ref"))
)


def enqueue_nothing(session: Session, row: OutboxRow, delay: float) -> None:
    """For rehearsals and readers: somebody else drains the outbox."""


def key_of(once: str) -> str:
    """The opaque key of what is said once: the same everywhere, and it tells a reader of the channel nothing."""
    return "p" + hashlib.sha256(once.encode()).hexdigest()[:24]


class OutboxRepository:
    """The outgoing messages. What was looked up with ``look_ahead`` is not asked again within the transaction."""

    def __init__(self, session: Session, enqueue: Enqueue) -> None:
        self._session = session
        self._enqueue = enqueue
        self._ahead: dict[str, OutboxRow | None] = {}
        self._roots: dict[str, OutboxRow | None] = {}

    def look_ahead(self, onces: Iterable[str]) -> None:
        """Read what says these in one question, for ``by_once`` and ``put``."""
        wanted = [each for each in onces if each not in self._ahead]
        if wanted:
            found = self._session.exec(_BY_ONCES, params={"onces": wanted}).all()
            self._ahead |= dict.fromkeys(wanted, None) | {row.once: row for row in found}

    def put(self, row: OutboxRow) -> OutboxRow:
        """Add the row unless its ``once`` was said before; then the earlier row is returned and nothing is sent."""
        earlier = self.by_once(row.once)
        if earlier is not None:
            return earlier
        self._session.add(row)
        self._session.flush()
        if row.once in self._ahead:
            self._ahead[row.once] = row
        if row.state == "open":
            self._enqueue(self._session, row, max(0.0, (row.not_before - row.created_at).total_seconds()))
        return row

    def revise(self, row: OutboxRow, content: str, now: datetime) -> None:
        """Let the card show ``content``. The latest revision wins; before the first send the row is simply rewritten.

        The row is locked and read again first: the courier may have sent it since it was read, and would not look again.
        """
        self._session.flush()
        self._session.exec(_LOCKED, params={"key": row.key}).one()
        if row.content == content or row.state == "dropped":
            return
        row.content = content
        if row.state in (
            HELD,
            FOLDED,
            "missed",
        ):  # what was missed is not wanted any more; if it is after all, then the newest
            self._session.add(row)
            self._session.flush()
            return
        waiting = row.state == "open"
        row.revision += 1
        row.state = "open"
        if not waiting:
            self._begin_anew(row)
            self.enqueue_again(row, now, 0.0)
        self._session.add(row)
        self._session.flush()

    def retry(self, row: OutboxRow, now: datetime) -> bool:
        """Somebody wants what failed or was missed sent after all, however late. It is read again first; False when it
        neither failed nor was missed."""
        self._session.refresh(row, with_for_update=True)
        if row.state not in UNDELIVERED:
            return False
        row.state, row.expires_at = "open", None
        if row.attempts == 0:  # nobody can look where it may stand (or it was never tried): who asks for it has looked
            row.trying_since = None
        self._begin_anew(row)
        self.enqueue_again(row, now, 0.0)
        return True

    def give_up(self, row: OutboxRow, state: str, trouble: str) -> None:
        """It is not sent: "failed", "missed" or "dropped", and why."""
        row.state, row.trouble = state, trouble
        self._session.add(row)
        self._session.flush()

    def _begin_anew(self, row: OutboxRow) -> None:
        """All patience is fresh; but a first post that failed without a clear answer may stand there, and is looked for."""
        row.trouble = ""
        if row.sent_revision == 0 and row.trying_since is not None:
            row.attempts = 1
            return
        row.attempts = 0
        row.first_try = row.last_try = row.trying_since = None

    def enqueue_again(self, row: OutboxRow, now: datetime, delay: float) -> None:
        """Give the row a next generation, so that its delivery has a live workflow."""
        row.generation += 1
        row.not_before = now
        self._session.add(row)
        self._session.flush()
        self._enqueue(self._session, row, delay)

    def by_key(self, key: str) -> OutboxRow | None:
        """The row with this opaque key."""
        return self._session.exec(_BY_KEY, params={"key": key}).first()

    def root_of(self, row: OutboxRow) -> OutboxRow | None:
        """The card in whose thread the row hangs, asked for once a transaction; None where it hangs under none of ours."""
        key = row.thread_card
        if key is not None and key not in self._roots:
            self._roots[key] = self.by_key(key)
        return None if key is None else self._roots[key]

    def record_at(self, platform: str, workspace: str, channel: str, ref: str) -> OutboxRow | None:
        """The message of ours that stands at this reference; where a twin stands there, the one it repeats."""
        row = self.by_reference(platform, workspace, channel, ref)
        return None if row is None else self.original(row)

    def twins_of(self, key: str) -> Sequence[OutboxRow]:
        """What repeats this message on other platforms, in the order it was said."""
        return self._session.exec(_TWINS, params={"key": key}).all()

    def original(self, row: OutboxRow) -> OutboxRow:
        """The message this row repeats; the row itself if it repeats none."""
        found = None if row.mirror_of is None else self.by_key(row.mirror_of)
        return row if found is None else found

    def standing_about(
        self, subject: str, subject_id: int, platform: str, workspace: str, channel: str
    ) -> Sequence[OutboxRow]:
        """The messages about a record in one place, the newest first, whether they stand there or are on their way."""
        query = select(OutboxRow).where(
            OutboxRow.subject == subject,
            OutboxRow.subject_id == subject_id,
            OutboxRow.platform == platform,
            OutboxRow.workspace == workspace,
            OutboxRow.channel == channel,
            col(OutboxRow.state).not_in(("failed", "dropped", "missed")),
            col(OutboxRow.kind).not_in(UNORDERED),
        )
        return self._session.exec(query.order_by(col(OutboxRow.seq).desc()).limit(20)).all()

    def said_after(self, row: OutboxRow) -> Sequence[OutboxRow]:
        """What was said under the same card in the same moment after this row."""
        query = select(OutboxRow).where(
            OutboxRow.thread_card == row.thread_card,
            OutboxRow.created_at == row.created_at,
            col(OutboxRow.seq) > row.seq,
            col(OutboxRow.kind).not_in(UNORDERED),
        )
        return self._session.exec(query.order_by(col(OutboxRow.seq))).all()

    def by_once(self, once: str) -> OutboxRow | None:
        """The row that says this once."""
        if once in self._ahead:
            return self._ahead[once]
        return first_remembered(self._session, (OutboxRow,), _BY_ONCE, once=once)

    def locked(self, key: str) -> OutboxRow | None:
        """The row as it is now, locked until the end of the transaction (PostgreSQL; SQLite's writer is alone anyway)."""
        return self._session.exec(_LOCKED, params={"key": key}).first()

    def locked_and_paused(self, key: str) -> tuple[OutboxRow, datetime | None] | None:
        """The same, with the moment until which its platform asked for quiet: one question for both."""
        found = self._session.exec(_LOCKED_AND_PAUSED, params={"key": key}).first()
        return None if found is None else (found[0], found[1])

    def by_reference(self, platform: str, workspace: str, channel: str, ref: str) -> OutboxRow | None:
        """The message of ours that stands at this reference."""
        there = {"platform": platform, "workspace": workspace, "channel": channel, "ref": ref}
        return self._session.exec(_BY_REFERENCE, params=there).first()

    def in_doubt(self, platform: str, workspace: str, channel: str) -> bool:
        """Whether some message that threads hang under may stand in the channel already, though we do not know where: its
        request left and its answer was not noted yet."""
        query = select(OutboxRow.key).where(
            OutboxRow.state == "open",
            OutboxRow.sent_revision == 0,
            col(OutboxRow.trying_since).is_not(None),
            OutboxRow.platform == platform,
            OutboxRow.workspace == workspace,
            OutboxRow.channel == channel,
            col(OutboxRow.thread_card).is_(None),
            col(OutboxRow.thread_ref).is_(None),
        )
        return self._session.exec(query.limit(1)).first() is not None

    def move(self, platform: str, workspace: str, channel: str, to: str) -> None:
        """A channel has another id from now on: what stands there is edited and replied to there, and what was on its way
        goes there."""
        self._session.flush()
        moved = update(OutboxRow).where(
            col(OutboxRow.platform) == platform,
            col(OutboxRow.workspace) == workspace,
            col(OutboxRow.channel) == channel,
        )
        self._session.connection().execute(moved.values(channel=to))
        forget(self._session)

    def about(
        self,
        subject: str,
        subject_id: int,
        kind: str | None = None,
        since: datetime | None = None,
        *,
        twins: bool = False,
    ) -> Sequence[OutboxRow]:
        """All messages about a record, oldest first, without their ``twins`` on other platforms unless they are wanted; of
        one ``kind``, and made at ``since`` or later, if given."""
        query = select(OutboxRow).where(OutboxRow.subject == subject, OutboxRow.subject_id == subject_id)
        if not twins:
            query = query.where(col(OutboxRow.mirror_of).is_(None))
        if kind is not None:
            query = query.where(OutboxRow.kind == kind)
        if since is not None:
            query = query.where(col(OutboxRow.created_at) >= since)
        return self._session.exec(query.order_by(col(OutboxRow.seq))).all()

    def held_for(self, person_id: int) -> Sequence[OutboxRow]:
        """What waits for this person's morning message, oldest first."""
        return self._session.exec(_HELD, params={"person_id": person_id}).all()

    def fold(self, rows: Iterable[OutboxRow], key: str) -> None:
        """These stand in the morning message with this key now."""
        for row in rows:
            row.state, row.thread_card = FOLDED, key
            self._session.add(row)
        self._session.flush()

    def folded_in(self, key: str) -> Sequence[OutboxRow]:
        """What stands in this morning message, oldest first."""
        return self._session.exec(_FOLDED_IN, params={"key": key}).all()

    def untried(self, beginning: str) -> Sequence[OutboxRow]:
        """What is said as something that begins so, and no attempt was made at yet."""
        query = select(OutboxRow).where(
            OutboxRow.state == "open",
            OutboxRow.sent_revision == 0,
            col(OutboxRow.trying_since).is_(None),
            col(OutboxRow.once).startswith(beginning, autoescape=True),
        )
        return self._session.exec(query).all()

    def open(self, limit: int = 500) -> Sequence[OutboxRow]:
        """What still has to be sent, in the order it was said."""
        query = select(OutboxRow).where(OutboxRow.state == "open").order_by(col(OutboxRow.seq)).limit(limit)
        return self._session.exec(query).all()

    def due(self, now: datetime) -> Sequence[tuple[str, int]]:
        """Key and generation of everything that should be sent by now, in the order it was said."""
        return self._session.exec(_DUE, params={"now": now}).all()

    def next_at(self, after: datetime | None) -> datetime | None:
        """When the next message is to go out, later than ``after`` if given, or None."""
        query = _NEXT if after is None else _NEXT_AFTER
        return self._session.exec(query, params={"after": after}).first()

    def everything(self) -> Sequence[OutboxRow]:
        """Every row, in the order it was said."""
        return self._session.exec(select(OutboxRow).order_by(col(OutboxRow.seq))).all()

    def newest_in(self, platform: str, workspace: str, channel: str, limit: int = 20) -> Sequence[OutboxRow]:
        """What stands in a channel outside threads, or in a direct conversation; the newest first."""
        query = select(OutboxRow).where(
            OutboxRow.platform == platform,
            OutboxRow.workspace == workspace,
            OutboxRow.channel == channel,
            col(OutboxRow.ref).is_not(None),
            col(OutboxRow.thread_card).is_(None),
            col(OutboxRow.thread_ref).is_(None),
        )
        return self._session.exec(query.order_by(col(OutboxRow.seq).desc()).limit(limit)).all()

    def under(self, platform: str, workspace: str, channel: str, card: str, limit: int = 100) -> Sequence[OutboxRow]:
        """What hangs in the thread of one of our cards; the newest first."""
        query = select(OutboxRow).where(
            OutboxRow.platform == platform,
            OutboxRow.workspace == workspace,
            OutboxRow.channel == channel,
            OutboxRow.thread_card == card,
        )
        return self._session.exec(query.order_by(col(OutboxRow.seq).desc()).limit(limit)).all()

    def sent_in(self, channel: str) -> Sequence[OutboxRow]:
        """What stands in a channel, oldest first."""
        query = select(OutboxRow).where(OutboxRow.channel == channel, col(OutboxRow.ref).is_not(None))
        return self._session.exec(query.order_by(col(OutboxRow.seq))).all()

    def earlier_in_thread(self, row: OutboxRow, now: datetime, in_order: timedelta | None = None) -> OutboxRow | None:
        """An unsent message of the same thread that was said before this one and is due by ``now``; order is kept within a
        thread, whether its messages name our card or the reference it stands at. One that was first tried longer ago than
        ``in_order`` is not waited for any more.
        """
        if row.kind in UNORDERED or (row.thread_card is None and row.thread_ref is None):
            return None
        card, ref = self._thread(row)
        stuck_since = _LONG_AGO if in_order is None else now - in_order
        given = {
            "platform": row.platform,
            "channel": row.channel,
            "seq": row.seq,
            "now": now,
            "stuck_since": stuck_since,
        }
        if ref is None:
            return self._session.exec(_EARLIER_UNDER_CARD, params={**given, "card": card}).first()
        if card is None:
            return self._session.exec(_EARLIER_UNDER_REF, params={**given, "ref": ref}).first()
        return self._session.exec(_EARLIER_UNDER_BOTH, params={**given, "card": card, "ref": ref}).first()

    def _thread(self, row: OutboxRow) -> tuple[str | None, str | None]:
        """The two names of the row's thread: our card's key and the reference it stands at, as far as there are both."""
        if row.thread_card is not None:
            root = self.root_of(row)
            return row.thread_card, None if root is None else root.ref
        assert row.thread_ref is not None
        root = self.by_reference(row.platform, row.workspace, row.channel, row.thread_ref)
        return None if root is None else root.key, row.thread_ref
