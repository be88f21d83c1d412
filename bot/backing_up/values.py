"""A row as one line of JSON that is the same whichever database it comes from, so that a backup restores into the other one.

Moments and wall-clock times are ISO 8601 without an offset: moments are UTC, and the column they go into knows which of the
two it holds. Bytes are base64. Texts, numbers and what is stored as JSON are themselves.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, DateTime, LargeBinary, Table


def line(row: Mapping[Any, Any]) -> bytes:
    """The row, its columns in the order of their names. Raises ``TypeError`` for a value nobody decided about."""
    return json.dumps(dict(row), default=_written, sort_keys=True, separators=(",", ":")).encode()


def row(read: bytes, table: Table) -> dict[str, Any]:
    """The values to insert into ``table``. Raises ``KeyError`` naming a column it does not have, ``ValueError`` for what is
    no line."""
    return {name: _value(value, table.columns[name].type) for name, value in json.loads(read).items()}


def _written(value: object) -> str:
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return plain.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no way of being written into a backup")


def _value(value: Any, kind: object) -> Any:
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if kind.timezone else moment
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
