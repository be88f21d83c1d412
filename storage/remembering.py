"""What a transaction was told once it need not ask again.

On SQLite nobody else's change can be seen before the transaction ends, so an answer holds until what it tells of is changed
in it. On PostgreSQL others' changes show from one question to the next, and must where something was waited for in between:
there only rows that are locked are kept, which nobody else can change.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction, UOWTransaction
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row")

Tables = tuple[type[SQLModel], ...]
ANSWERS = "parley_answers"
"""Where a session keeps them."""


class RememberingSession(Session):
    """A session with the answers of its transaction, by the tables they depend on."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else's change can be seen before the transaction ends."""
        return self.get_bind().dialect.name == "sqlite"

    def kept(self, tables: Tables) -> dict[Hashable, Any]:
        """The answers that hold until a row of one of these ``tables`` is written; with none, until the transaction ends."""
        self.flush()
        answers: dict[Tables, dict[Hashable, Any]] = self.info.setdefault(ANSWERS, {})
        return answers.setdefault(tables, {})

    def forget(self) -> None:
        """Everything may be different now."""
        self.info.pop(ANSWERS, None)


def remembered(session: Session, tables: Tables, statement: SelectOfScalar[Row], **given: Hashable) -> Sequence[Row]:
    """The rows a ``statement`` (a constant) finds; on SQLite asked once until a row of ``tables`` is written."""
    if not isinstance(session, RememberingSession) or not session.is_alone:
        return session.exec(statement, params=given).all()
    answers, question = session.kept(tables), (statement, *given.values())
    if question not in answers:
        answers[question] = session.exec(statement, params=given).all()
    return list(answers[question])


def first_remembered(session: Session, tables: Tables, statement: SelectOfScalar[Row], **given: Hashable) -> Row | None:
    """The first of them; None where nothing is found."""
    return next(iter(remembered(session, tables, statement, **given)), None)


def locked(session: Session, statement: SelectOfScalar[Row], row_id: int) -> Row | None:
    """The row with this id as it is now, by a ``statement`` (a constant with ``id``) that locks it: nobody else can change it
    before the transaction ends, so it is asked for once."""
    if not isinstance(session, RememberingSession):
        return session.exec(statement, params={"id": row_id}).first()
    answers, question = session.kept(()), (statement, row_id)
    if question not in answers:
        found = session.exec(statement, params={"id": row_id}).first()
        if found is None:
            return None
        answers[question] = found
    row: Row = answers[question]
    return row


def forget(session: Session) -> None:
    """Rows were changed without the session: everything is asked again."""
    session.expire_all()
    if isinstance(session, RememberingSession):
        session.forget()


@event.listens_for(RememberingSession, "after_flush")
def _written(session: RememberingSession, _context: UOWTransaction) -> None:
    """What depended on the tables that were written is asked again."""
    answers = session.info.get(ANSWERS)
    if answers:
        written = {type(row) for row in chain(session.new, session.dirty, session.deleted)}
        for tables in [each for each in answers if not written.isdisjoint(each)]:
            del answers[tables]


@event.listens_for(RememberingSession, "after_transaction_end")
def _over(session: RememberingSession, transaction: SessionTransaction) -> None:
    """It ended, or went back to a savepoint."""
    if transaction.parent is None or transaction.nested:
        session.forget()
