"""Two rows that are one person: whatever names the one names the other from then on, and can be taken back.

Which columns name a person is read from the tables themselves, so that a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Table, UniqueConstraint, and_, exists, select, update
from sqlmodel import Session, SQLModel

from storage.remembering import forget

STAYS: Mapping[tuple[str, str], str] = {
    ("parley_audit", "person_id"): "the log is sealed: what was done stays noted under the row it was done by",
    ("parley_person_key", "person_id"): "the key opens the words that the log keeps under that row",
}
"""Columns that go on naming the row that is left, with the reason."""
Moved = Mapping[str, Sequence[int]]
"""Table and column ("parley_issue.owner_id") -> ids of the rows that were changed."""


def naming_columns() -> list[Column[int]]:
    """Every column that names a person and is changed, table by table."""
    return [
        column
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "parley_person" for key in column.foreign_keys)
        and (table.name, column.name) not in STAYS
    ]


class MergingRepository:
    """What moves when one person had become known twice."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, person_id: int, to: int) -> dict[str, list[int]]:
        """Let everything name ``to`` that named ``person_id``; answers what was changed. A row that would then be there twice
        (put off by both) stays as it is."""
        self._session.flush()
        moved: dict[str, list[int]] = {}
        for column in naming_columns():
            ids = self._moving(column, person_id, to)
            if ids:
                self._change(column, ids, person_id, to)
                moved[f"{column.table.name}.{column.name}"] = ids
        forget(self._session)
        return moved

    def move_back(self, moved: Moved, person_id: int, to: int) -> None:
        """Let what was changed name ``to`` again, as far as it still names ``person_id``."""
        self._session.flush()
        for column in naming_columns():
            ids = moved.get(f"{column.table.name}.{column.name}", ())
            if ids:
                self._change(column, ids, person_id, to)
        forget(self._session)

    def _moving(self, column: Column[int], person_id: int, to: int) -> list[int]:
        table = column.table
        assert isinstance(table, Table)
        query = select(table.c.id).where(column == person_id)
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns:
                other = table.alias()
                same = [other.c[each.name] == (to if each.name == column.name else each) for each in constraint.columns]
                query = query.where(~exists().where(and_(*same)))
        return [int(each) for each in self._session.connection().execute(query.order_by(table.c.id)).scalars()]

    def _change(self, column: Column[int], ids: Sequence[int], before: int, after: int) -> None:
        table = column.table
        assert isinstance(table, Table)
        changed = update(table).where(table.c.id.in_(list(ids)), column == before)
        self._session.connection().execute(changed.values({column.name: after}))
