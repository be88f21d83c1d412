"""What of each kind an export has: everything, or what concerns one provider and, unless told otherwise, both companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import col

from bot.leaving.kinds import Kind
from storage.models.person import Person
from storage.models.provider import Installation, Programme, Provider


@dataclass(frozen=True, slots=True)
class Scope:
    """``provider_id`` None is everything. ``internal`` adds, for one provider, what only the client may see."""

    provider_id: int | None = None
    provider: str = ""
    internal: bool = True

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.provider_id is None


def includes(kind: Kind, scope: Scope) -> bool:
    """Whether the export has this kind at all."""
    return scope.everything or bool(kind.through)


def query(kind: Kind, scope: Scope, all_kinds: Sequence[Kind]) -> Select[tuple[object, ...]]:
    """The rows of this kind, in the order of their keys."""
    table = kind.table
    return select(*table.columns).where(*_conditions(kind, scope, all_kinds)).order_by(*table.primary_key.columns)


def _conditions(kind: Kind, scope: Scope, all_kinds: Sequence[Kind]) -> list[ColumnElement[bool]]:
    conditions = [] if kind.only is None else [kind.only]
    if scope.everything:
        return conditions
    if kind.model is not Person:  # of people, those named in other files count too: decided row by row
        conditions.append(or_(*(_belongs(kind, name, scope, all_kinds) for name in kind.through)))
    if not scope.internal:
        if "visibility" in kind.table.columns:
            conditions.append(kind.table.columns["visibility"] == "SH")
        if kind.shared is not None:
            conditions.append(kind.shared)
    return conditions


def _belongs(kind: Kind, name: str, scope: Scope, all_kinds: Sequence[Kind]) -> ColumnElement[bool]:
    column = kind.table.columns[name]
    if kind.model is Provider or name == "provider_id":
        return column == scope.provider_id
    if kind.model is Installation:
        company = select(col(Provider.installation_id)).where(col(Provider.id) == scope.provider_id)
        return or_(column.in_(company), col(Installation.joined_to).in_(company))
    if name == "programme_id":
        return column.in_(select(col(Programme.id)).where(col(Programme.provider_id) == scope.provider_id))
    if name == "person_id":
        return column.in_(select(col(Person.id)).where(col(Person.provider_id) == scope.provider_id))
    (reference,) = column.foreign_keys
    parent = next(each for each in all_kinds if each.table is reference.column.table)
    return column.in_(select(reference.column).where(*_conditions(parent, scope, all_kinds)))
