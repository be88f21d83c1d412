"""Small named values."""

from __future__ import annotations

from sqlmodel import Session

from storage.models.setting import Setting


class SettingRepository:
    """Names and values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> str | None:
        """The value, or None if it was never set."""
        found = self._session.get(Setting, name)
        return None if found is None else found.value

    def set(self, name: str, value: str) -> None:
        """Set or replace the value."""
        self._session.merge(Setting(name=name, value=value))
        self._session.flush()
