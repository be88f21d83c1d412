"""Small named values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.models.setting import Setting

_VALUE = select(Setting.value).where(Setting.name == bindparam("name"))
_VALUES = select(Setting.name, Setting.value).where(col(Setting.name).in_(bindparam("names", expanding=True)))


@cache
def _replacing(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Keeps a value whether or not there was one; a statement costs more to make than to ask."""
    fresh = sqlite.insert(Setting) if dialect == "sqlite" else postgresql.insert(Setting)
    return fresh.on_conflict_do_update(index_elements=["name"], set_={"value": fresh.excluded.value})


class SettingRepository:
    """Names and values. What was looked up ahead with ``preload`` is not asked again within the transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ahead: dict[str, str | None] = {}

    def preload(self, names: Iterable[str]) -> None:
        """Read these values in one question, for ``get``; those that are known already are not read again."""
        wanted = [each for each in names if each not in self._ahead]
        if not wanted:
            return
        found = self._session.connection().execute(_VALUES, {"names": wanted}).all()
        self._ahead.update(dict.fromkeys(wanted, None) | {name: value for name, value in found})

    def get(self, name: str) -> str | None:
        """The value, or None if it was never set."""
        if name in self._ahead:
            return self._ahead[name]
        return self._session.connection().execute(_VALUE, {"name": name}).scalar()

    def set(self, name: str, value: str) -> None:
        """Set or replace the value."""
        if name in self._ahead:
            self._ahead[name] = value
        replacing = _replacing(self._session.get_bind().dialect.name)
        self._session.connection().execute(replacing, {"name": name, "value": value})

    def take(self, name: str) -> str | None:
        """The value, which is removed with it: of several who ask at once, one gets it."""
        self._ahead.pop(name, None)
        gone = delete(Setting).where(col(Setting.name) == name).returning(col(Setting.value))
        return self._session.connection().execute(gone).scalar()
