"""A kind's rows as the lines of its file: which columns, under which names, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlmodel
from sqlalchemy import Connection, Row, select
from sqlmodel import Session, SQLModel, col

from bot.leaving.cells import card_words, cell
from bot.leaving.kinds import Kind
from bot.leaving.scope import Scope, query
from storage.audit import AuditRepository
from storage.models.audit import AuditEntry, PersonKey
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.models.room import RoomMessage
from storage.snapshot import stream

Value = Callable[[Row[Any]], object]
NAMED: tuple[type[Person] | type[Provider] | type[Programme], ...] = (Person, Provider, Programme)
"""Whose names stand beside their ids, so that a file can be read without the others."""


@dataclass(slots=True)
class Reading:
    """What is known while the files are written: names by table and id, and the people who were named so far."""

    connection: Connection
    scope: Scope
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    audit: AuditRepository | None = None
    keys: Sequence[PersonKey] = ()

    def begin(self) -> None:
        """Read the names, and the keys of the audit log (held here, so that the session asks for each only once)."""
        for model in NAMED:
            rows = self.connection.execute(select(col(model.id), col(model.name)))
            self.names[str(model.__tablename__)] = {row.id: row.name for row in rows}
        session = Session(self.connection)
        self.keys = session.exec(sqlmodel.select(PersonKey)).all()
        self.audit = AuditRepository(session)

    def words(self, row: Row[Any]) -> str | None:
        """What somebody said, in clear; None where nothing was, or the person was erased."""
        assert self.audit is not None
        return self.audit.words(AuditEntry(**row._asdict()))


def columns(kind: Kind, reading: Reading) -> list[tuple[str, Value]]:
    """Header and value of each column, in the table's order; a name follows the id it belongs to."""
    found: list[tuple[str, Value]] = []
    for column in kind.table.columns:
        name = column.name
        if name in kind.without:
            continue
        found.append((kind.renamed.get(name, name), _value(kind.model, name, reading)))
        targets = [reference.column.table.name for reference in column.foreign_keys]
        names = reading.names.get(targets[0]) if targets else None
        if names is not None:
            found.append((f"{name.removesuffix('_id')}_name", _name(name, names)))
    return found


def _value(model: type[SQLModel], name: str, reading: Reading) -> Value:
    if model is AuditEntry and name == "words":
        return reading.words
    if model is OutboxRow and name == "content":
        return lambda row: card_words(row.content)
    if model is RoomMessage and name == "card":
        return lambda row: None if row.card is None else card_words(row.card)
    if model is Person and name == "email" and not reading.scope.internal:
        return lambda row: None if row.side == "client" else row.email
    return lambda row: getattr(row, name)


def _name(column: str, names: dict[int, str]) -> Value:
    return lambda row: names.get(getattr(row, column))


def lines(kind: Kind, reading: Reading, all_kinds: Sequence[Kind]) -> Iterator[list[str]]:
    """The header, then a line a row."""
    shown = columns(kind, reading)
    people = [
        column.name
        for column in kind.table.columns
        if any(reference.column.table.name == Person.__tablename__ for reference in column.foreign_keys)
    ]
    yield [header for header, _ in shown]
    for row in stream(reading.connection, query(kind, reading.scope, all_kinds)):
        if kind.model is Person and not _is_wanted(row, reading):
            continue
        reading.people.update(person for name in people if (person := getattr(row, name)) is not None)
        yield [cell(value(row)) for _, value in shown]


def _is_wanted(row: Row[Any], reading: Reading) -> bool:
    """Of people, those of the provider and those who are named in what was written before."""
    scope = reading.scope
    return scope.everything or row.provider_id == scope.provider_id or row.id in reading.people
