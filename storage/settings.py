"""Small named values."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from storage.models.setting import Setting

_VALUE = select(Setting.value).where(Setting.name == bindparam("name"))


class SettingRepository:
    """Names and values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> str | None:
        """The value, or None if it was never set."""
        return self._session.connection().execute(_VALUE, {"name": name}).scalar()

    def set(self, name: str, value: str) -> None:
        """Set or replace the value."""
        insert = sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        fresh = insert(Setting).values(name=name, value=value)
        self._session.connection().execute(fresh.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
