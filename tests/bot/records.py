"""A row of every table, each saying in all its words whose it is and who may read it; for tests of what leaves a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Table, insert
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import storage.models as models
from handlers.saying import encode
from handlers.vocabulary.outgoing import InternalCard, SharedCard
from storage.columns import Exact, Instant

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NORTH, HIDDEN, SOUTH = "northern", "hidden", "southern"
"""What both companies may see of one provider; what only the client may; and another provider's."""
REUSED = ("installation", "provider", "programme", "person", "tracked_metric", "review_series")
"""Of these there is nothing hidden: the hidden rows hang on the northern ones."""
ALWAYS_OPEN = (
    *REUSED,
    "owner",
    "metric_target",
    "target_proposal",
    "figure",
    "win",
    "absence",
    "person_account",
    "inbox",
    "person_key",
)

assert models.__all__


class Records:
    """Fills a migrated, empty database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: dict[tuple[str, str], Any] = {}
        self._number = 0

    def fill(self) -> None:
        """One row of each table for NORTH and for SOUTH, and a HIDDEN one where such a thing can be."""
        for world in (NORTH, HIDDEN, SOUTH):
            for table in SQLModel.metadata.sorted_tables:
                short = table.name.removeprefix("parley_")
                if world == HIDDEN and short in ALWAYS_OPEN:
                    self._keys[world, table.name] = self._keys[NORTH, table.name]
                elif world != SOUTH or short != "installation":
                    self._put(table, world)
                else:
                    self._keys[world, table.name] = self._keys[NORTH, table.name]

    def _put(self, table: Table, world: str) -> None:
        self._number += 1
        values = {column.name: self._value(column, world) for column in table.columns}
        values |= self._special(table.name, world)
        self._connection.execute(insert(table).values(values))
        self._keys[world, table.name] = values[next(iter(table.primary_key.columns)).name]

    def _value(self, column: Column[Any], world: str) -> Any:
        if column.foreign_keys:
            (reference,) = column.foreign_keys
            return self._keys.get((world, reference.column.table.name))
        if isinstance(column.type, Instant):
            return AT
        if isinstance(column.type, DateTime):
            return AT.replace(tzinfo=None) + timedelta(minutes=self._number)
        if isinstance(column.type, Exact):
            return Decimal("-1.50")
        if isinstance(column.type, AutoString):
            return f"={column.name} of {world} {self._number}"
        plain = {int: self._number, bool: True, date: AT.date(), bytes: None, object: {}}  # JSON tells no type
        return plain[column.type.python_type]

    def _special(self, table: str, world: str) -> dict[str, Any]:
        hidden = world == HIDDEN
        found: dict[str, Any] = {}
        if "visibility" in SQLModel.metadata.tables[table].columns:
            found["visibility"] = "INT" if hidden else "SH"
        if table == "parley_outbox":
            words = f"said {world}"
            found["content"] = encode(InternalCard(words) if hidden else SharedCard(words))
        if table == "parley_room_message":
            found["card"] = None
        if table == "parley_channel":
            found["kind"] = "internal" if hidden else "shared"
        if table == "parley_person":
            found["side"] = "provider"
        return found
