"""What a command does with the whole installation, written into its audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from handlers.vocabulary.address import Visibility
from storage.database import Database
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork


def note_whole(database: Database, what: str, facts: Mapping[str, object], now: datetime) -> None:
    """Note ``what`` was done (past tense) at ``now`` (aware UTC), for the client's own people; nothing where nobody has
    set Parley up yet. ``facts`` are ids, counts and moments as text, never people's words."""
    with UnitOfWork(database) as uow:
        installation = uow.providers.only_installation()
        if installation is None or installation.id is None:
            return
        uow.audit.note(
            AuditEntry(
                installation_id=installation.id,
                at=now,
                what=what,
                subject="installation",
                subject_id=installation.id,
                visibility=Visibility.INTERNAL,
                facts=json.dumps(dict(facts)),
            )
        )
        uow.commit()
