"""Column types: moments are aware UTC on every database, and a naive one is refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

MOST_ID = 2**31 - 1
"""The largest id a column holds; what somebody else put into a button may be larger, and no row has it."""


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored as UTC. SQLite has no zones, so UTC is put back on reading.

    Raises ``ValueError`` for a naive datetime: its zone is unknown, and unknown is not UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be stored: {value!r}; give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A Decimal kept digit for digit. SQLite has no exact numbers, so every database stores its text."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Refuse floats, whose digits are already lost."""
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"an exact number is a Decimal, not {type(value).__name__}: {value!r}")
        return str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back the Decimal that was stored."""
        return None if value is None else Decimal(value)
