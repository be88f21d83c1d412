"""A record's history: each change goes into the audit log with the state before it, so that it can be taken back.

States hold ids, states and moments only; people's words are kept beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from handlers.records.record import Record
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork


def state_of(record: Record, plain: Sequence[str], moments: Sequence[str]) -> dict[str, Any]:
    """A record's fields as the audit log keeps them: ``plain`` ones as they are, ``moments`` in UTC, ISO 8601."""
    instants = {name: getattr(record, name) for name in moments}
    return {
        **{name: getattr(record, name) for name in plain},
        **{name: None if at is None else at.astimezone(UTC).isoformat() for name, at in instants.items()},
    }


def put_back(record: Record, before: Mapping[str, Any], plain: Sequence[str], moments: Sequence[str]) -> None:
    """Put a record's fields back to what ``state_of`` wrote down; a field it did not know then stays. The caller saves."""
    for name in (each for each in plain if each in before):
        setattr(record, name, before[name])
    for name in (each for each in moments if each in before):
        written = before[name]
        setattr(record, name, None if written is None else datetime.fromisoformat(written))


def note(
    record: Record,
    subject: str,
    what: str,
    states: tuple[Mapping[str, Any] | None, Mapping[str, Any]],
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> AuditEntry:
    """Write a change into the audit log. ``states`` are before (None: it is new) and after; ``asker`` None: time did it."""
    assert record.id is not None
    before, after = states
    entry = AuditEntry(
        installation_id=record.installation_id,
        programme_id=record.programme_id,
        at=now,
        person_id=None if asker is None else asker.person_id,
        what=what,
        subject=subject,
        subject_id=record.id,
        visibility=record.visibility,
        facts=json.dumps({"before": before, "after": after}, sort_keys=True),
    )
    uow.audit.note(entry, words)
    return entry
